"""Databases with the example content, for a bot that has something to say."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo_files import examples
from bot.clock import SystemClock
from bot.config import Database, Organisation, Security, Settings
from bot.content import files
from bot.operations.services import open_services
from bot.storage.vault import write_new_key
from tests.databases import Template


class Furnished:
    """Of each kind of database a template with the example content, which takes longer to bring in than most conversations
    do. `key` is the one that they belong to."""

    def __init__(self, folder: Path) -> None:
        self.key = folder / "nida.key"
        write_new_key(self.key)
        self._made: dict[type, Template] = {}

    def __call__(self, empty: Template) -> Template:
        if type(empty) not in self._made:
            self._made[type(empty)] = empty.filled("furnished", lambda url: asyncio.run(self._bring_in(url)))
        return self._made[type(empty)]

    async def _bring_in(self, url: str) -> None:
        settings = Settings(
            organisation=Organisation(name="Open Door Watch"),
            database=Database(url=url),
            security=Security(key_file=str(self.key)),
        )
        async with open_services(settings, SystemClock()) as services:
            await files.apply(examples(services.clock.now().date()), services.library, by="tests")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return Furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def furnished_url(template: Template, furnished: Furnished, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the example content; its key is in the test's folder."""
    with furnished(template).clone(tmp_path) as url:
        shutil.copy(furnished.key, tmp_path)
        yield url
