"""The stand-in for Telegram, running for a test on a free port of this machine.

A conftest takes the fixtures in with `pytest_plugins = ["tests.telegram_world"]`; what needs the world outside a test
uses the context managers.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.clock import Clock
from bot.standin import Limits, StandIn, running
from tests.person import Person

TOKEN = "123456:TEST"
FIRST_UPDATE = 700_000_001
UNLIMITED = Limits(rate=None, per_chat=None, edits_per_minute=None)


@dataclass
class TelegramWorld:
    """`url` is what the bot's api_url is set to; `control` a session with that base address."""

    standin: StandIn
    url: str
    control: aiohttp.ClientSession
    _next_person: int = field(default=1000)

    @property
    def token(self) -> str:
        return self.standin.token

    async def person(self, first_name: str = "Sam", *, language_code: str | None = "en", **more: Any) -> Person:
        """Somebody new; an id of one's own choosing with `id=`."""
        self._next_person += 1
        number = more.pop("id", self._next_person)
        return await Person.joins(self.control, number, first_name, language_code=language_code, **more)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the Bot API as JSON; the whole answer, refused or not."""
        async with self.control.post(f"/bot{self.token}/{method}", json=parameters) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def result(self, method: str, **parameters: Any) -> Any:
        """Call the Bot API; the result. Fails when it is refused."""
        answer = await self.call(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def fault(self, kind: str, **more: Any) -> None:
        async with self.control.post("/control/faults", json={"kind": kind, **more}) as response:
            assert response.status == 200, await response.text()

    async def no_more_faults(self) -> None:
        async with self.control.delete("/control/faults") as response:
            assert response.status == 200

    async def calls(self) -> dict[str, int]:
        """How often each method was called."""
        async with self.control.get("/control/calls") as response:
            counted: dict[str, int] = await response.json()
            return counted


@asynccontextmanager
async def telegram_world(
    *,
    token: str = TOKEN,
    limits: Limits | None = None,
    retry_seconds: float = 0.05,
    port: int = 0,
    clock: Clock | None = None,
) -> AsyncIterator[TelegramWorld]:
    """Without limits on the rate unless they are given; a webhook that failed is tried again soon."""
    standin = StandIn(token, limits=limits or UNLIMITED, retry_seconds=retry_seconds, clock=clock)
    standin.updates.next_number = FIRST_UPDATE
    async with running(standin, port=port) as url, aiohttp.ClientSession(url) as control:
        yield TelegramWorld(standin, url, control)


@pytest.fixture
async def world() -> AsyncIterator[TelegramWorld]:
    async with telegram_world() as started:
        yield started


@pytest.fixture
def standin(world: TelegramWorld) -> StandIn:
    return world.standin


@pytest.fixture
def person(world: TelegramWorld) -> Callable[..., Awaitable[Person]]:
    """Makes people: `await person("Amal", language_code="ar")`."""
    return world.person
