from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cases.service import Cases
from bot.content.library import Library
from bot.storage.database import Database
from tests.clocks import FrozenClock

Write = Callable[..., Path]


@pytest.fixture
def cases(database: Database, clock: FrozenClock) -> Cases:
    return Cases(database, clock, "en")


@pytest.fixture
def library(database: Database, clock: FrozenClock) -> Library:
    return Library(database, clock, "en")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str, name: str = "content.toml") -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
