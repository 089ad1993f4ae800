"""How the command is called, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import endings
from bot.errors import Misuse, NidaError
from tests.cli.conftest import Nida

ROOT = Path(__file__).parents[2]


def test_help_lists_every_verb(nida: Nida) -> None:
    shown = nida("--help").out
    for verb in ("run", "demo", "standin", "doctor", "init", "db", "keys", "content", "announce", "deliveries", "locales"):
        assert f" {verb} " in shown


def test_without_arguments_it_shows_its_help(nida: Nida) -> None:
    result = nida()
    assert result.status == 2
    assert "Usage: nida" in result.out + result.err


def test_the_version_is_that_of_the_project(nida: Nida) -> None:
    assert nida("--version").out == f"nida {__version__}\n"
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("arguments", [["nonsense"], ["db", "nonsense"], ["db", "check", "--nonsense"], ["db", "restore"]])
def test_wrong_use_ends_with_2(nida: Nida, arguments: list[str]) -> None:
    result = nida(*arguments)
    assert result.status == 2
    assert result.err
    assert not result.out


def test_help_does_not_import_the_bot() -> None:
    program = (
        "import sys\nfrom bot.cli.entry import run\nrun(['--help'])\n"
        "slow = {'aiogram', 'aiohttp', 'sqlalchemy', 'alembic', 'babel', 'pydantic', 'telegram', 'asyncio'}\n"
        "sys.exit(str(slow & set(sys.modules)) if slow & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_common_options_may_stand_before_or_after_the_verb(nida: Nida, installation: Path) -> None:
    there = installation / "config.toml"
    before, after = nida("--config", there, "--json", "db", "check"), nida("db", "check", "--config", there, "--json")
    assert json.loads(before.out) == json.loads(after.out) == {"pending": []}


def test_json_output_is_nothing_but_json(nida: Nida, installation: Path) -> None:
    result = nida("db", "upgrade", "--json")
    assert json.loads(result.out)["revision"]
    assert "up to date" in result.err


def test_a_configuration_that_is_not_there_is_wrong_use(nida: Nida) -> None:
    result = nida("--config", "none.toml", "db", "check")
    assert result.status == 2
    assert result.err == "none.toml does not exist; `nida init` writes one.\n"


def test_a_token_given_as_an_example_is_not_blotted_out(nida: Nida, folder: Path) -> None:
    (folder / "config.toml").write_text('[telegram]\ntoken = "hello"')
    assert nida("db", "check").err == (
        "config.toml: telegram.token is not a bot token, which looks like 123456:ABC…; copy the whole line from @BotFather.\n"
    )
    refused = nida("standin", "--port", "0", "--token", "hello")
    assert refused.err == "The stand-in's token must be a number, a colon and more, like 123456:demo.\n"


class TestEndings:
    def test_what_could_not_be_done_ends_with_1(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert endings.status_of(NidaError("It is broken; mend it."), debug=False) == 1
        assert capsys.readouterr().err == "It is broken; mend it.\n"

    def test_wrong_use_ends_with_2(self) -> None:
        assert endings.status_of(Misuse("No."), debug=False) == 2

    def test_ctrl_c_ends_quietly_with_130(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert endings.status_of(KeyboardInterrupt(), debug=False) == 130
        assert capsys.readouterr().err == ""

    def test_a_group_of_one_is_what_is_in_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert endings.status_of(ExceptionGroup("tasks", [ExceptionGroup("inner", [Misuse("Port taken.")])]), debug=False) == 2
        assert capsys.readouterr().err == "Port taken.\n"

    def test_of_several_the_worst_counts(self) -> None:
        assert endings.status_of(ExceptionGroup("tasks", [NidaError("a"), Misuse("b")]), debug=False) == 2

    def test_the_unexpected_is_one_sentence_without_its_message(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert endings.status_of(_raised(ValueError("what a person wrote")), debug=False) == 1
        shown = capsys.readouterr().err
        assert shown.count("\n") == 1
        assert "ValueError in tests/cli/test_calling.py:" in shown
        assert "--debug" in shown
        assert "what a person wrote" not in shown

    def test_debug_shows_where_it_came_from(self, capsys: pytest.CaptureFixture[str]) -> None:
        endings.status_of(_raised(ValueError("detail")), debug=True)
        assert "Traceback" in capsys.readouterr().err

    def test_a_token_is_blotted_out(self, capsys: pytest.CaptureFixture[str]) -> None:
        endings.status_of(_raised(ValueError("GET /bot123456:AAHsecretsecret/getMe")), debug=True)
        assert "AAHsecret" not in capsys.readouterr().err


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught
