"""The database goes away, or turns out to be another one, while what an earlier run left is read a chunk at a time."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.outage import Unusable
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram import intake as intake_module
from bot.telegram import kept
from bot.telegram.intake import Intake
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.fault_proxy import before_postgresql
from tests.telegram.receiving import Seen, everybody_looks_dead, message, running

LEFT = list(range(1, 11))


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "BACKLOG", 4)
    monkeypatch.setattr(kept, "CHUNK", 2)


async def leave(database: Database, vault: Vault, clock: FrozenClock, seen: Seen) -> None:
    """As a process that dies before it has handled anything."""
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(number, person=number) for number in LEFT])


@with_postgresql
async def test_fault_09_a_connection_cut_while_it_is_read_is_opened_again_and_nothing_is_read_twice(
    postgresql_template: PostgresqlTemplate, tmp_path: Path, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    with postgresql_template.clone(tmp_path) as url:
        async with before_postgresql(url) as (proxy, through):
            database = Database(through)
            await leave(database, vault, clock, seen)
            seen.gate.set()
            proxy.cut_at(b"inbound_updates.update_id >", arrives=False)
            async with running(database, vault, clock, seen) as intake, asyncio.timeout(60):
                while len(seen.numbers) < len(LEFT):
                    await clock.advance(seconds=1)
                    await asyncio.sleep(0.005)
                await intake.drain()
            await database.close()
    assert proxy.cuts_made == 1
    assert sorted(seen.numbers) == LEFT


async def test_a_database_of_another_shape_is_said_in_one_sentence_and_what_is_left_is_handled_once_it_is_mended(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async def rename(before: str, after: str) -> None:
        async with database.write() as session:
            await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    async def take_up() -> None:
        failed = asyncio.Event()
        async with Supervisor(on_failure=failed.set) as supervisor, asyncio.timeout(60):
            supervisor.start("intake", Intake(database, vault, clock, seen).run(supervisor))
            while sum(seen.at_once.values()) < intake_module.BACKLOG:  # then it is read on once there is room
                await asyncio.sleep(0.005)
            await rename("inbound_updates", "elsewhere")
            seen.gate.set()
            await failed.wait()

    await leave(database, vault, clock, seen)
    with pytest.raises(Unusable, match="run `nida db upgrade`"):
        await take_up()
    await rename("elsewhere", "inbound_updates")
    await everybody_looks_dead(database)
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(99)])
        await intake.drain()
    assert set(seen.numbers) == {*LEFT, 99}
