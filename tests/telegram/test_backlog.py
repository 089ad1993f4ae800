"""A backlog of a hundred thousand updates: what is in memory stays within bounds, whichever way they come."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import event, func, insert, select

from bot.clock import SystemClock
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram import intake as intake_module
from bot.telegram import kept
from bot.telegram.handling import AT_ONCE, person_of
from bot.telegram.intake import BACKLOG, Intake, Overloaded
from bot.telegram.models import InboundUpdateRow
from bot.telegram.polling import Polling
from bot.telegram.server import SECRET_HEADER, add_webhook, health_app
from bot.telegram.transport import AiohttpTransport
from tests.clocks import FrozenClock
from tests.telegram.receiving import message, running
from tests.telegram_world import TelegramWorld

BATCH = 100
"""What Telegram hands over in one getUpdates."""
SECRET = "a-secret-of-sixteen"


class Watched:
    """Handles updates, and remembers how many the intake held at the most and whether anybody's order was broken."""

    def __init__(self) -> None:
        self.intake: Intake | None = None
        self.numbers: set[int] = set()
        self.most = 0
        self.most_at_once = 0
        self.out_of_order: list[int] = []
        self._last: dict[int, int] = {}
        self._at_once = 0

    async def __call__(self, update: Mapping[str, Any]) -> None:
        assert self.intake is not None
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        self.most = max(self.most, in_memory(self.intake))
        await asyncio.sleep(0)
        person, number = person_of(update), update["update_id"]
        if self._last.get(person, 0) > number:
            self.out_of_order.append(number)
        self._last[person] = number
        self.numbers.add(number)
        self._at_once -= 1


def in_memory(intake: Intake) -> int:
    """How many updates are held: waiting for their turn, or to be written."""
    waiting = sum(len(queue) for queue in intake.handling._waiting.values())
    return waiting + sum(len(arrival.updates) for arrival in intake._arrivals)


def nothing_is_left_of(intake: Intake) -> bool:
    return not (intake.handling._waiting or intake._handled or intake._arrivals or intake._arriving or intake.backlog)


class QuickClock(SystemClock):
    """Pauses as short as they can be."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.005)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """The most that may wait, so low that a few hundred updates are too many."""
    monkeypatch.setattr(intake_module, "BACKLOG", 120)
    monkeypatch.setattr(kept, "CHUNK", 40)
    return 120


async def offer(intake: Intake, batches: Iterable[list[dict[str, Any]]]) -> None:
    """As polling does: the next batch once the one before was taken, the same again when it was not."""
    for batch in batches:
        while True:
            try:
                await intake.accept(batch)
                break
            except Overloaded:
                await asyncio.sleep(0.005)


def batches(count: int, people: int) -> Iterable[list[dict[str, Any]]]:
    for first in range(1, count + 1, BATCH):
        yield [message(number, person=number % people) for number in range(first, first + BATCH)]


@pytest.mark.timeout(1200)
async def test_of_a_hundred_thousand_updates_two_thousand_are_in_memory_and_one_commit_serves_many(
    database: Database, vault: Vault, clock: FrozenClock, watched: Watched
) -> None:
    count = 100_000 if database.is_sqlite else 10_000
    commits: list[object] = []
    event.listen(database.engine.sync_engine, "commit", commits.append)
    async with running(database, vault, clock, watched) as intake:
        watched.intake = intake
        await offer(intake, batches(count, people=5_000))
        await intake.drain()
        assert len(watched.numbers) == count
        assert BATCH < watched.most <= BACKLOG + BATCH
        assert watched.most_at_once <= AT_ONCE
        assert watched.out_of_order == []
        assert nothing_is_left_of(intake)
    assert len(commits) <= count / 10
    async with database.read() as session:
        unfinished = select(func.count()).select_from(InboundUpdateRow).where(InboundUpdateRow.body.is_not(None))
        assert await session.scalar(unfinished) == 0


async def test_what_an_earlier_run_left_is_read_a_chunk_at_a_time_and_goes_before_what_is_new(
    database: Database, vault: Vault, clock: FrozenClock, watched: Watched, small: int
) -> None:
    count, people = 20 * small, 7
    writer = Intake(database, vault, clock, watched)
    writer._ownership.is_shared = False  # as rows of before there were several bots: nobody's, so ours
    async with database.write() as session:
        rows = [writer._kept._row(message(number, person=number % people)) for number in range(1, count + 1)]
        await session.execute(insert(InboundUpdateRow), rows)
    async with running(database, vault, clock, watched) as intake:
        watched.intake = intake
        await intake.accept([message(count + number, person=number % people) for number in range(1, people + 1)])
        await intake.drain()
        assert watched.numbers == set(range(1, count + people + 1))
        assert watched.most <= small + people
        assert watched.out_of_order == []
        assert nothing_is_left_of(intake)


async def test_by_webhook_what_is_too_much_is_refused_until_there_is_room(
    database: Database, vault: Vault, watched: Watched, small: int
) -> None:
    async def well() -> None:
        return None

    intake = watched.intake = Intake(database, vault, SystemClock(), watched)
    app = health_app(well)
    add_webhook(app, "/telegram/here", SECRET, intake)
    answers: list[int] = []

    async def telegram(http: aiohttp.ClientSession, number: int) -> None:
        while True:
            async with http.post("/telegram/here", json=message(number, person=number % 50)) as answer:
                answers.append(answer.status)
                if answer.status == 200:
                    return
            await asyncio.sleep(0.005)

    async with TestServer(app) as server, Supervisor() as supervisor:
        headers, everything = {SECRET_HEADER: SECRET}, aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(server.make_url("/"), headers=headers, connector=everything) as http:
            waiting = [supervisor.start("telegram", telegram(http, number)) for number in range(1, 5 * small)]
            while len(intake._arrivals) + len(answers) < len(waiting):
                await asyncio.sleep(0.005)
            supervisor.start("intake", intake.run(supervisor))
            await asyncio.gather(*waiting)
        await intake.drain()
        assert watched.numbers == set(range(1, 5 * small))
        assert 503 in answers
        assert watched.most <= small + 1
        assert nothing_is_left_of(intake)


async def test_by_polling_what_is_too_much_stays_with_telegram(
    world: TelegramWorld, database: Database, vault: Vault, watched: Watched, small: int
) -> None:
    count = 10 * small
    for number in range(1, count + 1):
        update = message(700_000_000 + number, person=number % 50)
        world.standin.updates.put_raw(update, str(number % 50))
    async with AiohttpTransport(world.token, world.url) as transport, Supervisor() as supervisor:
        intake = watched.intake = Intake(database, vault, QuickClock(), watched)
        supervisor.start("intake", intake.run(supervisor))
        supervisor.start("polling", Polling(transport, intake, QuickClock()).run())
        while len(watched.numbers) < count:
            await asyncio.sleep(0.01)
        await intake.drain()
        assert len(watched.numbers) == count
        assert watched.most <= small + BATCH
        assert watched.out_of_order == []
        assert nothing_is_left_of(intake)
