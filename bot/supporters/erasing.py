"""Erasing a person."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.supporters.models import SupporterRow
from bot.supporters.tables import deliveries


async def erase(session: AsyncSession, tag: bytes) -> bool:
    """Delete the row; followings go with it. What was owed to this person is cancelled, and the ledger's rows stay as
    numbers without a person. A message in flight is settled by its sender. False when there was no row."""
    # Locked first: a fan-out that runs meanwhile must not write down a delivery for somebody half erased.
    found = await session.execute(select(SupporterRow.id).where(SupporterRow.tag == tag).with_for_update())
    supporter_id = found.scalar_one_or_none()
    if supporter_id is None:
        return False
    theirs = deliveries.c.supporter_id == supporter_id
    await session.execute(
        update(deliveries)
        .where(theirs, deliveries.c.state.in_(("pending", "deferred")))
        .values(state="cancelled", reason="erased")
    )
    await session.execute(update(deliveries).where(theirs, deliveries.c.message_id.is_not(None)).values(message_id=None))
    await session.execute(delete(SupporterRow).where(SupporterRow.id == supporter_id))
    return True
