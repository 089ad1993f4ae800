"""The command beside a stand-in, in an installation of its own, with people who follow a case; and what their chats show."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.clock import SystemClock
from bot.operations.services import open_services
from tests.acceptance.processes import Installation, install
from tests.cli.conftest import Nida, Result
from tests.nida import write_examples
from tests.telegram_world import TelegramWorld

CASE, UPDATE = "north-gate-five", "north-gate-five-bail"

Command = Callable[..., Awaitable[Result]]


@pytest.fixture
async def connected(world: TelegramWorld, tmp_path: Path) -> Installation:
    """On SQLite, with nothing in it yet."""
    return install(tmp_path, world, "sqlite:///nida.db")


@pytest.fixture
async def command(nida: Nida, connected: Installation) -> Command:
    """Call the command beside the loop of the test, which keeps the stand-in going; the example content is there."""

    async def call(*arguments: object) -> Result:
        return await asyncio.to_thread(nida, "--config", connected.config, *arguments)

    assert (await call("db", "upgrade")).status == 0
    assert (await call("content", "apply", write_examples(connected.folder))).status == 0
    return call


async def followers(world: TelegramWorld, connected: Installation, languages: str) -> list[int]:
    """People who follow the case, without having talked to the bot: their ids."""
    people = [await world.person(language_code=language, started=True) for language in languages.split()]
    async with open_services(config.load(connected.config, {}), SystemClock()) as services:
        view = await services.cases.get_case(CASE, None)
        assert view is not None
        for person, language in zip(people, languages.split(), strict=True):
            supporter = await services.supporters.subscribe(await services.supporters.recognise(person.id, language))
            assert supporter.id is not None
            await services.following.follow(supporter.id, view.id)
    return [person.id for person in people]


async def messages_of(world: TelegramWorld, person: int) -> int:
    async with world.control.get(f"/control/people/{person}/chat") as answer:
        return len((await answer.json())["messages"])


async def texts_of(world: TelegramWorld, person: int) -> list[str]:
    async with world.control.get(f"/control/people/{person}/chat") as answer:
        messages: list[dict[str, Any]] = (await answer.json())["messages"]
        return [json.dumps(message, ensure_ascii=False) for message in messages]
