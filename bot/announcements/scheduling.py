"""Beginning what was scheduled, once; and keeping together what happens in one case within minutes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.plan import AT_ONCE, Plan
from bot.clock import Clock
from bot.delivery.control import cancelled, ensure_not_taken_back
from bot.delivery.models import WAS_RECALLED, BroadcastRow, BroadcastState, Task
from bot.delivery.timing import GRACE, Timing, missed
from bot.errors import NidaError
from bot.storage.database import Database
from bot.storage.types import Moment
from bot.supporters.audience import Drawable, zones
from bot.supporters.event_audience import is_of_event

_IDLE: Final = (
    BroadcastRow.state == BroadcastState.CANCELLED,
    BroadcastRow.launched_at.is_(None),
    BroadcastRow.starts_at.is_not(None),
    ~WAS_RECALLED,
)
_DUE: Final = (BroadcastRow.state == BroadcastState.SCHEDULED, BroadcastRow.starts_at <= bindparam("now", type_=Moment))
_WHOSE_TIME_HAS_COME: Final = select(BroadcastRow.id).where(*_DUE)


async def first_start(
    database: Database, subject: str, audience: Drawable, plan: Plan, now: datetime, default_timezone: str
) -> datetime | None:
    """When the first of them would get it; None for at once. Raises NidaError when that is over, or it was taken
    back, or goes by another plan already. Who named no zone is taken to live in the default one."""
    async with database.read() as session:
        there = await session.scalar(select(BroadcastRow).where(BroadcastRow.subject == subject))
        if there is not None and not await is_idle(session, there.id):
            await ensure_not_taken_back(session, there)
            await ensure_unplanned(session, there.id, plan)
        living = await zones(session, audience, now) if plan.at_local else {}
    return plan.starts_at(now, {zone or default_timezone for zone in living} or {default_timezone})


async def start_due(database: Database, clock: Clock) -> None:
    """Let what is due begin. What should have begun long ago is held: whether it is still right to send, a person knows. What
    is about an event says itself until when it is of use: after that it is cancelled."""
    now = clock.now()
    found = await database.look_up(lambda connection: connection.execute(_WHOSE_TIME_HAS_COME, {"now": now}).scalars().all())
    for broadcast_id in found:
        async with database.write() as session:
            still = select(BroadcastRow).where(BroadcastRow.id == broadcast_id, *_DUE).with_for_update()
            if row := (await session.execute(still, {"now": now})).scalar_one_or_none():
                _begin(row, row.starts_at or now, now)


def _begin(row: BroadcastRow, due_at: datetime, now: datetime) -> None:
    if Timing.from_json(row.timing).is_over(now):
        cancelled(row, "It was of no use any more by the time it could begin.")
    elif now - due_at <= GRACE or is_of_event(row.audience):
        row.state = BroadcastState.PREPARING
    else:
        row.state, row.held_from, row.hold_reason = BroadcastState.HELD, BroadcastState.PREPARING, missed(due_at)


async def begin(session: AsyncSession, broadcast_id: int, now: datetime, together: timedelta) -> None:
    """Note that its audience is drawn from now on, and, if the last news of the same case was less than `together` ago, when
    it may go. Done once, however often it is interrupted."""
    fresh = (BroadcastRow.id == broadcast_id, BroadcastRow.state == BroadcastState.PREPARING, BroadcastRow.launched_at.is_(None))
    row = (await session.execute(select(BroadcastRow).where(*fresh).with_for_update())).scalar_one_or_none()
    if row is None:
        return
    row.launched_at = now
    if row.task is not Task.SEND or row.urgent or not together or _case(row) is None:
        return
    recent = select(BroadcastRow).where(
        BroadcastRow.task == Task.SEND,
        BroadcastRow.launched_at > now - 2 * together,
        BroadcastRow.id != broadcast_id,
        BroadcastRow.state != BroadcastState.CANCELLED,
    )
    others = [other for other in (await session.execute(recent)).scalars() if _case(other) == _case(row)]
    asked = Timing.from_json(row.timing)
    row.timing = Timing(asked.at_local, asked.window, _free_again(others, now, together)).to_json()


async def take_up_again(session: AsyncSession, broadcast_id: int, row: dict[str, Any]) -> bool:
    """Put a new plan in the place of one that was cancelled before it began; False when it is no such one."""
    anew = {**row, "hold_reason": None, "held_from": None, "finished_at": None}
    idle = update(BroadcastRow).where(BroadcastRow.id == broadcast_id, *_IDLE)
    taken = await session.execute(idle.values(**anew).returning(BroadcastRow.id))
    return taken.scalar_one_or_none() is not None


async def is_idle(session: AsyncSession, broadcast_id: int) -> bool:
    """Whether it was cancelled before it began, so that it may be planned anew."""
    return await session.scalar(select(BroadcastRow.id).where(BroadcastRow.id == broadcast_id, *_IDLE)) is not None


async def ensure_unplanned(session: AsyncSession, broadcast_id: int, plan: Plan) -> None:
    """Raises NidaError where there is another plan already, or a new one for what was announced before."""
    row = (await session.execute(select(BroadcastRow).where(BroadcastRow.id == broadcast_id))).scalar_one()
    if row.state is BroadcastState.SCHEDULED:
        raise NidaError(f"It is scheduled for {row.starts_at:%Y-%m-%d %H:%M} UTC; `nida deliveries cancel` it to plan it anew.")
    if plan != AT_ONCE:
        raise NidaError(f"{row.subject} was announced before: how it goes cannot be changed any more.")


def _free_again(others: Sequence[BroadcastRow], now: datetime, together: timedelta) -> datetime | None:
    """When the next news of a case may go: at once, or when the minutes since the last, or those it waits for itself, are
    over."""
    went = [Timing.from_json(other.timing).not_before or other.launched_at for other in others]
    last = max((moment for moment in went if moment is not None), default=None)
    if last is None:
        return None
    if now < last:
        return last
    return last + together if now < last + together else None


def _case(row: BroadcastRow) -> int | None:
    """Whose news it is; None for what is told of an event or a petition, or calls to do something."""
    case: int | None = row.audience.get("case_id")
    return case
