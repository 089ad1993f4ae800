"""Fixtures of the tests with real processes."""

from pathlib import Path

import pytest

from tests.acceptance.nursery import nursery, nursery_of_the_run
from tests.acceptance.processes import Installation, apply_examples, install
from tests.telegram_world import TelegramWorld

__all__ = ["installation", "nursery", "nursery_of_the_run"]


@pytest.fixture
async def installation(world: TelegramWorld, database_url: str, tmp_path: Path) -> Installation:
    installed = install(tmp_path, world, database_url)
    await apply_examples(installed)
    return installed
