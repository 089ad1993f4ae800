"""What processes that share a token tell each other: how much they replied, and how long Telegram asked them to wait."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from bot.delivery.pace import Lane, Pace
from bot.runner.budget import PAUSE, SAY_EVERY, Budget
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, with_postgresql

pytestmark = with_postgresql  # a SQLite file has one process
RATE = 100
PATIENCE = 60
_LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT 1' AND datname = current_database()"
"""What they ask when they have nothing to say; before that they began to listen."""


@pytest.fixture
def url(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.clone(tmp_path) as cloned:
        yield cloned


def pace() -> Pace:
    """Its time stands still: what is taken off it stays off."""
    return Pace(RATE, 0, FrozenClock())


class Told:
    """Several budgets that share. Their next words are said when `until` lets their clock go on."""

    def __init__(self, url: str, budgets: int) -> None:
        self.clock = FrozenClock()
        self._url = url
        self._budgets = budgets

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not reached():
                await self.clock.advance(seconds=max(SAY_EVERY, PAUSE))
                await asyncio.sleep(0.02)

    async def listening(self) -> None:
        await self.until(lambda: self._count(_LISTENING) == self._budgets)

    def end_connections(self) -> None:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        self._count(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")  # noqa: S608 - of constants

    def _count(self, statement: str) -> int:
        with psycopg.connect(self._url) as connection:
            found = connection.execute(statement.encode()).fetchone()
        assert found is not None
        return int(found[0])


@asynccontextmanager
async def telling(url: str, *sharing: tuple[Pace, float]) -> AsyncIterator[Told]:
    told = Told(url, len(sharing))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(Budget(each, told.clock, left).share(url)) for each, left in sharing]
        await told.listening()
        yield told
        for task in tasks:
            task.cancel()


async def replies(pace: Pace, count: int) -> None:
    for chat in range(count):
        await pace.turn(chat, Lane.REPLY)


@pytest.mark.parametrize(("left", "taken_off"), [(0, 3), (2, 1)])
async def test_replies_of_one_are_taken_off_the_pace_of_the_other_above_what_is_left_to_them(
    url: str, left: float, taken_off: int
) -> None:
    bot, sender = pace(), pace()
    async with telling(url, (bot, 0), (sender, left)) as told:
        await replies(bot, 3)
        await told.until(lambda: sender.free_in > 0)
    assert sender.free_in == pytest.approx(taken_off / RATE)
    assert bot.free_in == 0  # its own words are for the others


async def test_what_is_sent_to_many_is_nobody_elses_concern(url: str) -> None:
    bot, sender = pace(), pace()
    async with telling(url, (bot, 0), (sender, 0)) as told:
        await sender.turn(1, Lane.BULK)
        await replies(bot, 1)
        await told.until(lambda: sender.free_in > 0)
    assert bot.free_in == 0


async def test_a_pause_that_telegram_asks_of_one_is_kept_by_all_and_counted_once(url: str) -> None:
    bot, sender, other = pace(), pace(), pace()
    async with telling(url, (bot, 0), (sender, 0), (other, 0)) as told:
        bot.hold(35)
        await told.until(lambda: sender.held_for > 0 and other.held_for > 0)
        sender.hold(40)  # asked itself, a little later
        await told.until(lambda: bot.held_for == other.held_for == 40)
    assert [each.holds.count for each in (bot, sender, other)] == [1, 0, 0]
    assert sender.rate == other.rate == bot.rate < RATE


async def test_a_connection_that_was_cut_is_made_anew(url: str) -> None:
    bot, sender = pace(), pace()

    def asked_again() -> bool:
        bot.hold(bot.held_for + 1)
        return sender.held_for > 0

    with capture_logs() as logged:
        async with telling(url, (bot, 0), (sender, 0)) as told:
            told.end_connections()
            await told.until(lambda: len([each for each in logged if each["event"] == "database.away"]) == 2)
            await told.until(asked_again)
