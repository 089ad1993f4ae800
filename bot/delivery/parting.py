"""What a held gathering was to bring goes by itself: that it is together may be what is at fault, and who lets an update go on
does not think of the gathering. What may have arrived waits for somebody's decision about the gathering."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.models import BroadcastRow, BroadcastState, Task
from bot.storage.database import Database
from bot.storage.types import Moment

SLICE: Final = 500
"""Messages taken apart in one transaction."""
# Word for word the conditions of the partial indexes.
_PENDING: Final = "state IN ('pending', 'leased') AND state = 'pending' AND attempts = 0"
_DEFERRED: Final = "state = 'deferred' AND attempts = 0"
_THEIRS: Final = "SELECT 1 FROM deliveries WHERE broadcast_id = broadcasts.id AND"
_SOME: Final = f"EXISTS ({_THEIRS} {_PENDING}) OR EXISTS ({_THEIRS} {_DEFERRED})"
_HELD: Final = select(BroadcastRow.id).where(
    BroadcastRow.task == Task.GATHER, BroadcastRow.state == BroadcastState.HELD, text(f"({_SOME})")
)
_ONE_HELD: Final = _HELD.limit(1)
_WAITING: Final = text(f"""
    SELECT supporter_id FROM (
        SELECT supporter_id FROM deliveries WHERE broadcast_id = :gathering AND {_PENDING}
        UNION ALL SELECT supporter_id FROM deliveries WHERE broadcast_id = :gathering AND {_DEFERRED}
    ) AS waiting LIMIT :most
""")  # noqa: S608 - of constants
_PART: Final = text("""
    UPDATE deliveries SET state = 'pending', carried_by = NULL, due_at = :now
    WHERE carried_by = :gathering AND supporter_id IN :people AND carried_by <> broadcast_id AND state = 'deferred'
""").bindparams(bindparam("people", expanding=True), bindparam("now", type_=Moment))
_EMPTY: Final = text("""
    UPDATE deliveries SET state = 'cancelled', reason = 'taken apart', due_at = NULL
    WHERE broadcast_id = :gathering AND supporter_id IN :people
""").bindparams(bindparam("people", expanding=True))


async def part_what_is_held(database: Database, now: datetime) -> bool:
    """A slice of it; whether there was any."""
    gathering = await database.look_up(lambda connection: connection.execute(_ONE_HELD).scalar())
    if gathering is None:
        return False
    async with database.write(quiet=True) as session:
        await _part(session, gathering, now)
    return True


async def _part(session: AsyncSession, gathering: int, now: datetime) -> None:
    # Locked, so that nothing of it is claimed from now on.
    if await session.scalar(_HELD.where(BroadcastRow.id == gathering).with_for_update()):
        people = (await session.execute(_WAITING, {"gathering": gathering, "most": SLICE})).scalars().all()
        await session.execute(_PART, {"gathering": gathering, "people": people, "now": now})
        await session.execute(_EMPTY, {"gathering": gathering, "people": people})
