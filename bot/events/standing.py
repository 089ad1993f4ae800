"""What people hold about an event: the notice of a change that is still going out, and the messages that show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import WAS_RECALLED, BroadcastRow, BroadcastState, DeliveryRow, DeliveryState, Task
from bot.events.telling import card_subjects, change_subject, place_subject, reminder_subject

_OPEN: Final = (BroadcastState.SCHEDULED, BroadcastState.PREPARING, BroadcastState.SENDING, BroadcastState.HELD)
_WAS_MISSED: Final = exists().where(
    DeliveryRow.broadcast_id == BroadcastRow.id, DeliveryRow.state.in_((DeliveryState.UNCERTAIN, DeliveryState.REJECTED))
)
"""Whoever blocked us is not counted: they are told of nothing, and see how it is when they come back."""


@dataclass(frozen=True, slots=True)
class GoingOut:
    """A notice that not everybody has. `believed` are the states people may have believed when it was written, `heard` says
    that somebody may have got it, and `waits_until` when it begins if it has not."""

    id: int
    believed: tuple[dict[str, Any], ...]
    heard: bool
    waits_until: datetime | None


async def going_out(session: AsyncSession, slug: str, *, hold: bool) -> list[GoingOut]:
    """Also the last one where it was cancelled, or taken back, or did not reach somebody: who did not get it, or has it no more,
    may know nothing of that change. If they are held, nobody claims a part of them until the caller's transaction is over."""
    named = BroadcastRow.subject.startswith(change_subject(slug, ""), autoescape=True), BroadcastRow.task == Task.SEND
    last = select(func.max(BroadcastRow.id)).where(*named).scalar_subquery()
    stopped = (BroadcastRow.id == last) & ((BroadcastRow.state == BroadcastState.CANCELLED) | WAS_RECALLED | _WAS_MISSED)
    found = select(BroadcastRow).where(*named, BroadcastRow.state.in_(_OPEN) | stopped).order_by(BroadcastRow.id)
    asked = found.with_for_update() if hold else found
    rows = (await session.execute(asked, execution_options={"long": True})).scalars().all()
    return [
        GoingOut(
            row.id,
            tuple(row.content["believed"]),
            await _was_begun(session, row.id),
            row.starts_at if row.state is BroadcastState.SCHEDULED else None,
        )
        for row in rows
    ]


async def _was_begun(session: AsyncSession, broadcast_id: int) -> bool:
    begun = select(DeliveryRow.broadcast_id).where(DeliveryRow.broadcast_id == broadcast_id, DeliveryRow.attempts > 0).limit(1)
    return await session.scalar(begun) is not None


async def shown(session: AsyncSession, slug: str) -> list[BroadcastRow]:
    """What messages that show the event as it was are copies of, or will be: cards, reminders of it, and places."""
    beginnings = (reminder_subject(slug, "", "")[:-1], place_subject(slug, ""))
    sent = (BroadcastRow.subject.startswith(beginning, autoescape=True) for beginning in beginnings)
    named = or_(BroadcastRow.subject.in_(card_subjects(slug)), *sent)
    begun = BroadcastRow.launched_at.is_not(None) | BroadcastRow.state.in_(_OPEN)
    found = select(BroadcastRow).where(named, BroadcastRow.task == Task.SEND, begun)
    return list((await session.execute(found.order_by(BroadcastRow.id))).scalars())


def is_open(row: BroadcastRow) -> bool:
    """Whether somebody may still get it."""
    return row.state in _OPEN


async def count_copies(session: AsyncSession, broadcasts: list[BroadcastRow]) -> int:
    sent = select(func.count()).where(
        DeliveryRow.broadcast_id.in_([row.id for row in broadcasts]),
        DeliveryRow.state == DeliveryState.SENT,
        DeliveryRow.message_id.is_not(None),
    )
    return await session.scalar(sent) or 0
