"""What is left of a cancelled broadcast: it is owed to nobody any more, slice by slice, until nothing of it is open."""

from datetime import datetime
from typing import Final

from sqlalchemy import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import statements as sql

SLICE: Final = 5_000
"""Rows in one transaction: few enough not to hold SQLite's only writer for long."""
_LONG: Final = {"long": True}


async def close_slice(session: AsyncSession, leasing: sql.Leasing, broadcast_id: int, now: datetime) -> bool:
    """Close the next rows of a cancelled broadcast; False when none are left but those on their way, which are settled first.

    What was begun and never answered is not called unsent: it is uncertain.
    """
    closing = {"id": broadcast_id, "most": SLICE}
    owner = (await session.execute(sql.EPOCH)).scalar_one_or_none() or 0
    pending = await session.execute(leasing.close, {**closing, "owner": owner}, execution_options=_LONG)
    deferred = await session.execute(leasing.close_deferred, closing, execution_options=_LONG)
    assert isinstance(pending, CursorResult)  # noqa: S101 - what every UPDATE returns
    assert isinstance(deferred, CursorResult)  # noqa: S101
    if pending.rowcount or deferred.rowcount:
        return True
    await session.execute(sql.CLOSED, {"id": broadcast_id, "now": now})
    return False
