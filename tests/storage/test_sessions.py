"""A look-up outside a session leaves its connection whole, however it ends."""

import asyncio

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from bot.telegram.models import ConversationRow
from tests.clocks import START


async def test_a_look_up_sees_what_was_committed(database: Database) -> None:
    async with database.write() as session:
        session.add(ConversationRow(tag=b"x", touched_at=START))

    def tags(connection: Connection) -> list[bytes]:
        return list(connection.execute(select(ConversationRow.tag)).scalars())

    assert await database.look_up(tags) == [b"x"]


async def test_a_look_up_that_fails_leaves_a_connection_to_work_with(database: Database) -> None:
    for _ in range(20):
        with pytest.raises(DBAPIError):
            await database.look_up(lambda connection: connection.execute(text("SELECT nonsense")).one())
    assert await database.look_up(lambda connection: connection.execute(text("SELECT 1")).scalar_one()) == 1


@pytest.mark.parametrize("steps", range(12))
async def test_a_look_up_cancelled_at_any_moment_leaves_a_connection_to_work_with(database: Database, steps: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = [
            tasks.create_task(database.look_up(lambda connection: connection.execute(text("SELECT 1")).scalar_one()))
            for _ in range(20)
        ]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
    assert await database.look_up(lambda connection: connection.execute(text("SELECT 1")).scalar_one()) == 1
