"""What is left of a cancelled broadcast: it is owed to nobody any more, slice by slice, until nothing of it is open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import statements as sql
from bot.delivery.asked import note_asked
from bot.delivery.models import BroadcastRow
from bot.supporters.ask_audience import AskAudience, is_call
from bot.supporters.erasing import hold_off_erasing

SLICE: Final = 5_000
"""Rows in one transaction: few enough not to hold SQLite's only writer for long."""
_LONG: Final = {"long": True}


async def close_slice(session: AsyncSession, leasing: sql.Leasing, broadcast_id: int, now: datetime) -> bool:
    """Close the next rows of a cancelled broadcast; False when none are left but those on their way, which are settled first.

    What was begun and never answered is not called unsent: it is uncertain.
    """
    await hold_off_erasing(session)
    closing = {"id": broadcast_id, "most": SLICE}
    owner = (await session.execute(sql.EPOCH)).scalar_one_or_none() or 0
    pending = (await session.execute(leasing.close, {**closing, "owner": owner}, execution_options=_LONG)).all()
    deferred = (await session.execute(leasing.close_deferred, closing, execution_options=_LONG)).all()
    await _note_doubts(session, broadcast_id, [person for person, attempts in (*pending, *deferred) if attempts], now)
    if pending or deferred:
        return True
    await session.execute(sql.CLOSED, {"id": broadcast_id, "now": now})
    return False


async def _note_doubts(session: AsyncSession, broadcast_id: int, people: Sequence[int], now: datetime) -> None:
    if people:
        audience = (await session.execute(select(BroadcastRow.audience).where(BroadcastRow.id == broadcast_id))).scalar_one()
        await note_asked(session, AskAudience.from_json(audience) if is_call(audience) else None, people, now)
