"""A bot in conversation: production wiring on a real database, the stand-in over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.nida import Nida, running_nida, settings_for
from tests.telegram_world import TelegramWorld


@pytest.fixture
async def nida(world: TelegramWorld, database_url: str, tmp_path: Path) -> AsyncIterator[Nida]:
    async with running_nida(settings_for(world, database_url, tmp_path)) as running:
        yield running
