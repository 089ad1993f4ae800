"""A bot in conversation: production wiring on a real database, the stand-in over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Web
from tests.nida import Nida, running_nida, settings_for
from tests.telegram_world import TelegramWorld


@pytest.fixture
def database_url(furnished_url: str) -> str:
    """Here it has the example content."""
    return furnished_url


@pytest.fixture
async def nida(world: TelegramWorld, furnished_url: str, tmp_path: Path) -> AsyncIterator[Nida]:
    async with running_nida(settings_for(world, furnished_url, tmp_path)) as running:
        yield running


@pytest.fixture
async def public(world: TelegramWorld, furnished_url: str, tmp_path: Path) -> AsyncIterator[Nida]:
    """One that knows where its pages and calendars are reached."""
    web = Web(public_url="https://bot.example")
    settings = settings_for(world, furnished_url, tmp_path).model_copy(update={"web": web})
    async with running_nida(settings) as running:
        yield running
