"""What a claim of edits reads: not every broadcast there ever was for each person in it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from bot.delivery.models import Task
from bot.delivery.statements import for_postgresql, for_sqlite
from bot.storage.database import Database
from tests.clocks import START, FrozenClock
from tests.delivery.ledger_world import LedgerWorld

BROADCASTS, PEOPLE = 500, 20


async def test_all_broadcasts_are_looked_through_once_however_many_are_picked(database: Database, clock: FrozenClock) -> None:
    world = LedgerWorld(database, clock)
    await world.install()
    people = await world.subscribe(PEOPLE)
    original = await world.launch(people)
    edits = await world.launch(people, "correction:a", task=Task.CORRECT, original_id=original)
    claim = {"broadcast": edits, "original": original, "owner": 0, "want": PEOPLE, "version": 1, "most": 2, "settled_in": True}
    before = await read(database, claim)
    await world.sql("UPDATE deliveries SET state = 'pending', attempts = 0, leased_until = NULL")
    for number in range(BROADCASTS):
        await world.launch([], f"update:{number}", finished_at=START)
    await world.sql("ANALYZE")
    assert await read(database, claim) - before < BROADCASTS * PEOPLE


async def read(database: Database, claim: dict[str, Any]) -> int:
    """How much a claim of everybody reads: steps of SQLite's machine, or rows of broadcasts on PostgreSQL."""
    if not database.is_sqlite:
        async with database.write() as session:
            asked = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {for_postgresql.claim_edits.text}")
            plan = (await session.execute(asked, claim)).scalar_one()
            return sum(_read_of("broadcasts", plan[0]["Plan"]))
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    async with database.write() as session:
        driver: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        driver.set_progress_handler(count, 1)
        picked = (await session.execute(for_sqlite.claim_edits, claim)).scalars().all()
        driver.set_progress_handler(None, 1)
    assert len(picked) == PEOPLE
    return steps


def _read_of(table: str, node: dict[str, Any]) -> Iterator[int]:
    if node.get("Relation Name") == table:
        yield int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
    for each in node.get("Plans", ()):
        yield from _read_of(table, each)
