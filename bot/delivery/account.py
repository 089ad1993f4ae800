"""The account of a broadcast: what became of every row, always adding up to what was accepted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.errors import NidaError
from bot.storage.database import Database

_COUNTS: Final = select(
    DeliveryRow.broadcast_id, DeliveryRow.state, func.count(), func.sum(case((DeliveryRow.attempts > 1, 1), else_=0))
).group_by(DeliveryRow.broadcast_id, DeliveryRow.state)
_LONG: Final = {"long": True}


@dataclass(frozen=True, slots=True)
class Account:
    """accepted = sent + unreachable + rejected + cancelled + uncertain + pending. `pending` includes what is in flight.

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

    @property
    def accepted(self) -> int:
        return self.sent + self.unreachable + self.rejected + self.cancelled + self.uncertain + self.pending

    @property
    def settled(self) -> int:
        return self.accepted - self.pending


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One sending to many, with its account. `hold_reason` is a sentence for the operator while it is held."""

    id: int
    subject: str
    state: BroadcastState
    hold_reason: str | None
    created_at: datetime
    finished_at: datetime | None
    account: Account


class Broadcasts:
    """Each method is one short transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, limit: int = 20, offset: int = 0) -> list[Broadcast]:
        """The newest first."""
        newest = select(BroadcastRow).order_by(BroadcastRow.id.desc()).limit(limit).offset(offset)
        async with self._database.read() as session:
            return await _with_accounts(session, list((await session.execute(newest)).scalars()))

    async def show(self, subject: str) -> Broadcast:
        """By its subject, with or without the kind in front, or by its number. Raises NidaError when there is none."""
        async with self._database.read() as session:
            rows = list((await session.execute(select(BroadcastRow).where(_named(subject)))).scalars())
            if not rows:
                raise NidaError(f"Nothing was sent about {subject!r}; `nida deliveries list` shows what was.")
            return (await _with_accounts(session, rows[:1]))[0]


def _named(subject: str) -> ColumnElement[bool]:
    named = BroadcastRow.subject.in_([subject, f"update:{subject}"])
    return named | (BroadcastRow.id == int(subject)) if subject.isdecimal() and len(subject) < 10 else named


async def _with_accounts(session: AsyncSession, rows: list[BroadcastRow]) -> list[Broadcast]:
    counts: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    wanted = _COUNTS.where(DeliveryRow.broadcast_id.in_(counts))
    for broadcast_id, state, number, repeated in (await session.execute(wanted, execution_options=_LONG)).all():
        counted = counts[broadcast_id]
        name = "pending" if state is DeliveryState.LEASED else state.value
        counted[name] = counted.get(name, 0) + number
        counted["repeated"] = counted.get("repeated", 0) + int(repeated)
    return [
        Broadcast(row.id, row.subject, row.state, row.hold_reason, row.created_at, row.finished_at, Account(**counts[row.id]))
        for row in rows
    ]
