"""Somebody has themselves erased in the very moment they are written down: they are left out, everybody else is not."""

import asyncio

from sqlalchemy import delete, text

from bot.announcements.service import Announcements
from bot.storage.database import Database
from bot.supporters.models import SupporterRow
from tests.announcements.people import add_case, add_followers, announcement, owed
from tests.clocks import FrozenClock


async def test_a_launch_goes_on_without_who_was_erased_while_it_was_written(database: Database, clock: FrozenClock) -> None:
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 5)
    announcements = Announcements(database, clock, ("en",), rate=30)
    async with asyncio.TaskGroup() as tasks:
        if database.is_sqlite:  # one writer: the erasure is before or after the slice, never within
            await erase(database, 3)
            launching = tasks.create_task(announcements.launch(announcement(case_id), False))
        else:
            async with database.write() as session:
                await session.execute(delete(SupporterRow).where(SupporterRow.id == 3))
                launching = tasks.create_task(announcements.launch(announcement(case_id), False))
                await waiting_for_the_erasure(database)
    assert await launching == ("update:mill-lane-bail", False)
    assert await owed(database) == [1, 2, 4, 5]


async def erase(database: Database, supporter_id: int) -> None:
    async with database.write() as session:
        await session.execute(delete(SupporterRow).where(SupporterRow.id == supporter_id))


async def waiting_for_the_erasure(database: Database) -> None:
    """Return once the launch waits for the lock on the row that is being deleted."""
    async with database.read() as session:
        while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            await asyncio.sleep(0.01)
