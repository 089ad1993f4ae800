"""The lane of several processes: one sends, the next takes over, and nobody gets a message twice because of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.delivery.account import Account
from bot.delivery.ledger import Ledger
from bot.delivery.sender import Sender
from bot.runner.sending import Sending
from bot.storage.database import Database
from bot.storage.lane import KEY, Lane
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.delivery.ledger_world import LedgerWorld, ledger_world

pytestmark = with_postgresql  # a SQLite file has one process
PATIENCE = 60
END_THE_HOLDER = f"""
    SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = {KEY} AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608


@pytest.fixture
async def world(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> AsyncIterator[LedgerWorld]:
    with postgresql_template.clone(tmp_path) as url:
        async with ledger_world(url, SystemClock()) as ready:
            yield ready


async def nothing() -> None: ...


def sending(database: Database, new_sender: Callable[[], Sender]) -> Sending:
    return Sending(Lane(database), SystemClock(), new_sender, nothing)


@asynccontextmanager
async def running(part: Sending) -> AsyncIterator[Sending]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(part.run())
        yield part
        await part.stop()
        task.cancel()


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():
            await asyncio.sleep(0.02)


async def test_one_sends_and_the_other_takes_over_when_it_stops(world: LedgerWorld) -> None:
    transport = world.transport()
    one = sending(world.database, lambda: world.sender(transport))
    other = sending(world.database, lambda: world.sender(transport))
    async with running(other):
        await until(lambda: other.has_lane)
        async with running(one):
            await world.launch(await world.subscribe(5))
            await world.until_done()
            assert not one.has_lane
            await other.stop()
            await until(lambda: one.has_lane)
            await world.launch(await world.subscribe(5), "update:b")
            await world.until_done()
    assert set(transport.arrived.values()) == {1}


async def test_what_comes_due_while_it_sends_is_begun_by_the_one_that_sends(world: LedgerWorld) -> None:
    begun: list[str] = []

    def named(name: str) -> Sending:
        async def begin() -> None:
            begun.append(name)

        return Sending(Lane(world.database), SystemClock(), lambda: world.sender(world.transport()), begin)

    one, other = named("one"), named("other")
    async with running(one):
        await until(lambda: one.has_lane)
        async with running(other):
            await until(lambda: begun.count("one") >= 3)
            assert set(begun) == {"one"}


async def test_who_loses_the_connection_of_its_lane_stops_and_begins_anew_and_makes_no_copy(world: LedgerWorld) -> None:
    transport = world.transport()
    part = sending(world.database, lambda: world.sender(transport, rate=100))
    async with running(part):
        await world.launch(await world.subscribe(400))
        await world.until(lambda broadcast: broadcast.account.sent >= 50)
        first = part.sender
        await world.sql(END_THE_HOLDER)
        await until(lambda: part.has_lane and part.sender is not first)
        assert (await world.until_done()).account == Account(sent=400)
    assert set(transport.arrived.values()) == {1}


async def test_while_two_believe_to_have_the_lane_nobody_gets_a_copy(world: LedgerWorld) -> None:
    """The one that lost it learns so only seconds after the other began."""
    first, second = world.transport(), world.transport()
    one = sending(world.database, lambda: world.sender(first, rate=100))
    other = sending(world.database, lambda: world.sender(second, rate=100))
    async with running(one):
        await world.launch(await world.subscribe(400))
        await world.until(lambda broadcast: broadcast.account.sent >= 50)
        taken = Lane(world.database)
        await world.sql(END_THE_HOLDER)
        assert await taken.take(), "before its holder looks again"
        await taken.leave()
        async with running(other):
            assert (await world.until_done()).account == Account(sent=400)
    assert set((first.arrived + second.arrived).values()) == {1}
    assert min(len(first.arrived), len(second.arrived)) > 0


async def test_who_loses_the_lane_while_it_begins_what_is_due_leaves_the_other_to_send(world: LedgerWorld) -> None:
    transport = world.transport()
    due = asyncio.Event()

    async def slow() -> None:
        await due.wait()

    one = Sending(Lane(world.database), SystemClock(), lambda: world.sender(transport), slow)
    other = sending(world.database, lambda: world.sender(transport))
    async with running(one):
        await until(lambda: one.has_lane)
        taken = Lane(world.database)
        await world.sql(END_THE_HOLDER)
        assert await taken.take(), "before its holder looks again"
        epoch = await Ledger(world.database, world.clock).begin()
        due.set()
        await until(lambda: not one.has_lane)
        assert await Ledger(world.database, world.clock).begin() == epoch + 1, "nobody has begun in between"
        await taken.leave()
        async with running(other):
            await world.launch(await world.subscribe(5))
            assert (await world.until_done()).account == Account(sent=5)


async def test_the_lane_is_kept_while_what_is_due_is_begun_however_long_that_takes(world: LedgerWorld) -> None:
    class Counted(Lane):
        checks = 0

        async def check(self) -> bool:
            self.checks += 1
            return await super().check()

    lane = Counted(world.database)

    async def slow() -> None:
        while lane.checks < 2:
            await asyncio.sleep(0.02)

    part = Sending(lane, SystemClock(), lambda: world.sender(world.transport()), slow)
    async with asyncio.timeout(PATIENCE), running(part):
        await world.launch(await world.subscribe(1))
        assert (await world.until_done()).account == Account(sent=1)


async def test_who_has_the_lane_begins_anew_when_somebody_else_has_begun_since(world: LedgerWorld) -> None:
    transport = world.transport()
    part = sending(world.database, lambda: world.sender(transport))
    async with asyncio.timeout(PATIENCE), running(part):
        await world.launch(await world.subscribe(1))
        await world.until_done()
        await Ledger(world.database, world.clock).begin()
        await world.launch(await world.subscribe(5), "update:b")
        assert (await world.until_done()).account == Account(sent=5)
