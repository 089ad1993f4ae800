"""What people are told of an event: written, changed and withdrawn in the transaction of whatever it tells of.

The audience is drawn afterwards, by `Announcements.finish_fan_outs`; the edits are made by the sender.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.amending import correct_copies
from bot.announcements.scheduling import is_idle, take_up_again
from bot.delivery.control import OVER, cancelled, ensure_not_taken_back
from bot.delivery.models import WAS_RECALLED, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.delivery.timing import Timing
from bot.supporters.audiences import AnyAudience
from bot.supporters.models import SupporterRow

_SOMEBODY_HAS_IT = exists().where(
    DeliveryRow.broadcast_id == BroadcastRow.id, DeliveryRow.state.in_((DeliveryState.SENT, DeliveryState.LEASED))
)


async def write_notice(
    session: AsyncSession,
    subject: str,
    content: Mapping[str, Any],
    audience: AnyAudience,
    *,
    now: datetime,
    urgent_reason: str | None,
    starts_at: datetime | None = None,
    timing: Timing | None = None,
) -> int:
    """Owe it to those it concerns, from `starts_at` on or now, before everything else if there is a reason for it; returns its
    number. Written before under that subject, it stays as it is, unless it was cancelled while it waited for its time."""
    waits = starts_at is not None and starts_at > now
    row = {
        "subject": subject,
        "state": BroadcastState.SCHEDULED if waits else BroadcastState.PREPARING,
        "starts_at": starts_at if waits else None,
        "timing": timing.to_json() if timing else None,
        "urgent": urgent_reason is not None,
        "urgent_reason": urgent_reason,
        "content": dict(content),
        "audience": audience.to_json(),
        "created_at": now,
    }
    written = insert(BroadcastRow).values(row).on_conflict_do_nothing().returning(BroadcastRow.id)
    same = select(BroadcastRow.id).where(BroadcastRow.subject == subject)
    if (new := (await session.execute(written)).scalar_one_or_none()) is not None:
        return new
    found: int = (await session.execute(same)).scalar_one()
    await take_up_again(session, found, row)
    return found


async def ensure_announceable(session: AsyncSession, subject: str) -> None:
    """Raises NidaError where what was announced under that subject was taken back or cancelled, so that it goes to nobody."""
    found = await session.scalar(select(BroadcastRow).where(BroadcastRow.subject == subject))
    if found is not None and not await is_idle(session, found.id):
        await ensure_not_taken_back(session, found)


async def announced_at(session: AsyncSession, subject: str) -> datetime | None:
    """When what is announced under that subject went, or will go as it is scheduled; None where it is not yet."""
    found = await session.scalar(select(BroadcastRow).where(BroadcastRow.subject == subject))
    if found is None or await is_idle(session, found.id):
        return None
    return found.launched_at or found.starts_at or found.created_at


async def withdraw(session: AsyncSession, prefix: str, reason: str) -> int:
    """Send nothing more of the notices whose subjects begin so; returns how many were not over yet. What is on its way is
    settled as it ends; to nobody else is anything sent once this is committed. Those that are over say why they are not
    sent once more."""
    ended = (BroadcastRow.subject.startswith(prefix, autoescape=True), BroadcastRow.state == BroadcastState.DONE)
    outdated = update(BroadcastRow).where(*ended, BroadcastRow.task == Task.SEND).values(hold_reason=reason)
    await session.execute(outdated, execution_options={"synchronize_session": False})
    open_ones = (
        BroadcastRow.subject.startswith(prefix, autoescape=True),
        BroadcastRow.task == Task.SEND,
        BroadcastRow.state.not_in(OVER),
    )
    found = select(BroadcastRow).where(*open_ones).order_by(BroadcastRow.id).with_for_update()
    rows = (await session.execute(found)).scalars().all()
    for row in rows:
        cancelled(row, reason)
    return len(rows)


async def amend_copies(session: AsyncSession, subject: str, content: Mapping[str, Any], now: datetime) -> str | None:
    """Put this in the place of what people have under that subject; returns the subject of the correction, None where
    nobody has anything to correct. Whoever is still to get it gets this."""
    kept = (BroadcastRow.subject == subject, BroadcastRow.task == Task.SEND, ~WAS_RECALLED)
    owed = BroadcastRow.state.not_in(OVER) | _SOMEBODY_HAS_IT
    found = select(BroadcastRow).where(*kept, owed).with_for_update(of=BroadcastRow)
    row = (await session.execute(found)).scalar_one_or_none()
    return None if row is None else await correct_copies(session, row, dict(content), now)


async def keep_card(
    session: AsyncSession,
    subjects: tuple[str, ...],
    content: Mapping[str, Any],
    supporter_id: int,
    message_id: int,
    locale: str,
    *,
    now: datetime,
) -> None:
    """Note which message shows somebody what `amend_copies` is to correct: of each person the last ones, as many as
    there are subjects.

    Call it where nothing can change what is shown between the reading of it and the end of the transaction: what is kept
    counts as up to date.
    """
    held = select(SupporterRow.id).where(SupporterRow.id == supporter_id).with_for_update(read=True, key_share=True)
    if await session.scalar(held) is None:  # erased meanwhile
        return
    subject = await _subject_for(session, subjects, supporter_id, message_id)
    broadcast_id, version = await _cards(session, subject, content, now)
    of_them = (literal(broadcast_id), SupporterRow.id, literal(DeliveryState.SENT.value), literal(0), literal(1))
    shown = (literal(message_id), literal(locale), literal(version))
    columns = ["broadcast_id", "supporter_id", "state", "place", "attempts", "message_id", "locale", "version"]
    person = select(*of_them, *shown).where(SupporterRow.id == supporter_id)
    kept = insert(DeliveryRow).from_select(columns, person)
    newer = {name: kept.excluded[name] for name in ("message_id", "locale", "version")}
    await session.execute(kept.on_conflict_do_update(index_elements=["broadcast_id", "supporter_id"], set_=newer))


async def _subject_for(session: AsyncSession, subjects: tuple[str, ...], supporter_id: int, message_id: int) -> str:
    """That of the same message, else one that has none of theirs yet, else that of their oldest."""
    theirs = select(BroadcastRow.subject, DeliveryRow.message_id).join(DeliveryRow, DeliveryRow.broadcast_id == BroadcastRow.id)
    found = await session.execute(theirs.where(BroadcastRow.subject.in_(subjects), DeliveryRow.supporter_id == supporter_id))
    kept = dict.fromkeys(subjects, 0) | {subject: shown or 0 for subject, shown in found}
    same = (subject for subject, shown in kept.items() if shown == message_id)
    return next(same, min(subjects, key=kept.__getitem__))


async def _cards(session: AsyncSession, subject: str, content: Mapping[str, Any], now: datetime) -> tuple[int, int]:
    """The number and the version of what is kept under that subject."""
    row = {
        "subject": subject,
        "state": BroadcastState.DONE,
        "content": dict(content),
        "audience": {},
        "created_at": now,
        "launched_at": now,
        "finished_at": now,
    }
    # A correction waits until this is committed, so that it finds the card.
    found = select(BroadcastRow.id, BroadcastRow.version).where(BroadcastRow.subject == subject).with_for_update(read=True)
    there = (await session.execute(found)).one_or_none()
    if there is None:
        await session.execute(insert(BroadcastRow).values(row).on_conflict_do_nothing())
        there = (await session.execute(found)).one()
    return there.id, there.version
