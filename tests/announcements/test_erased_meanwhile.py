"""Somebody has themselves erased in the very moment people are written down: nothing leads to them, everybody else is there."""

import asyncio

from sqlalchemy import func, insert, select, text

from bot.announcements.service import Announcements
from bot.delivery.models import BroadcastRow, DeliveryRow, DeliveryState
from bot.storage.database import Database
from bot.supporters.erasing import erase, hold_off_erasing
from tests.announcements.people import VAULT, add_case, add_followers, announcement, chat_of, owed
from tests.clocks import FrozenClock

GONE = VAULT.tag("supporters.telegram_id", str(chat_of(3)).encode())


async def test_a_launch_goes_on_without_who_was_erased_while_it_was_written(database: Database, clock: FrozenClock) -> None:
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 5)
    announcements = Announcements(database, clock, ("en",), rate=30)
    async with asyncio.TaskGroup() as tasks, database.write() as session:
        assert await erase(session, GONE)
        launching = tasks.create_task(announcements.launch(announcement(case_id), False))
        await something_waits(database)
    assert await launching == ("update:mill-lane-bail", False)
    assert await owed(database) == [1, 2, 4, 5]


async def test_an_erasure_waits_for_those_who_write_people_down(database: Database, clock: FrozenClock) -> None:
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 5)
    async with asyncio.TaskGroup() as tasks, database.write() as session:
        await hold_off_erasing(session)
        subject = {"subject": "update:mill-lane-bail", "state": "sending", "content": {}, "audience": {}}
        number = insert(BroadcastRow).values(**subject, created_at=clock.now()).returning(BroadcastRow.id)
        owes = {"broadcast_id": await session.scalar(number), "state": "pending", "place": 1, "attempts": 0}
        await session.execute(insert(DeliveryRow), [{**owes, "supporter_id": person} for person in (2, 3)])
        erasing = tasks.create_task(_erase(database))
        await something_waits(database)
    assert await erasing
    async with database.read() as session:
        found = await session.execute(select(DeliveryRow.supporter_id, DeliveryRow.state).order_by(DeliveryRow.supporter_id))
        nobody = select(func.count()).where(DeliveryRow.supporter_id == 3)
        (left, erased), there = found.all()
        assert (left < 0, erased, there) == (True, DeliveryState.CANCELLED, (2, DeliveryState.PENDING))
        assert await session.scalar(nobody) == 0


async def _erase(database: Database) -> bool:
    async with database.write() as session:
        return await erase(session, GONE)


async def something_waits(database: Database) -> None:
    """For a lock the open transaction has. On SQLite, which has one writer, whoever writes next does in any case."""
    if database.is_sqlite:
        return
    async with database.read() as session:
        while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            await asyncio.sleep(0.01)
