"""After a week without updates Telegram goes on with any number, mostly a lower one: a bot must not take it for an old one."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from bot.standin import updates as updates_module
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram.kept import purge_updates
from bot.telegram.polling import Polling
from bot.telegram.transport import AiohttpTransport
from tests.clocks import FrozenClock
from tests.telegram.receiving import Seen, message, running
from tests.telegram_world import FIRST_UPDATE, telegram_world


class Heard(list[str]):
    """What people wrote, in the order in which it was handled."""

    async def __call__(self, update: Mapping[str, Any]) -> None:
        self.append(update["message"]["text"])

    async def are(self, texts: Iterable[str]) -> None:
        async with asyncio.timeout(60):
            while self != list(texts):
                await asyncio.sleep(0.005)


@pytest.mark.parametrize("begins_at", [5, FIRST_UPDATE - 5_000_000, FIRST_UPDATE + 5_000_000])
async def test_who_writes_after_a_quiet_week_is_heard_once(
    database: Database, vault: Vault, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, begins_at: int
) -> None:
    heard = Heard()
    monkeypatch.setattr(updates_module, "any_number", lambda: begins_at)
    async with (
        telegram_world(clock=clock) as world,
        running(database, vault, clock, heard) as intake,
        AiohttpTransport(world.token, world.url) as transport,
        Supervisor() as supervisor,
    ):
        supervisor.start("polling", Polling(transport, intake, clock).run())
        sam = await world.person("Sam")
        await sam.types("before")
        await heard.are(["before"])
        await clock.advance(days=8)
        for number in range(3):
            await sam.types(f"after {number}")
            await heard.are(["before", *(f"after {each}" for each in range(number + 1))])
        assert intake.counts["repeated"] == 0


async def test_a_number_of_before_the_quiet_week_is_a_new_update(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(7)])
        await intake.drain()
        await clock.advance(days=7)
        await purge_updates(database, clock)
        await intake.accept([message(7)])
        await intake.drain()
    assert seen.numbers == [7, 7]
