"""What the database does when nobody asks it anything more, and what becomes of connections that wait for their next use."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.storage import postgresql
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from bot.storage.outage import is_passing
from tests.fault_proxy import before_postgresql

ENDS_SOON = "SET idle_in_transaction_session_timeout = '50ms'"
MORE_THAN_IS_ON_ITS_WAY = b"SELECT repeat('x', 1000) FROM generate_series(1, 100000)"
STILL_THERE = "SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"


async def test_a_transaction_that_nobody_goes_on_with_is_ended_by_the_server_and_may_be_tried_again(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could be left waiting")
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "15s"
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        await connection.execute(text(ENDS_SOON))
        while await _is_there(database, pid):
            await asyncio.sleep(0.02)
        with pytest.raises(DBAPIError) as ended:
            await connection.execute(text("SELECT 1"))
    assert is_passing(ended.value)


async def test_a_connection_that_the_server_closed_just_after_an_answer_is_not_handed_out(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connections that end")
    pooled = Database(database.url)
    used = await _pid(pooled)
    async with database.read() as session:
        await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": used})
    while await _is_there(database, used):
        await asyncio.sleep(0.02)
    assert await _pid(pooled) != used
    await pooled.close()


async def test_a_connection_unused_for_long_is_asked_before_it_is_handed_out(
    database: Database, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that vanished without a word: nobody but the server could tell."""
    if database.is_sqlite:
        pytest.skip("SQLite has no connections that end")
    async with before_postgresql(database.url) as (proxy, url):
        through = Database(url)
        used = await _pid(through)
        proxy.go_deaf()
        proxy.heal()
        monkeypatch.setattr(postgresql, "TRUSTED_SECONDS", 0)
        assert await _pid(through) != used
        await through.close()


async def test_a_connection_that_just_answered_is_not_asked_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no connections to ask")
    monkeypatch.setattr(postgresql, "TRUSTED_SECONDS", 600)  # however slow this machine is
    async with before_postgresql(database.url) as (proxy, url):
        through = Database(url)
        await _pid(through)
        proxy.go_deaf()
        proxy.heal()
        await through.look_up(lambda _: None)  # asked, it would not answer
        assert proxy.connections == 1
        await through.close()


@pytest.fixture
async def to_lock(database: Database, impatient: None) -> Database:
    """With a row to wait for."""
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could be left waiting")
    async with database.write() as session:
        session.add(InstallationRow(key_check=b"", created_at=datetime(2026, 11, 2, tzinfo=UTC)))
    return Database(database.url)


async def test_who_was_cut_off_in_the_middle_of_a_sentence_keeps_nobody_waiting(to_lock: Database) -> None:
    """The server waits for the rest of it, with all locks, and none of its own time limits counts there."""
    async with before_postgresql(to_lock.url) as (proxy, url):
        through = Database(url)
        proxy.go_deaf_at(b"UPDATE installation")
        with pytest.raises(OperationalError, match="does not answer"):
            await _touch(through)
        with pytest.raises(OperationalError, match="statement timeout"):
            await _touch(to_lock)
        await _touch(to_lock)
        proxy.heal()
        await _touch(through)
        await through.close()
    await to_lock.close()


async def test_who_does_not_take_the_answer_keeps_nobody_waiting(to_lock: Database) -> None:
    """The server waits to be rid of the rest of it, and no time limit counts there either."""
    stuck = await postgresql.connect(to_lock.url)
    await stuck.execute("UPDATE installation SET epoch = 2")
    stuck.pgconn.send_query_params(MORE_THAN_IS_ON_ITS_WAY, None)
    with pytest.raises(OperationalError, match="statement timeout"):
        await _touch(to_lock)
    await _touch(to_lock)
    stuck.pgconn.finish()
    await to_lock.close()


async def test_an_ending_that_the_server_refuses_spoils_no_connection(to_lock: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right to end sessions may be taken from everybody."""
    monkeypatch.setattr(postgresql, "_END_CUT_OFF", "SELECT %s, %s / 0")
    with pytest.raises(OperationalError, match="statement timeout"):
        await to_lock.look_up(lambda connection: connection.execute(text("SELECT pg_sleep(60)")))
    await _touch(to_lock)
    await to_lock.close()


async def test_what_a_silent_line_leaves_at_the_server_is_gone_after_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes one of the places the server has."""
    if database.is_sqlite:
        pytest.skip("SQLite has no server that could be left waiting")
    monkeypatch.setattr(postgresql, "LEFT_SECONDS", 0.5)
    async with before_postgresql(database.url) as (proxy, url):
        through = Database(url)
        left = await _pid(through)
        proxy.go_deaf()
        async with asyncio.timeout(60):
            while await _is_there(database, left):
                await asyncio.sleep(0.02)
        await through.close()


async def _touch(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("UPDATE installation SET epoch = :epoch"), {"epoch": 1})


async def _pid(database: Database) -> int | None:
    return await database.look_up(lambda connection: connection.scalar(text("SELECT pg_backend_pid()")))


async def _is_there(database: Database, pid: int | None) -> bool:
    async with database.read() as session:  # each its own: within one, the server goes on showing what it showed first
        return bool(await session.scalar(text(STILL_THERE), {"pid": pid}))
