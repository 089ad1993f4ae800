"""What people hold about an event: the notice of a change that is still going out, and the messages that show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.events.telling import card_subject, change_subject, reminder_subject

_OPEN: Final = (BroadcastState.SCHEDULED, BroadcastState.PREPARING, BroadcastState.SENDING, BroadcastState.HELD)


@dataclass(frozen=True, slots=True)
class GoingOut:
    """A notice that not everybody has. `before` are the states it names, `heard` says that somebody may have got it, and
    `waits_until` when it begins if it has not."""

    id: int
    before: tuple[dict[str, Any], ...]
    heard: bool
    waits_until: datetime | None


async def going_out(session: AsyncSession, slug: str) -> list[GoingOut]:
    """Held, so that nobody claims a part of it until the caller's transaction is over."""
    named = BroadcastRow.subject.startswith(change_subject(slug, ""))
    found = select(BroadcastRow).where(named, BroadcastRow.state.in_(_OPEN)).order_by(BroadcastRow.id).with_for_update()
    rows = (await session.execute(found)).scalars().all()
    return [
        GoingOut(
            row.id,
            tuple(row.content["before"]),
            await _was_begun(session, row.id),
            row.starts_at if row.state is BroadcastState.SCHEDULED else None,
        )
        for row in rows
    ]


async def _was_begun(session: AsyncSession, broadcast_id: int) -> bool:
    begun = select(DeliveryRow.id).where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.attempts > 0).limit(1)
    return await session.scalar(begun) is not None


async def shown(session: AsyncSession, slug: str) -> list[BroadcastRow]:
    """What messages that show the event as it was are copies of: cards, and reminders of it."""
    named = (BroadcastRow.subject == card_subject(slug)) | BroadcastRow.subject.startswith(reminder_subject(slug, "", "")[:-1])
    found = select(BroadcastRow).where(named, BroadcastRow.task == Task.SEND, BroadcastRow.launched_at.is_not(None))
    return list((await session.execute(found.order_by(BroadcastRow.id))).scalars())


async def count_copies(session: AsyncSession, broadcasts: list[BroadcastRow]) -> int:
    sent = select(func.count()).where(
        DeliveryRow.broadcast_id.in_([row.id for row in broadcasts]),
        DeliveryRow.state == DeliveryState.SENT,
        DeliveryRow.message_id.is_not(None),
    )
    return await session.scalar(sent) or 0
