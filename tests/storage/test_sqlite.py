"""The dialect that runs SQLite in the loop: many tasks, cancelled at any moment, lose and break nothing."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from bot.errors import Misuse
from bot.storage.database import Database, Locked
from bot.storage.models import InstallationRow
from bot.telegram.models import InboundUpdateRow
from tests.clocks import START
from tests.databases import SqliteTemplate, in_use

COUNT_FOR_A_WHILE = text(
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 800000) SELECT max(n) FROM counted"
)
HOLDER = """
import sys
from bot.storage.database import Database
database = Database(sys.argv[1])
database.take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def database(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Database]:
    with sqlite_template.clone(tmp_path) as url:
        opened = Database(url)
        yield opened
        await opened.close()


async def add_counter(database: Database) -> None:
    async with database.write() as session:
        session.add(InstallationRow(key_check=b"", created_at=START))


async def counted(database: Database) -> int:
    async with database.read() as session:
        return (await session.execute(select(InstallationRow.epoch))).scalar_one()


async def read_then_add_one(database: Database) -> None:
    async with database.write() as session:
        found = (await session.execute(select(InstallationRow.epoch))).scalar_one()
        await asyncio.sleep(0)
        await session.execute(update(InstallationRow).values(epoch=found + 1))


async def test_tasks_that_read_and_then_write_all_finish_and_none_is_lost(database: Database) -> None:
    await add_counter(database)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(80):
            tasks.create_task(read_then_add_one(database))
    assert await counted(database) == 80


async def store(database: Database, update_id: int) -> None:
    async with database.write() as session:
        await session.execute(insert(InboundUpdateRow).values(update_id=update_id, body=b"x" * 5000, received_at=START))


@pytest.mark.parametrize("steps", range(14))
async def test_a_task_cancelled_at_any_moment_leaves_a_connection_to_work_with(database: Database, steps: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        cut = tasks.create_task(store(database, 1))
        for _ in range(steps):
            await asyncio.sleep(0)
        cut.cancel()
        cut.cancel()
    await store(database, 2)
    async with database.read() as session:
        kept = list((await session.execute(select(InboundUpdateRow.update_id))).scalars())
    assert kept in ([2], [1, 2])


async def test_a_task_cancelled_while_the_disk_is_written_has_written_whole(database: Database) -> None:
    async with asyncio.TaskGroup() as tasks:
        cut = tasks.create_task(store(database, 1))
        await asyncio.sleep(0)
        while in_use(database) and not cut.done():
            await asyncio.sleep(0)
            cut.cancel()
    await store(database, 2)


async def ticks_during(work: "asyncio.Task[object]") -> int:
    ticks = 0
    while not work.done():
        await asyncio.sleep(0.005)
        ticks += 1
    return ticks


async def count_for_a_while(database: Database, *, long: bool) -> object:
    async with database.read() as session:
        return (await session.execute(COUNT_FOR_A_WHILE, execution_options={"long": long})).scalar_one()


async def test_a_long_statement_does_not_hold_the_loop(database: Database) -> None:
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(count_for_a_while(database, long=True))
        assert await ticks_during(work) > 5
    assert work.result() == 800_000


async def test_a_long_statement_that_is_cancelled_leaves_a_connection_to_work_with(database: Database) -> None:
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(count_for_a_while(database, long=True))
        await asyncio.sleep(0.02)
        work.cancel()
    assert work.cancelled()
    await store(database, 2)


async def write_and_fail(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(InstallationRow).values(epoch=9))
        raise RuntimeError


async def test_a_failing_block_writes_nothing(database: Database) -> None:
    await add_counter(database)
    with pytest.raises(RuntimeError):
        await write_and_fail(database)
    assert await counted(database) == 0


async def test_a_reading_block_writes_nothing(database: Database) -> None:
    await add_counter(database)
    async with database.read() as session:
        await session.execute(update(InstallationRow).values(epoch=9))
    assert await counted(database) == 0


@pytest.mark.usefixtures("durably")
async def test_the_settings_that_keep_data_safe_are_on(database: Database) -> None:
    async with database.read() as session:
        for name, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert (await session.execute(text(f"PRAGMA {name}"))).scalar_one() == value


def test_a_second_process_is_refused_and_told_which_has_the_file(database: Database) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        with pytest.raises(Locked, match=rf"in use by another process \(number {holder.pid}\).*Stop it, or use PostgreSQL"):
            database.take()
        holder.send_signal(signal.SIGKILL)
    database.take()


async def test_the_file_is_free_again_once_closed(database: Database) -> None:
    database.take()
    database.take()
    second = Database(database.url)
    with pytest.raises(Locked):
        second.take()
    await database.close()
    second.take()
    await second.close()


def test_a_lock_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot be written: No such file or directory; make its folder"):
        Database(f"sqlite:///{tmp_path}/missing/nida.db").take()


async def test_what_is_erased_stands_in_no_file_any_more(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nida.db'}")
    async with database.write() as session:
        await session.execute(text("CREATE TABLE kept (said TEXT)"))
    said = "what somebody said " * 500  # more than one page
    async with database.write() as session:
        await session.execute(text("INSERT INTO kept VALUES (:said), ('else')"), {"said": said})
    async with database.write() as session:
        await session.execute(text("DELETE FROM kept WHERE said <> 'else'"))
    await database.empty_log()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"somebody said" not in held
    assert b"else" in held
    async with database.read() as session:
        assert await session.scalar(text("PRAGMA secure_delete")) == 1
    await database.close()
