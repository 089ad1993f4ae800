"""/readyz: what keeps the bot from being ready, in the words that are shown."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.app.serving import what_is_wrong
from bot.storage.upgrade import head
from bot.telegram.server import health_app
from tests.nida import Nida, running_nida, settings_for
from tests.telegram_world import TelegramWorld


@pytest.fixture
async def nida(world: TelegramWorld, database_url: str, tmp_path: Path) -> AsyncIterator[Nida]:
    async with running_nida(settings_for(world, database_url, tmp_path)) as running:
        await running.app.receiving.accepting.wait()
        yield running


@pytest.fixture
async def http(nida: Nida) -> AsyncIterator[ClientSession]:
    app = health_app(lambda: what_is_wrong(nida.app, head()))
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


async def ready(http: ClientSession) -> tuple[int, str]:
    async with http.get("/readyz") as answer:
        return answer.status, await answer.text()


async def test_it_is_ready_when_all_is_well(http: ClientSession) -> None:
    assert await ready(http) == (200, "ok\n")


async def test_with_a_migration_pending_it_is_not(nida: Nida, http: ClientSession) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    status, said = await ready(http)
    assert status == 503
    assert "revision 0001" in said
    assert "nida db upgrade" in said


async def test_with_the_database_away_it_is_not(nida: Nida, http: ClientSession) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(text("ALTER TABLE alembic_version RENAME TO elsewhere"))
    status, said = await ready(http)
    assert status == 503
    assert said.startswith("the database does not answer: ")


async def test_while_it_stops_it_is_not(nida: Nida, http: ClientSession) -> None:
    nida.app.stopping.set()
    assert await ready(http) == (503, "it is stopping\n")


async def test_with_too_much_waiting_it_is_not(
    world: TelegramWorld, nida: Nida, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.serving.BACKLOG", 1)
    await world.fault("slow", method="sendMessage", seconds=30)
    person = await world.person("Sam")
    await person.types("/help")
    while not nida.app.intake.backlog:
        await nida.app.services.clock.sleep(0.01)
    assert await ready(http) == (503, "too many updates are waiting\n")
    await world.no_more_faults()
