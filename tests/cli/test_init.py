"""nida init: from nothing to a configuration and a key."""

import json
import os
import pty
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.config import load
from tests.cli.conftest import Nida

ROOT = Path(__file__).parents[2]


def test_it_writes_a_private_configuration_and_key(nida: Nida, folder: Path) -> None:
    result = nida("init", "--yes", "--name", "مجلس العدل", "--locale", "ar", "--database", "sqlite:///data.db")
    assert result.status == 0
    settings = load(folder / "config.toml", {})
    assert settings.organisation.name == "مجلس العدل"
    assert settings.organisation.default_locale == "ar"
    assert settings.database.url == "sqlite:///data.db"
    for file in (folder / "config.toml", settings.key_path):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "nida db upgrade" in result.out


def test_it_overwrites_nothing(nida: Nida, folder: Path) -> None:
    (folder / "config.toml").write_text("# mine\n")
    result = nida("init", "--yes", "--name", "Open Court Circle")
    assert result.status == 2
    assert result.err.startswith("config.toml exists already;")
    assert (folder / "config.toml").read_text() == "# mine\n"


def test_a_key_that_is_there_stays(nida: Nida, folder: Path) -> None:
    nida("keys", "new")
    key = (folder / "nida.key").read_text()
    assert "stays as it is" in nida("init", "--yes", "--name", "Open Court Circle").out
    assert (folder / "nida.key").read_text() == key


def test_a_webhook_gets_a_secret_of_its_own(nida: Nida, folder: Path) -> None:
    assert (
        nida(
            "init", "--yes", "--name", "Open Court Circle", "--mode", "webhook", "--webhook-url", "https://bot.example.org"
        ).status
        == 0
    )
    assert len(load(folder / "config.toml", {}).telegram.webhook_secret.get_secret_value()) >= 32


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (["--mode", "webhook"], "telegram.webhook_url"),
        (["--mode", "push"], "telegram.mode"),
        (["--locale", "fr"], "organisation.default_locale"),
        (["--database", "mysql://x"], "database.url"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_written(nida: Nida, folder: Path, options: list[str], key: str) -> None:
    result = nida("init", "--yes", "--name", "Open Court Circle", *options)
    assert result.status == 2
    assert key in result.err
    assert not list(folder.iterdir())


def test_the_token_comes_from_a_file_and_is_not_shown(nida: Nida, folder: Path) -> None:
    (folder / "token").write_text("123456:AAHsecretsecret\n")
    result = nida("init", "--yes", "--name", "Open Court Circle", "--token-file", "token")
    assert load(folder / "config.toml", {}).telegram.token.get_secret_value() == "123456:AAHsecretsecret"
    assert "AAHsecret" not in result.out + result.err


def test_a_token_file_that_is_not_there_is_named(nida: Nida) -> None:
    result = nida("init", "--yes", "--name", "Open Court Circle", "--token-file", "none")
    assert (result.status, result.err) == (2, "none cannot be read; --token-file names the file that holds the bot's token.\n")


def test_with_nobody_to_ask_it_says_so(nida_process: Nida, folder: Path) -> None:
    result = nida_process("init")
    assert (result.status, result.err) == (2, "There is nobody here to ask: give what is needed as options, and --yes.\n")
    assert not list(folder.iterdir())


def test_the_configuration_goes_where_config_says(nida: Nida, folder: Path) -> None:
    result = nida("--json", "--config", "etc/nida.toml", "init", "--yes", "--name", "Open Court Circle")
    assert json.loads(result.out) == {"config": "etc/nida.toml", "key_file": str(folder.resolve() / "etc" / "nida.key")}
    assert "nida --config etc/nida.toml run" in result.err


@pytest.mark.slow
def test_on_a_terminal_it_asks(folder: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "init"], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = ""
        for question, answer in CONVERSATION:
            shown = _read_until(ours, question)
            os.write(ours, f"{answer}\n".encode())
        shown = _read_until(ours, "nida run")
        os.close(ours)
        assert process.wait(timeout=300) == 0, shown
    written = tomllib.loads((folder / "config.toml").read_text())
    assert written["organisation"]["name"] == "Open Court Circle"
    assert written["organisation"]["default_locale"] == "ur"
    assert written["telegram"]["token"] == "123456:AAHtyped"
    assert "AAHtyped" not in shown


CONVERSATION = (
    ("by polling or by webhook", ""),
    ("The organisation", "Open Court Circle"),
    ("The language", "ur"),
    ("The database", ""),
    ("empty for later): ", "123456:AAHtyped"),  # with the space, which comes once typing is no longer shown
)


def _read_until(terminal: int, wanted: str) -> str:
    shown = ""
    while wanted not in shown:
        shown += os.read(terminal, 4096).decode()
    return shown


def test_an_organisation_without_a_name_is_not_accepted(nida: Nida, folder: Path) -> None:
    for options in ((), ("--name", ""), ("--name", "  ")):
        result = nida("init", "--yes", *options)
        assert result.status == 2
        assert result.err.startswith("The organisation has no name, and people are greeted with it: give one with --name.")
    assert not list(folder.iterdir())
