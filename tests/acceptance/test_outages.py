"""What the bot lives on goes away and comes back: the database server, the disk, its own time. It goes on by itself."""

import asyncio
import resource
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import make_url

from bot.app.building import build
from bot.clock import SystemClock
from bot.config import load
from bot.delivery.sender import window
from bot.operations.services import open_services
from bot.storage.vault import open_vault
from bot.telegram.receiving import webhook_path
from bot.telegram.server import SECRET_HEADER
from bot.telegram.transport import AiohttpTransport
from tests.acceptance.crowd import PATIENCE, expire_leases, gather_crowd, until
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation, apply_examples, free_port, install
from tests.conftest import Figures
from tests.databases import PostgresqlTemplate, SqliteTemplate, postgresql_of_its_own, with_postgresql
from tests.delivery.ledger_world import running
from tests.telegram_world import TelegramWorld

RATE = 30
SECRET = "a-secret-of-sixteen-or-more"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


async def until_said(installation: Installation, event: str, times: int = 1) -> None:
    await until(lambda: installation.log.read_text().count(f'"{event}"') >= times)


@asynccontextmanager
async def another_sender(installation: Installation) -> AsyncIterator[None]:
    """One that took the lane over: it sends from here."""
    settings = load(installation.config, environment={})
    token = settings.telegram.token.get_secret_value()
    async with (
        open_services(settings, SystemClock()) as services,
        AiohttpTransport(token, settings.telegram.api_url) as transport,
        running(build(services, transport).sender),
    ):
        yield


@with_postgresql
async def test_fault_05_a_machine_that_slept_past_its_leases_sends_nothing_when_it_wakes(
    nursery: Nursery, world: TelegramWorld, postgresql_template: PostgresqlTemplate, tmp_path: Path, figures: Figures
) -> None:
    with postgresql_template.clone(tmp_path) as url:
        installation = install(tmp_path, world, url, rate=RATE)
        await apply_examples(installation)
        crowd = await gather_crowd(world, installation, 80)
        sleeper = await nursery.bot(installation)
        await crowd.launch()
        await crowd.until_got(20)
        await world.fault("slow", method="sendMessage", seconds=1, times=5)
        await until(lambda: not world.standin.faults.listed())
        sleeper.signal(signal.SIGSTOP)
        await expire_leases(installation)
        async with another_sender(installation):
            await crowd.until_over()
        sent = (await world.calls())["sendMessage"]
        sleeper.signal(signal.SIGCONT)
        await until_said(installation, "delivery.settling_refused")
        sleeper.signal(signal.SIGTERM)
        await sleeper.ended()
        assert (await world.calls())["sendMessage"] == sent
        figures((await crowd.tally()).check(window(RATE), "30 in flight when it fell asleep"))


@with_postgresql
async def test_fault_09_postgresql_killed_in_the_middle_of_a_broadcast(
    nursery: Nursery, world: TelegramWorld, tmp_path: Path, figures: Figures
) -> None:
    with postgresql_of_its_own() as server:
        installation = install(tmp_path, world, server.url, rate=RATE)
        await apply_examples(installation)
        crowd = await gather_crowd(world, installation, 120)
        bot = await nursery.bot(installation)
        await crowd.launch()
        for kill in range(1, 3):
            await crowd.until_got(kill * 20)
            server.kill()
            sent = crowd.got().total()
            await until_said(installation, "delivery.database_failed", times=kill)
            assert crowd.got().total() - sent <= window(RATE)
            server.start()
        await crowd.until_over()
        assert bot.is_alive
        await nursery.end()
        figures((await crowd.tally()).check(window(RATE), "30 in flight, PostgreSQL killed twice"))


async def test_fault_11_a_full_disk_stops_claims_and_goes_on_when_there_is_space(
    nursery: Nursery, world: TelegramWorld, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    """Full for this process: whatever would make a file longer than the write-ahead log is now, fails."""
    with sqlite_template.clone(tmp_path) as url:
        installation = await by_webhook(tmp_path, world, url)
        crowd = await gather_crowd(world, installation, 80)
        bot = await nursery.bot(installation)
        await crowd.launch()
        await crowd.until_got(10)
        log = Path(f"{make_url(url).database}-wal")
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
        sent = crowd.got().total()
        await until_said(installation, "delivery.database_failed")
        assert crowd.got().total() - sent <= window(RATE)
        assert await told_by_telegram(installation, update(1)) == 503
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await crowd.until_over()
        assert await told_by_telegram(installation, update(1)) == 200
        await nursery.end()
        (await crowd.tally()).check(0, "nothing was lost")
        with sqlite3.connect(str(make_url(url).database)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        opened.close()


async def test_fault_21_an_update_repeated_and_killed_after_the_200_has_one_effect(
    nursery: Nursery, world: TelegramWorld, database_url: str, tmp_path: Path
) -> None:
    installation = await by_webhook(tmp_path, world, database_url)
    sam = await world.person("Sam", id=1_001, started=True)
    killed = await nursery.bot(installation)
    await world.fault("hang", method="sendMessage", seconds=PATIENCE, done=False)
    assert set(await asyncio.gather(*[told_by_telegram(installation, update(1)) for _ in range(10)])) == {200}
    await killed.killed()
    await world.no_more_faults()
    await nursery.bot(installation)
    await sam.sees("Welcome", timeout=PATIENCE)
    assert await told_by_telegram(installation, update(1)) == 200
    await told_by_telegram(installation, update(2, "/help"))
    await until(lambda: len(world.standin.world.people[sam.id].messages) >= 2)
    assert sum("Welcome" in message.text for message in (await sam.chat()).from_bot) == 1


def update(number: int, text: str = "/start") -> dict[str, object]:
    sam = {"id": 1_001, "first_name": "Sam"}
    message = {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {**sam, "type": "private"},
        "from": {**sam, "is_bot": False, "language_code": "en"},
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
    }
    return {"update_id": number, "message": message}


async def by_webhook(folder: Path, world: TelegramWorld, url: str) -> Installation:
    listen = f"127.0.0.1:{free_port()}"
    here = f"http://{listen}"
    installed = install(folder, world, url, rate=RATE, mode="webhook", webhook_secret=SECRET, webhook_url=here, listen=listen)
    await apply_examples(installed)
    return installed


async def told_by_telegram(installation: Installation, told: dict[str, object]) -> int:
    settings = load(installation.config, environment={})
    path = webhook_path(open_vault(settings.key_path), settings.telegram)
    async with aiohttp.ClientSession() as telegram:
        url, secret = f"http://{installation.listen}{path}", {SECRET_HEADER: SECRET}
        async with telegram.post(url, json=told, headers=secret) as answer:
            return answer.status
