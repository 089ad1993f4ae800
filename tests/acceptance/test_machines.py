"""Several processes on one PostgreSQL: runners that take over from each other, bots that are told the same."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.app.building import FOR_REPLIES
from bot.delivery.sender import window
from bot.standin import Limits
from bot.telegram.models import InboundUpdateRow
from bot.telegram.server import serving
from tests.acceptance.crowd import PATIENCE, Crowd, gather_crowd, services_of
from tests.acceptance.nursery import Child, Nursery
from tests.acceptance.processes import Installation, apply_examples, free_port, install, until_ready
from tests.conftest import Figures
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.fault_proxy import before_http
from tests.person import Person
from tests.telegram_world import TelegramWorld

RATE = 30
PEOPLE = 12
SECRET = "a-secret-of-sixteen-or-more"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    with_postgresql,  # a SQLite file has one process
]


@pytest.fixture
def url(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.clone(tmp_path) as cloned:
        yield cloned


def machine(folder: Path, key: Path | None, world: TelegramWorld, url: str, **telegram: str) -> Installation:
    """One of several: its own ports, and the database and the key of all."""
    folder.mkdir()
    if key is not None:
        shutil.copy(key, folder / "nida.key")
    installed = install(folder, world, url, rate=RATE, **telegram)
    with installed.config.open("a") as config:
        config.write(f'[runner]\nengine = "procrastinate"\nlisten = "{installed.listen}"\n')
    return installed


async def prepared(nursery: Nursery, installation: Installation) -> None:
    status, printed = await nursery.nida(installation, "db", "upgrade")
    assert status == 0, printed
    await apply_examples(installation)


class Runners:
    """Two of them, of which one has the lane."""

    def __init__(self, nursery: Nursery, installations: list[Installation]) -> None:
        self._nursery = nursery
        self._installations = installations
        self._living: dict[int, Child] = {}
        self._holder: int | None = None

    async def start(self) -> None:
        """Whichever does not run."""
        for number, installation in enumerate(self._installations):
            if number not in self._living:
                installation.log.unlink(missing_ok=True)
                child = self._living[number] = self._nursery.begin(installation, "runner")
                await until_ready(installation, child)

    async def kill_who_sends(self) -> None:
        await self._living.pop(await self.holder()).killed()
        self._holder = None

    async def holder(self) -> int:
        async with asyncio.timeout(PATIENCE):
            while self._holder is None:
                self._holder = next((number for number in self._living if self._has_sent(number)), None)
                await asyncio.sleep(0.02)
        return self._holder

    def _has_sent(self, number: int) -> bool:
        return "lane.taken" in self._installations[number].log.read_text()


async def kill_who_sends_again_and_again(runners: Runners, crowd: Crowd, kills: int) -> str:
    for kill in range(kills):
        await runners.start()
        await runners.holder()
        if kill == 0:
            await crowd.launch()
        await crowd.until_got(crowd.got().total() + 10)
        await runners.kill_who_sends()
    await crowd.until_over()
    bound = window(RATE)
    return (await crowd.tally()).check(bound * kills, f"{bound} in flight × {kills} kills of who sends, another one goes on")


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.prove)])
async def test_fault_02_a_runner_killed_in_a_broadcast_is_followed_by_the_other(
    nursery: Nursery, world: TelegramWorld, url: str, tmp_path: Path, figures: Figures, kills: int
) -> None:
    async with before_http(world.url) as (proxy, api):
        one = machine(tmp_path / "one", None, world, url, api_url=api)
        other = machine(tmp_path / "other", one.folder / "nida.key", world, url, api_url=api)
        await prepared(nursery, one)
        proxy.latency = 0.05
        crowd = await gather_crowd(world, one, 20 + 40 * kills)
        figures(await kill_who_sends_again_and_again(Runners(nursery, [one, other]), crowd, kills))


class Spreader:
    """What spreads the webhook's calls, at its worst: it gives each to all bots of `to`. Telegram is told yes when one of them
    said so."""

    def __init__(self, *to: Installation) -> None:
        self.to = to
        self.taken = 0

    async def pass_on(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), {HEADER: request.headers.get(HEADER, "")}
        async with aiohttp.ClientSession(headers=headers) as session:
            told = await asyncio.gather(*(self._told(session, f"http://{bot.listen}{request.path}", body) for bot in self.to))
        self.taken += sum(told)
        return web.Response(status=200 if any(told) else 503)

    async def until_taken(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.taken < times:
                await asyncio.sleep(0.02)

    async def _told(self, session: aiohttp.ClientSession, address: str, body: bytes) -> bool:
        with suppress(aiohttp.ClientError):
            async with session.post(address, data=body) as answer:
                return answer.status == 200
        return False


@asynccontextmanager
async def spreading(listen: str, *to: Installation) -> AsyncIterator[Spreader]:
    spreader = Spreader(*to)
    app = web.Application()
    app.router.add_post("/{path:.*}", spreader.pass_on)
    async with serving(app, listen):
        yield spreader


async def unfinished(installation: Installation) -> int:
    """Updates that are written down and not handled yet."""
    counted = select(func.count()).select_from(InboundUpdateRow).where(InboundUpdateRow.body.is_not(None))
    async with services_of(installation) as services, services.database.read() as session:
        return await session.scalar(counted) or 0


async def until_unfinished(installation: Installation, updates: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await unfinished(installation) != updates:
            await asyncio.sleep(0.1)


async def start(world: TelegramWorld, first_name: str) -> list[Person]:
    people = [await world.person(f"{first_name} {number}") for number in range(PEOPLE)]
    for person in people:
        await person.starts()
    return people


async def welcomes(people: list[Person]) -> list[int]:
    """How many each has."""
    chats = [await person.chat() for person in people]
    return [sum("Welcome" in message.text for message in chat.from_bot) for chat in chats]


async def test_two_bots_told_the_same_answer_once_and_what_one_left_when_it_died_the_other_answers(
    nursery: Nursery, world: TelegramWorld, url: str, tmp_path: Path
) -> None:
    entrance = f"127.0.0.1:{free_port()}"
    webhook = {"mode": "webhook", "webhook_secret": SECRET, "webhook_url": f"http://{entrance}"}
    one = machine(tmp_path / "one", None, world, url, **webhook)
    other = machine(tmp_path / "other", one.folder / "nida.key", world, url, **webhook)
    await prepared(nursery, one)
    async with spreading(entrance, one, other) as spreader:
        dying, _ = [await nursery.bot(installation) for installation in (one, other)]
        people = await start(world, "Sam")
        await spreader.until_taken(2 * PEOPLE)
        await until_unfinished(one, 0)
        assert await welcomes(people) == [1] * PEOPLE

        spreader.to = (one,)
        await world.fault("hang", method="sendMessage", seconds=PATIENCE, times=PEOPLE)
        late = await start(world, "Amal")
        await until_unfinished(one, PEOPLE)  # nothing is answered to it, so it finishes none
        await dying.killed()
        await world.no_more_faults()
        await until_unfinished(other, 0)
        assert set(await welcomes(late)) <= {1, 2}, "once by each bot at most"


async def asking(world: TelegramWorld, rate: float, crowd: Crowd, until: int) -> list[Person]:
    """So many of them a second start the bot, until so much is sent."""
    asked: list[Person] = []
    while crowd.got().total() < until:
        asked.append(await world.person(f"Amal {len(asked)}"))
        await asked[-1].starts()
        await asyncio.sleep(1 / rate)
    return asked


async def test_a_bot_that_answers_and_a_runner_that_sends_keep_to_one_rate_and_nobody_who_asks_waits_for_the_rest(
    nursery: Nursery, world: TelegramWorld, url: str, tmp_path: Path, figures: Figures
) -> None:
    """Three times what is left to bots is asked for. Without a word to each other they are over the rate in five seconds; the
    second's worth that is saved up bears the two until the runner has heard of it."""
    answering = machine(tmp_path / "answering", None, world, url)
    sending = machine(tmp_path / "sending", answering.folder / "nida.key", world, url)
    await prepared(nursery, answering)
    crowd = await gather_crowd(world, answering, 14 * RATE)
    await nursery.bot(answering)
    await until_ready(sending, nursery.begin(sending, "runner"))
    world.standin.rates.change(Limits(rate=RATE, per_chat=None))
    await crowd.launch()
    await crowd.until_got(RATE)
    asked = await asking(world, 3 * FOR_REPLIES * RATE, crowd, until=11 * RATE)
    for person in asked:
        await person.sees("Welcome")
    got = crowd.got().total()
    assert got < crowd.people, "replies go first"
    await crowd.until_got(crowd.people)
    assert world.standin.rates.refused == 0
    figures(f"{crowd.people} sent and {len(asked)} answered at {RATE}/s, all of these when {got} were sent; 0 refused")
