"""The record of what staff did: whole, in order, and telling when somebody changed it."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.staff.audit import Audit, Entry, record
from bot.storage.database import Database
from tests.clocks import START, FrozenClock

WRITERS = 12


@pytest.fixture
def audit(database: Database, clock: FrozenClock) -> Audit:
    return Audit(database, clock)


async def some(audit: Audit, count: int = 4) -> Sequence[Entry]:
    for number in range(1, count + 1):
        await audit.record("آمل", "petitions.export", "open-justice", format="csv", signatures=number, names=True)
    return await audit.list()


async def without_guard(database: Database, change: str) -> None:
    """What somebody with the database in hand can do."""
    kind = "sqlite" if database.is_sqlite else "postgresql"
    guards = ["audit_update", "audit_delete"] if kind == "sqlite" else ["audit_guard ON audit"]
    async with database.write() as session:
        for guard in guards:
            await session.execute(text(f"DROP TRIGGER {guard}"))
        await session.execute(text(change))


async def test_entries_are_kept_as_they_were_made_and_fit(audit: Audit) -> None:
    assert await audit.check() == await audit.check()
    assert (await audit.check()).entries == 0
    newest, *_, first = await some(audit)
    assert (first.number, first.at, first.who, first.what, first.object) == (1, START, "آمل", "petitions.export", "open-justice")
    assert newest.details == {"format": "csv", "signatures": 4, "names": True}
    checked = await audit.check()
    assert (checked.entries, checked.last, checked.fault) == (4, newest.hash, None)


async def test_those_who_write_at_once_make_one_chain(audit: Audit, database: Database) -> None:
    await asyncio.gather(*(audit.record(f"editor {each}", "petitions.open", "open-justice") for each in range(WRITERS)))
    checked = await audit.check()
    assert (checked.entries, checked.fault) == (WRITERS, None)
    assert {entry.who for entry in await audit.list()} == {f"editor {each}" for each in range(WRITERS)}


async def test_what_was_not_done_is_not_recorded(audit: Audit, database: Database) -> None:
    async def fails() -> None:
        async with database.write() as session:
            await record(session, START, "Amal", "petitions.close", "open-justice")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    assert not await audit.list()


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'Nobody' WHERE id = 2", "DELETE FROM audit WHERE id = 4"])
async def test_the_database_refuses_to_change_an_entry(audit: Audit, database: Database, change: str) -> None:
    await some(audit)
    with pytest.raises(DBAPIError, match="only added to"):
        async with database.write() as session:
            await session.execute(text(change))
    assert (await audit.check()).fault is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit SET who = 'Nobody' WHERE id = 2", 2),
        ("UPDATE audit SET at = '2026-11-03 10:37:22+00:00' WHERE id = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE id = 4", 4),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE id = 1) WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 3", 3),
    ],
)
async def test_the_first_entry_that_does_not_fit_is_named(audit: Audit, database: Database, change: str, fault: int) -> None:
    await some(audit)
    await without_guard(database, change)
    checked = await audit.check()
    assert (checked.fault, checked.entries) == (fault, fault - 1)


async def test_an_end_that_was_cut_off_is_seen_by_who_noted_it(audit: Audit, database: Database) -> None:
    second = (await some(audit, 2))[0].hash
    last = (await some(audit, 2))[0].hash
    assert (await audit.check(second)).noted
    assert (await audit.check(last)).noted
    await without_guard(database, "DELETE FROM audit WHERE id = 4")
    assert (await audit.check(second)).noted
    cut = await audit.check(last)
    assert (cut.noted, cut.fault, cut.entries) == (False, None, 3)
