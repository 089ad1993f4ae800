"""Who has the lane, and what happens when the connection that holds it dies."""

import asyncio

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.lane import ANSWER_WITHIN, CHECK_EVERY, KEY, SILENCE, STANDBY_EVERY, Lane
from tests.fault_proxy import before_postgresql

OFTEN = 10
"""Enough for the driver to prepare a statement, and say it differently from then on."""
ANYTHING = b""


async def test_one_has_it_until_they_leave(database: Database) -> None:
    one, other = Lane(database), Lane(database)
    assert await one.take()
    assert await one.check()
    assert await other.take() is database.is_sqlite
    await one.leave()
    assert await other.take()
    await other.leave()


async def test_a_dead_connection_is_noticed_and_leaving_does_not_raise(database: Database) -> None:
    if database.is_sqlite:
        assert await Lane(database).check()
        return
    lane, other = Lane(database), Lane(database)
    assert await lane.take()
    async with database.write() as session:
        here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
        held = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = {KEY} AND database = {here}"  # noqa: S608
        await session.execute(text(held))
    assert not await lane.check()
    assert await other.take()
    assert not await lane.take()
    await lane.leave()
    async with database.write() as session:
        await session.execute(text(held))
    await other.leave()


async def test_a_holder_that_stands_still_loses_it_within_seconds(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("a SQLite file has one process")
    still, other = Lane(database), Lane(database)
    assert await still.take()
    async with asyncio.timeout(60):
        while not await other.take():
            await asyncio.sleep(0.2)
    assert not await still.check(), "and when it wakes it knows"
    await other.leave()


@pytest.mark.parametrize("in_the_middle", [False, True])
async def test_a_line_that_swallows_everything_is_noticed_by_its_holder_before_anybody_else_can_have_the_lane(
    database: Database, in_the_middle: bool
) -> None:
    if database.is_sqlite:
        pytest.skip("a SQLite file has one process")
    async with before_postgresql(database.url) as (proxy, url):
        through = Database(url)
        cut_off, other = Lane(through), Lane(database)
        assert await cut_off.take()
        for _ in range(OFTEN):
            assert await cut_off.check()
        if in_the_middle:
            proxy.go_deaf_at(ANYTHING)
        else:
            proxy.go_deaf()
        assert not await cut_off.check()
        async with asyncio.timeout(60):
            while not await other.take():
                await asyncio.sleep(0.2)
        await other.leave()
        await through.close()
    assert CHECK_EVERY + ANSWER_WITHIN < SILENCE, "the holder knows first"
    assert SILENCE + STANDBY_EVERY < 15, "what is promised to operators"
