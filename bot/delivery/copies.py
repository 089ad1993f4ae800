"""The copies of a broadcast that people have: whom a correction or a recall is for."""

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.jobs import MOST_SENDS, Job
from bot.delivery.statements import Leasing, changed

_LONG: Final = {"long": True}
_OLDER: Final = """
    FROM deliveries AS copy JOIN supporters AS reader ON reader.id = copy.supporter_id
    WHERE copy.broadcast_id = :original AND copy.state = 'sent' AND copy.message_id IS NOT NULL
        AND COALESCE(copy.version, 1) < :version AND reader.blocked_at IS NULL
"""
"""Copies that show an older version. Where the bot is blocked nothing can be changed."""
_OWE: Final = """
    INSERT INTO deliveries (broadcast_id, supporter_id, state, place, attempts)
    SELECT CAST(:amendment AS INTEGER), copy.supporter_id, 'pending', {place}, 0 {older} {slice} ON CONFLICT DO NOTHING
"""
_SLICE: Final = "AND copy.supporter_id > :behind AND copy.supporter_id <= :last"
_RANDOM: Final = {True: "abs(random() % 100)", False: "floor(random() * 100)"}

LAST_OF_SLICE: Final = text(f"""
    SELECT max(supporter_id) FROM (
        SELECT copy.supporter_id AS supporter_id {_OLDER} AND copy.supporter_id > :behind ORDER BY copy.supporter_id LIMIT :most
    ) AS slice
""")  # noqa: S608 - of constants
COUNT: Final = text(f"SELECT copy.locale, count(*), count(copy.carried_by) {_OLDER} GROUP BY copy.locale")
_ON_THEIR_WAY: Final = text("""
    SELECT 1 FROM deliveries WHERE broadcast_id = :original AND state IN ('pending', 'leased') AND state = 'leased'
        AND COALESCE(version, 0) < :version
    UNION ALL
    SELECT 1 FROM deliveries AS part JOIN deliveries AS carrier
        ON carrier.broadcast_id = part.carried_by AND carrier.supporter_id = part.supporter_id
    WHERE part.broadcast_id = :original AND part.state = 'deferred' AND part.due_at IS NULL
        AND COALESCE(part.version, 0) < :version AND carrier.state = 'leased'
    LIMIT 1
""")
"""By itself, or in a message with others."""


def _owe(*, is_sqlite: bool, sliced: bool) -> TextClause:
    return text(_OWE.format(place=_RANDOM[is_sqlite], older=_OLDER, slice=_SLICE if sliced else ""))


_OWE_SLICE: Final = {is_sqlite: _owe(is_sqlite=is_sqlite, sliced=True) for is_sqlite in (True, False)}
_OWE_ALL: Final = {is_sqlite: _owe(is_sqlite=is_sqlite, sliced=False) for is_sqlite in (True, False)}


async def owe_slice(session: AsyncSession, job: Job, behind: int | None, most: int, *, is_sqlite: bool) -> int | None:
    """Write down that the next copies are to be changed; the last supporter of the slice, None when there was nobody left."""
    older = {"original": job.original_id, "version": job.version, "behind": -1 if behind is None else behind}
    last: int | None = await session.scalar(LAST_OF_SLICE, {**older, "most": most}, execution_options=_LONG)
    if last is not None:
        owed = {**older, "amendment": job.id, "last": last}
        await session.execute(_OWE_SLICE[is_sqlite], owed, execution_options=_LONG)
    return last


async def caught_up(session: AsyncSession, leasing: Leasing, job: Job, owner: int, *, is_sqlite: bool) -> bool:
    """Whether nobody has, or can still get, an older version. What was on its way while this was launched is written down
    now; what a sender that is gone had on its way is given back first, so that it cannot arrive unnoticed."""
    original = {"original": job.original_id, "version": job.version}
    for give_back in (leasing.give_back, leasing.give_back_carriers):
        await session.execute(give_back, {"original": job.original_id, "owner": owner, "most": MOST_SENDS})
    if await session.scalar(_ON_THEIR_WAY, original):
        return False
    result = await session.execute(_OWE_ALL[is_sqlite], {**original, "amendment": job.id}, execution_options=_LONG)
    return changed(result) <= 0
