"""What the database does when nobody asks it anything more."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.storage.outage import is_passing

ENDS_SOON = "SET idle_in_transaction_session_timeout = '50ms'"
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


async def _is_there(database: Database, pid: int | None) -> bool:
    async with database.read() as session:  # each its own: within one, the server goes on showing what it showed first
        return bool(await session.scalar(text(STILL_THERE), {"pid": pid}))
