"""Erasing a person."""

from typing import Final

from sqlalchemy import Text, cast, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.supporters.event_audience import PERSON, for_nobody
from bot.supporters.models import SupporterRow
from bot.supporters.tables import broadcasts

_LOCK: Final = 1852400765
_FRESH: Final = {
    "sqlite": "-1 - (random() & 4611686018427387903)",
    "postgresql": "-1 - CAST(floor(random() * 4611686018427387904) AS BIGINT)",
}
"""A number that nobody ever had: those of supporters are positive."""
_ELSEWHERE: Final = {"sqlite": "rowid = CASE WHEN state = 'leased' THEN rowid ELSE {fresh} END,", "postgresql": ""}
"""SQLite's rows lie in the order in which they were written: in each broadcast the erased would lie between the same two."""
_LET_GO: Final = """
    UPDATE deliveries SET message_id = NULL, due_at = NULL, {elsewhere}
        supporter_id = CASE WHEN state = 'leased' THEN supporter_id ELSE {fresh} END,
        carried_by = CASE WHEN state = 'leased' THEN carried_by END,
        reason = CASE WHEN state IN ('pending', 'deferred', 'leased') THEN 'erased' ELSE reason END,
        state = CASE WHEN state IN ('pending', 'deferred') THEN 'cancelled' ELSE state END
    WHERE broadcast_id IN (SELECT id FROM broadcasts) AND supporter_id = :person
"""
"""One statement, so that what is claimed or settled meanwhile is one or the other. Each row gets a number of its own: none
tells which were of one person. What is on its way keeps theirs, by which its sender knows it, and is marked: the database lets
go of it as it comes back (migration 0006), whoever writes that down."""


async def hold_off_erasing(session: AsyncSession) -> None:
    """Nobody is erased until the transaction is over: call it first in one that writes deliveries for many people, as those of
    whoever is erased would keep a number that leads nowhere. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})"))


async def _wait_for_writers(session: AsyncSession) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


async def erase(session: AsyncSession, tag: bytes) -> bool:
    """Delete the row; followings go with it. What was owed to this person is cancelled, and the ledger's rows stay as
    numbers without a person. A message in flight is settled by its sender. False when there was no row."""
    await _wait_for_writers(session)
    # Locked: nobody writes down a single delivery for somebody half erased either.
    found = await session.execute(select(SupporterRow.id).where(SupporterRow.tag == tag).with_for_update())
    supporter_id = found.scalar_one_or_none()
    if supporter_id is None:
        return False
    dialect = session.get_bind().dialect.name
    let_go = _LET_GO.replace("{elsewhere}", _ELSEWHERE[dialect]).replace("{fresh}", _FRESH[dialect])
    await session.execute(text(let_go), {"person": supporter_id})
    await _forget_notices(session, supporter_id)
    await session.execute(delete(SupporterRow).where(SupporterRow.id == supporter_id))
    return True


async def _forget_notices(session: AsyncSession, supporter_id: int) -> None:
    """Of what was written for this person alone, whom it was for."""
    named = cast(broadcasts.c.audience[PERSON].as_string(), Text)  # as text: PostgreSQL's integers are shorter than our numbers
    found = select(broadcasts.c.id, broadcasts.c.audience).where(named == str(supporter_id)).with_for_update()
    for broadcast_id, audience in (await session.execute(found)).all():
        this = update(broadcasts).where(broadcasts.c.id == broadcast_id)
        await session.execute(this.values(audience=for_nobody(audience)))
