"""The command in a folder of its own: called in this process, or as the process it is for an operator."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.cli.entry import run
from bot.clock import SystemClock
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches
from bot.storage.vault import open_vault


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


def ensure_refused(refused: Result, status: int, sentence: str) -> None:
    assert refused.status == status
    assert sentence in refused.err
    assert refused.err.count("\n") == 1
    assert not refused.out


Nida = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, without anything of the environment that would configure Nida."""
    for name in list(os.environ):
        if name.startswith("NIDA_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def nida(capsys: pytest.CaptureFixture[str]) -> Nida:
    """Call the command in this process."""

    def call(*arguments: object) -> Result:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call


@pytest.fixture
def nida_process(folder: Path) -> Nida:
    """Call the command as a process."""

    def call(*arguments: object, **environment: str) -> Result:
        command = [sys.executable, "-m", "bot", *map(str, arguments)]
        root = Path(__file__).parents[2]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, "PYTHONPATH": str(root), **environment},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        return Result(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def installation(folder: Path, nida: Nida) -> Path:
    """A configuration, a key and an up-to-date database."""
    assert nida("init", "--yes", "--name", "Open Court Circle").status == 0
    assert nida("db", "upgrade").status == 0
    return folder


def bind(url: str, key: Path) -> None:
    """As the first start of the bot does."""

    async def start() -> None:
        database = Database(url)
        await ensure_key_matches(database, open_vault(key), SystemClock())
        await database.close()

    asyncio.run(start())
