"""The account of a broadcast: what became of every row, always adding up to what was accepted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import OF_ONE, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.delivery.timing import Timing
from bot.errors import NidaError
from bot.storage.database import Database

_VERSION: Final = case((DeliveryRow.state == DeliveryState.SENT, func.coalesce(DeliveryRow.version, 1)), else_=0)
_COUNTS: Final = select(
    DeliveryRow.broadcast_id,
    DeliveryRow.state,
    _VERSION.label("version"),
    func.count().label("people"),
    func.sum(case((DeliveryRow.attempts > 1, 1), else_=0)).label("repeated"),
).group_by(DeliveryRow.broadcast_id, DeliveryRow.state, _VERSION)
_NEXT_DUE: Final = (
    select(DeliveryRow.broadcast_id, func.min(DeliveryRow.due_at))
    .where(DeliveryRow.state == DeliveryState.DEFERRED)
    .group_by(DeliveryRow.broadcast_id)
)
_LONG: Final = {"long": True}
_STILL_OWED: Final = {DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DEFERRED}


@dataclass(frozen=True, slots=True)
class Account:
    """accepted = sent + unreachable + rejected + cancelled + uncertain + pending. `pending` includes what is in flight,
    and the `deferred`, who are not to get it yet.

    `repeated` counts rows that were sent a second time because the first answer was lost: at most so many people may
    have got the message twice. They are among the others already.
    """

    sent: int = 0
    unreachable: int = 0
    rejected: int = 0
    cancelled: int = 0
    uncertain: int = 0
    pending: int = 0
    repeated: int = 0
    deferred: int = 0

    @property
    def accepted(self) -> int:
        return self.sent + self.unreachable + self.rejected + self.cancelled + self.uncertain + self.pending

    @property
    def settled(self) -> int:
        return self.accepted - self.pending


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One sending to many, with its account. `hold_reason` is a sentence for the operator: why it is held, who cancelled it.

    `versions` counts those it was sent to by the version of the content they have; `due_at` is when the first of the deferred
    may get it. `at_local` is a time on each reader's clock, `window` the hours of it in which it may come; until
    `gathered_until` it waits for more news of its case. `amendments` are its corrections and its recall, each a broadcast of
    its own.
    """

    id: int
    subject: str
    state: BroadcastState
    hold_reason: str | None
    created_at: datetime
    finished_at: datetime | None
    account: Account
    task: Task = Task.SEND
    version: int = 1
    versions: dict[int, int] = field(default_factory=dict)
    due_at: datetime | None = None
    starts_at: datetime | None = None
    at_local: datetime | None = None
    window: str | None = None
    gathered_until: datetime | None = None
    urgent_reason: str | None = None
    amendments: tuple[str, ...] = ()


class Broadcasts:
    """Each method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, limit: int = 20, offset: int = 0) -> list[Broadcast]:
        """The newest first, without what people opened themselves and what is for one of them alone."""
        to_many = (~BroadcastRow.subject.startswith(prefix) for prefix in OF_ONE)
        newest = select(BroadcastRow).where(*to_many).order_by(BroadcastRow.id.desc()).limit(limit).offset(offset)
        async with self._database.read() as session:
            return await _with_accounts(session, list((await session.execute(newest)).scalars()))

    async def show(self, subject: str) -> Broadcast:
        """By its subject, with or without the kind in front, or by its number. Raises NidaError when there is none."""
        async with self._database.read() as session:
            rows = list((await session.execute(select(BroadcastRow).where(named(subject)))).scalars())
            if not rows:
                raise unknown(subject)
            return (await _with_accounts(session, rows[:1]))[0]


def unknown(subject: str) -> NidaError:
    return NidaError(f"Nothing was sent about {subject!r}; `nida deliveries list` shows what was.")


def named(subject: str) -> ColumnElement[bool]:
    named = BroadcastRow.subject.in_([subject, f"update:{subject}"])
    return named | (BroadcastRow.id == int(subject)) if subject.isdecimal() and len(subject) < 10 else named


async def _with_accounts(session: AsyncSession, rows: list[BroadcastRow]) -> list[Broadcast]:
    ids = [row.id for row in rows]
    counts: dict[int, Counter[str]] = {id_: Counter() for id_ in ids}
    versions: dict[int, dict[int, int]] = {id_: {} for id_ in ids}
    for each in (await session.execute(_COUNTS.where(DeliveryRow.broadcast_id.in_(ids)), execution_options=_LONG)).all():
        counted = counts[each.broadcast_id]
        counted["pending" if each.state in _STILL_OWED else each.state.value] += each.people
        counted["repeated"] += int(each.repeated)
        if each.state is DeliveryState.DEFERRED:
            counted["deferred"] += each.people
        if each.state is DeliveryState.SENT:
            versions[each.broadcast_id][each.version] = each.people
    waiting = (await session.execute(_NEXT_DUE.where(DeliveryRow.broadcast_id.in_(ids)))).all()
    due: dict[int, datetime | None] = {broadcast_id: first for broadcast_id, first in waiting}  # noqa: C416 - rows are no pairs to mypy
    amendments = select(BroadcastRow.original_id, BroadcastRow.subject).where(BroadcastRow.original_id.in_(ids))
    amended = (await session.execute(amendments.order_by(BroadcastRow.id))).all()
    return [
        Broadcast(
            id=row.id,
            subject=row.subject,
            state=row.state,
            hold_reason=row.hold_reason,
            created_at=row.created_at,
            finished_at=row.finished_at,
            account=Account(**counts[row.id]),
            task=row.task,
            version=row.version,
            versions=dict(sorted(versions[row.id].items())),
            due_at=due.get(row.id),
            starts_at=row.starts_at,
            at_local=timing.at_local,
            window=str(timing.window) if timing.window else None,
            gathered_until=timing.not_before,
            urgent_reason=row.urgent_reason,
            amendments=tuple(subject for original, subject in amended if original == row.id),
        )
        for row, timing in ((row, Timing.from_json(row.timing)) for row in rows)
    ]
