"""nida run that cannot start: one sentence, exit 2, nothing started. What starts is tested in tests/acceptance."""

import asyncio
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.storage.upgrade import downgrade
from tests.acceptance.processes import environment, install, nida
from tests.cli.conftest import Nida, bind
from tests.telegram_world import TelegramWorld


@pytest.fixture(autouse=True)
def _with_a_token(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("NIDA_TELEGRAM__TOKEN", "123456:AAHnobodys")
    monkeypatch.setenv("NIDA_TELEGRAM__API_URL", "http://127.0.0.1:1")


def refusal(nida: Nida) -> str:
    """The sentence with which the bot does not start."""
    result = nida("run")
    assert result.status == 2, result
    assert result.err.count("\n") == 1, result.err
    return result.err


def test_no_key_file(nida: Nida, installation: Path) -> None:
    (installation / "nida.key").unlink()
    assert refusal(nida).startswith(f"The key file {installation.resolve()}/nida.key does not exist; put the copy you keep there")


def test_the_key_of_another_database(nida: Nida, installation: Path) -> None:
    bind(f"sqlite:///{installation}/nida.db", installation / "nida.key")
    (installation / "nida.key").unlink()
    nida("keys", "new")
    assert refusal(nida).startswith("The key file belongs to another database:")


def test_pending_migrations(nida: Nida, installation: Path) -> None:
    downgrade(f"sqlite:///{installation}/nida.db", "base")
    assert refusal(nida) == "The database is not up to date; run `nida db upgrade`.\n"


def test_no_database(nida: Nida, folder: Path) -> None:
    nida("init", "--yes", "--name", "Open Court Circle")
    assert refusal(nida) == "The database is not up to date; run `nida db upgrade`.\n"


def test_no_token(nida: Nida, installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIDA_TELEGRAM__TOKEN")
    assert "[telegram] token" in refusal(nida)


def test_a_bad_configuration(nida: Nida, installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIDA_DELIVERY__RATE", "fast")
    assert refusal(nida) == "NIDA_DELIVERY__RATE: the value must be a number.\n"


@pytest.mark.slow
async def test_a_token_that_telegram_does_not_know(world: TelegramWorld, tmp_path: Path) -> None:
    installation = install(tmp_path, world, "sqlite:///nida.db", token="999:AAHnobodys")
    assert (await nida(installation, "db", "upgrade"))[0] == 0
    status, printed = await nida(installation, "run")
    assert status == 2
    assert printed.endswith("Telegram refuses the token; set [telegram] token to the one @BotFather shows.\n")


@pytest.mark.slow
async def test_a_port_in_use(world: TelegramWorld, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        installation = install(tmp_path, world, "sqlite:///nida.db", listen=listen)
        assert (await nida(installation, "db", "upgrade"))[0] == 0
        status, printed = await nida(installation, "run")
    assert status == 2
    assert printed.splitlines()[-1].startswith(f"{listen} cannot be listened on: ")


@pytest.mark.slow
async def test_the_stand_in_runs_alone(folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "standin", "--port", "0", stdout=asyncio.subprocess.PIPE, env=environment()
    )  # fmt: skip
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    address = first.removeprefix("Chat page: ").strip()
    page = await asyncio.to_thread(lambda: urllib.request.urlopen(address).status)  # noqa: S310 - the address it printed
    assert page == 200
    process.terminate()
    await process.wait()


def test_a_stand_in_whose_port_is_taken_says_so(nida: Nida) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = nida("standin", "--port", port)
    assert (result.status, result.err) == (
        2,
        f"Port {port} of 127.0.0.1 is in use: stop what listens there or choose another port.\n",
    )
