"""Two programs ask for the updates of one token: said clearly, and no update is lost."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram.intake import Intake
from bot.telegram.polling import CONFLICT_OVER_AFTER, Polling
from bot.telegram.transport import AiohttpTransport
from tests.clocks import FrozenClock
from tests.databases import SqliteTemplate
from tests.nida import running_nida, settings_for
from tests.telegram_world import TelegramWorld


async def test_fault_08_two_pollers_raise_an_alarm_and_lose_nothing(
    world: TelegramWorld, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    with sqlite_template.clone(folders[0]) as one, sqlite_template.clone(folders[1]) as other, capture_logs() as logged:
        async with running_nida(settings_for(world, one, folders[0])), running_nida(settings_for(world, other, folders[1])):
            people = [await world.person(f"Sam {number}") for number in range(10)]
            for sam in people:
                await sam.types("/start")
            for sam in people:
                await sam.sees("Welcome", timeout=100)
    alarms = [line for line in logged if line["event"] == "polling.conflict"]
    assert 1 <= len(alarms) <= 2, "each says it once"
    assert {line["log_level"] for line in alarms} == {"error"}
    assert "stop the other one" in alarms[0]["hint"]


async def test_a_conflict_is_said_once_until_there_was_none_for_a_while(
    world: TelegramWorld, database: Database, vault: Vault, clock: FrozenClock
) -> None:
    async def ask_in_vain(times: int) -> None:
        already = (await world.calls()).get("getUpdates", 0)
        async with asyncio.timeout(60):
            while (await world.calls()).get("getUpdates", 0) < already + times:
                await clock.advance(seconds=1)

    await world.result("setWebhook", url="https://nida.example/telegram")
    async with AiohttpTransport(world.token, world.url) as transport, Supervisor() as supervisor:
        intake = Intake(database, vault, clock, nobody_asks)
        with capture_logs() as logged:
            supervisor.start("polling", Polling(transport, intake, clock).run())
            await ask_in_vain(3)
            assert [line["event"] for line in logged].count("polling.conflict") == 1
            await clock.advance(seconds=CONFLICT_OVER_AFTER)
            await ask_in_vain(2)
            assert [line["event"] for line in logged].count("polling.conflict") == 2


async def nobody_asks(_: Mapping[str, Any]) -> None:
    raise AssertionError
