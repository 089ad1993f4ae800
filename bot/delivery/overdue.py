"""What was to come at a time on each reader's clock, when nothing ran: whether it is still right to send, a person knows."""

from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import bindparam, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.timing import GRACE, Timing, missed
from bot.storage.database import Database
from bot.storage.types import Moment

log = structlog.get_logger()

_DEFERRED: Final = text("deliveries.state = 'deferred'")  # word for word the condition of the partial index
_FIRST_DUE: Final = (
    select(func.min(DeliveryRow.due_at)).where(DeliveryRow.broadcast_id == BroadcastRow.id, _DEFERRED).scalar_subquery()
)
_LATE: Final = select(BroadcastRow.id, BroadcastRow.timing, _FIRST_DUE.label("due")).where(
    BroadcastRow.state == BroadcastState.SENDING,
    BroadcastRow.timing.is_not(None),
    bindparam("late", type_=Moment) > _FIRST_DUE,
)


async def hold_what_is_late(database: Database, now: datetime) -> None:
    """Within the grace it goes."""
    found = await database.look_up(lambda connection: connection.execute(_LATE, {"late": now - GRACE}).all())
    for broadcast_id, timing, due in found:
        if Timing.from_json(timing).at_local is None:
            continue
        async with database.write() as session:
            sending = (BroadcastRow.id == broadcast_id, BroadcastRow.state == BroadcastState.SENDING)
            held = {"state": BroadcastState.HELD, "hold_reason": missed(due)}
            await session.execute(update(BroadcastRow).where(*sending).values(**held))
        log.error("broadcast.held", broadcast=broadcast_id, reason=missed(due))


async def is_due_only_now(session: AsyncSession, broadcast_id: int, now: datetime) -> None:
    """Somebody has decided that what is late goes all the same."""
    late = (DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.state == DeliveryState.DEFERRED, DeliveryRow.due_at < now)
    await session.execute(update(DeliveryRow).where(*late).values(due_at=literal(now, Moment)), execution_options={"long": True})
