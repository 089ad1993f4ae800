"""A database file that is damaged. That an old copy put back sends nothing by itself is tested in test_database.py."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storage.sqlite import DAMAGED
from tests.cli.conftest import Nida

PAGE = 4096
Damage = Callable[[Path], None]


@pytest.fixture(autouse=True)
def _with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIDA_TELEGRAM__TOKEN", "123456:AAHnobodys")
    monkeypatch.setenv("NIDA_TELEGRAM__API_URL", "http://127.0.0.1:1")


def beginning_overwritten(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"\xff" * 100)


def cut_short(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(3 * PAGE)


def a_table_overwritten(file: Path) -> None:
    with sqlite3.connect(file) as database:
        [[page]] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'installation'")
    database.close()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * PAGE)
        opened.write(b"\xff" * PAGE)


@pytest.mark.parametrize("damage", [beginning_overwritten, cut_short, a_table_overwritten])
def test_fault_12_a_damaged_file_is_refused_in_one_sentence(nida: Nida, installation: Path, damage: Damage) -> None:
    damage(installation / "nida.db")
    result = nida("run")
    assert result.status in {1, 2}
    assert result.err == f"{DAMAGED}\n"
