"""Correcting and recalling what people have already got: a broadcast of its own, over the copies of the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.announcement import Announcement
from bot.announcements.composing import CAPTIONED, EVENT, TAKEN_BACK
from bot.clock import Clock
from bot.delivery import copies
from bot.delivery.account import named, unknown
from bot.delivery.control import OVER, cancelled
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.errors import NidaError
from bot.storage.database import Database

DELETABLE: Final = timedelta(hours=48)
"""Telegram deletes a bot's message while it is younger than this."""
AMENDMENTS: Final = (Task.CORRECT, Task.RECALL)
_OWED: Final = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Amendable:
    """What was sent, before it is corrected or recalled. `copies` people have it, `gathered` of them in one message with
    others; `owed` are still to get it."""

    subject: str
    copies: int
    gathered: int
    owed: int
    seconds: float


class Amendments:
    """`rate` in messages a second. Each method raises NidaError with one sentence when it cannot be done."""

    def __init__(self, database: Database, clock: Clock, rate: float) -> None:
        self._database = database
        self._clock = clock
        self._rate = rate

    async def original(self, subject: str) -> Amendable:
        """What a correction or recall would be of."""
        async with self._database.read() as session:
            row = await _original(session, subject)
            older = {"original": row.id, "version": row.version + 1}
            found = (await session.execute(copies.COUNT, older, execution_options={"long": True})).all()
            owed = select(func.count()).where(DeliveryRow.broadcast_id == row.id, DeliveryRow.state.in_(_OWED))
            still = await session.scalar(owed, execution_options={"long": True}) or 0
        people, gathered = (sum(each[column] for each in found) for column in (1, 2))
        return Amendable(row.subject, people, gathered, still, people / self._rate)

    async def correct(self, announcement: Announcement) -> str:
        """Put what stands in the database now in the place of what was sent; returns the subject of the correction.

        Whoever is still to get it gets the new text. Everything is decided here, in one transaction; the edits follow.
        """
        async with self._database.write() as session:
            row = await _original(session, announcement.subject)
            await _ensure_changed(session, row, announcement)
            return await correct_copies(session, row, announcement.to_json(), self._clock.now())

    async def recall(self, subject: str, by: str) -> str:
        """Take it back from whoever has it, and send it to nobody any more; returns the subject of the recall."""
        async with self._database.write() as session:
            row = await _original(session, subject)
            deletable_until = (row.finished_at or self._clock.now()) + DELETABLE
            if row.state not in OVER:
                cancelled(row, f"Recalled by {by[:60]}.")
            row.version += 1
            recall = f"recall:{row.subject}"
            await _end_amendments(session, row, f"Superseded by {recall}.")
            captioned = {CAPTIONED: True} if EVENT in row.content else {}
            content = {TAKEN_BACK: deletable_until.isoformat(), **captioned}
            session.add(_amendment(row, recall, Task.RECALL, content, {}, self._clock.now()))
        return recall


async def correct_copies(session: AsyncSession, row: BroadcastRow, content: dict[str, Any], now: datetime) -> str:
    """Put this content in the place of what was sent, of a broadcast that is locked; returns the subject of the correction."""
    had = {**await _had_before(session, row), str(row.version): row.content}
    row.version += 1
    row.content = content
    subject = f"correct:{row.subject}:{row.version}"
    await _end_amendments(session, row, f"Superseded by {subject}.")
    session.add(_amendment(row, subject, Task.CORRECT, content, {"had": had}, now))
    return subject


def _amendment(
    original: BroadcastRow, subject: str, task: Task, content: dict[str, Any], audience: dict[str, Any], now: datetime
) -> BroadcastRow:
    return BroadcastRow(
        subject=subject,
        state=BroadcastState.PREPARING,
        content=content,
        audience=audience,
        created_at=now,
        launched_at=now,
        task=task,
        original_id=original.id,
        version=original.version,
    )


async def _original(session: AsyncSession, subject: str) -> BroadcastRow:
    """What was sent under that subject, locked, so that of two who change it at once one comes after the other."""
    row = (await session.execute(select(BroadcastRow).where(named(subject)).limit(1).with_for_update())).scalar_one_or_none()
    if row is None:
        raise unknown(subject)
    if row.task is not Task.SEND:
        raise NidaError(f"{row.subject} is no announcement; name the update itself.")
    recalled = await _of(session, row.id, Task.RECALL)
    if recalled:
        raise NidaError(f"{row.subject} was taken back already: see `nida deliveries show {recalled[-1].subject}`.")
    return row


async def _of(session: AsyncSession, original_id: int, *tasks: Task) -> list[BroadcastRow]:
    found = select(BroadcastRow).where(BroadcastRow.original_id == original_id, BroadcastRow.task.in_(tasks))
    return list((await session.execute(found.order_by(BroadcastRow.id))).scalars())


async def _ensure_changed(session: AsyncSession, row: BroadcastRow, announcement: Announcement) -> None:
    corrections = await _of(session, row.id, Task.CORRECT)
    unfinished = corrections and corrections[-1].state is BroadcastState.CANCELLED
    if announcement.reads_like(Announcement.from_json(row.content)) and not unfinished:
        raise NidaError(
            f"Nothing has changed since {row.subject} was announced; bring the correction in with `nida content apply` first."
        )


async def _had_before(session: AsyncSession, row: BroadcastRow) -> Mapping[str, Any]:
    """The earlier versions of the content, by their numbers."""
    corrections = await _of(session, row.id, Task.CORRECT)
    before: Mapping[str, Any] = corrections[-1].audience["had"] if corrections else {}
    return before


async def _end_amendments(session: AsyncSession, row: BroadcastRow, reason: str) -> None:
    for amendment in await _of(session, row.id, *AMENDMENTS):
        if amendment.state not in OVER:
            cancelled(amendment, reason)
