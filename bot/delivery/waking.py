"""Waking what has waited: a row whose time has come goes back among the others, or, where several of one person's have come
together, onto one message that carries them all."""

import random
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, case, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery.claimed import Key
from bot.delivery.models import LAST_PLACE, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.delivery.overdue import hold_what_is_late
from bot.delivery.parting import part_what_is_held
from bot.delivery.timing import Timing
from bot.storage.database import Database
from bot.storage.types import Moment
from bot.supporters.models import SupporterRow

SLICE: Final = 500
"""People woken in one transaction."""
GATHERED: Final = "update:"
"""How the subjects begin of what may share a message."""

_NOW = bindparam("now", type_=Moment)
_SENDING = select(BroadcastRow.id).where(BroadcastRow.state == BroadcastState.SENDING)
_DUE: Final = (
    select(DeliveryRow.supporter_id)
    .distinct()
    .where(
        DeliveryRow.broadcast_id.in_(_SENDING),
        text("deliveries.state = 'deferred'"),  # word for word the condition of the partial index
        DeliveryRow.due_at <= _NOW,
    )
    .limit(SLICE)
)
_THEIRS: Final = (
    select(BroadcastRow.id, DeliveryRow.supporter_id, BroadcastRow.subject, BroadcastRow.urgent, BroadcastRow.timing)
    .join_from(DeliveryRow, BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    .where(
        DeliveryRow.supporter_id.in_(bindparam("people", expanding=True)),
        # Said so that the index of all that is deferred is of no use: it would be read as a whole for each slice.
        case((DeliveryRow.state == DeliveryState.DEFERRED, DeliveryRow.due_at)) <= _NOW,
        BroadcastRow.state == BroadcastState.SENDING,
    )
    .with_for_update(of=DeliveryRow)
)
# Before their deliveries, and passing over whoever is being erased: in the same order as the erasing locks them.
_STAYING: Final = (
    select(SupporterRow.id)
    .where(SupporterRow.id.in_(bindparam("people", expanding=True)))
    .with_for_update(key_share=True, read=True, skip_locked=True)
)
_THIS: Final = "WHERE broadcast_id = :broadcast AND supporter_id = :person AND state = 'deferred'"
_WAKE: Final = text(f"UPDATE deliveries SET state = 'pending' {_THIS}")  # noqa: S608 - of constants
_CARRY: Final = text(f"UPDATE deliveries SET carried_by = :gathering, due_at = NULL {_THIS}")  # noqa: S608


class Waking:
    """Run by the sender alone. Each call is one short transaction; interrupted, nothing of it has happened."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._gathering: int | None = None
        """The broadcast of this wake-up's gathered messages, while its slices follow one another."""

    async def wake(self) -> bool:
        """Wake a slice of what is due; whether there may be more."""
        now = self._clock.now()
        await hold_what_is_late(self._database, now)
        due = await self._database.look_up(lambda connection: connection.execute(_DUE, {"now": now}).scalars().all())
        parted = await part_what_is_held(self._database, now)
        if not due:
            self._gathering = None
            return parted
        async with self._database.write(quiet=True) as session:
            self._gathering = await self._wake(session, due, now)
        return parted or len(due) == SLICE

    async def _wake(self, session: AsyncSession, people: Sequence[int], now: datetime) -> int | None:
        staying = list((await session.execute(_STAYING, {"people": people})).scalars())
        alone, together = _sorted((await session.execute(_THEIRS, {"people": staying, "now": now})).all())
        gathering = self._gathering
        if together:
            gathering = await _broadcast(session, gathering, now)
            await _carry(session, gathering, together)
        if alone:
            await session.execute(_WAKE, [{"broadcast": broadcast, "person": person} for broadcast, person in alone])
        return gathering


def _sorted(rows: Sequence[Any]) -> tuple[list[Key], dict[int, list[int]]]:
    """Those that go alone, and of each person the broadcasts that go together."""
    by_person: dict[int, list[int]] = {}
    alone: list[Key] = []
    for broadcast, person, subject, urgent, timing in rows:
        if subject.startswith(GATHERED) and not urgent and not _has_hours(timing):
            by_person.setdefault(person, []).append(broadcast)
        else:
            alone.append((broadcast, person))
    together = {person: theirs for person, theirs in by_person.items() if len(theirs) > 1}
    return alone + [(theirs[0], person) for person, theirs in by_person.items() if len(theirs) == 1], together


def _has_hours(timing: dict[str, Any] | None) -> bool:
    """Whether staff said when it may come: a gathered message, which has no hours, could go outside of them."""
    asked = Timing.from_json(timing)
    return asked.at_local is not None or asked.window is not None


async def _broadcast(session: AsyncSession, gathering: int | None, now: datetime) -> int:
    """The one of this wake-up if it is still being sent, else a new one."""
    still = select(BroadcastRow.id).where(BroadcastRow.id == gathering, BroadcastRow.state == BroadcastState.SENDING)
    if gathering is not None and await session.scalar(still.with_for_update()):
        return gathering
    row = BroadcastRow(
        subject=f"gather:{now:%Y-%m-%dT%H:%M:%S.%fZ}",
        state=BroadcastState.SENDING,
        content={"gathered": []},
        audience={},
        task=Task.GATHER,
        created_at=now,
        launched_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def _carry(session: AsyncSession, gathering: int, together: dict[int, list[int]]) -> None:
    rows = [
        {
            "broadcast_id": gathering,
            "supporter_id": person,
            "state": DeliveryState.PENDING,
            "place": random.randrange(LAST_PLACE),  # noqa: S311 - an order, no secret
            "attempts": 0,
            "carried_by": gathering,  # itself: by that the database knows whose outcome is to be shared
        }
        for person in together
    ]
    await session.execute(insert(DeliveryRow), rows)
    keys = [{"broadcast": broadcast, "person": person} for person, theirs in together.items() for broadcast in theirs]
    await session.execute(_CARRY, [{**key, "gathering": gathering} for key in keys])
