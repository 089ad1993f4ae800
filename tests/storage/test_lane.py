"""Who has the lane, and what happens when the connection that holds it dies."""

from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.lane import KEY, Lane


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
        held = f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = {KEY}"  # noqa: S608
        await session.execute(text(held))
    assert not await lane.check()
    assert await other.take()
    assert not await lane.take()
    await lane.leave()
    async with database.write() as session:
        await session.execute(text(held))
    await other.leave()
