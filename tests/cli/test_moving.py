"""nida db move: what it says, and with which status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage import moving
from tests.cli.conftest import Nida, bind, ensure_refused
from tests.databases import PostgresqlTemplate, with_postgresql

NOWHERE = "postgresql://nida:a-secret-word@127.0.0.1:1/nida"


@pytest.fixture
def started(installation: Path) -> Path:
    """An installation whose database belongs to its key, as after the first start."""
    bind(f"sqlite:///{installation / 'nida.db'}", installation / "nida.key")
    return installation


@pytest.fixture
def target(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.empty(tmp_path) as url:
        yield url


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        ([], 2, "Say where to, like --to postgresql://"),
        (["--to", "sqlite:///other.db"], 2, "Say where to, like --to postgresql://"),
        (["--give-up"], 1, "not being moved, so there is nothing to give up"),
        (["--give-up", "--to", NOWHERE], 2, "--to and --give-up exclude each other"),
        (["--to", NOWHERE], 2, "The database cannot be used: "),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    nida: Nida, started: Path, arguments: list[str], status: int, sentence: str
) -> None:
    refused = nida("db", "move", *arguments)
    ensure_refused(refused, status, sentence)
    assert "a-secret-word" not in refused.err
    assert nida("content", "export", started / "content").status == 0, "the file is still in use"


def test_only_a_sqlite_file_can_be_moved(nida: Nida, folder: Path) -> None:
    (folder / "config.toml").write_text(f'[database]\nurl = "{NOWHERE}"\n')
    ensure_refused(nida("db", "move", "--to", NOWHERE), 2, "only that can be moved")


@with_postgresql
def test_a_database_nobody_has_started_has_nothing_to_move(nida: Nida, installation: Path, target: str) -> None:
    ensure_refused(nida("db", "move", "--to", target), 1, "The database is empty: there is nothing to move.")


@with_postgresql
def test_it_moves_once_and_what_has_moved_says_where(nida: Nida, started: Path, target: str) -> None:
    moved = nida("db", "move", "--to", target.replace("postgresql://", "postgresql+psycopg://"), "--json")
    assert moved.status == 0, moved.err
    assert set(json.loads(moved.out)["moved"]) >= {"supporters", "deliveries"}
    assert moved.err.endswith("the SQLite file is not used any more.\n")
    ensure_refused(nida("db", "move", "--to", target), 2, "is in use already, so nothing was changed")
    ensure_refused(nida("content", "export", started / "content"), 2, "was moved to postgresql://")
    text = (started / "config.toml").read_text()
    (started / "config.toml").write_text(text.replace("sqlite:///nida.db", target))
    assert nida("content", "export", started / "content").status == 0


@with_postgresql
def test_one_that_stopped_in_the_middle_says_so_until_it_is_given_up_or_done(
    nida: Nida, started: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(there: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(moving, "_count_up_from_there", dies)
        assert nida("db", "move", "--to", target).status == 130
    ensure_refused(nida("content", "export", started / "content"), 2, "is being moved to")
    given_up = nida("db", "move", "--give-up", "--json")
    assert (given_up.status, json.loads(given_up.out)) == (0, {"given_up": True})
    assert nida("content", "export", started / "content").status == 0
    assert nida("db", "move", "--to", target).status == 0
