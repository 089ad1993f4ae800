"""nida audit: what it shows, and what it says when the record was touched."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from bot.staff.audit import Audit
from bot.storage.database import Database
from tests.cli.conftest import Nida, bind
from tests.clocks import FrozenClock


@pytest.fixture
def recorded(installation: Path) -> Path:
    """An installation in which two things were done."""
    url = f"sqlite:///{installation / 'nida.db'}"
    bind(url, installation / "nida.key")

    async def act() -> None:
        database = Database(url)
        audit = Audit(database, FrozenClock())
        await audit.record("amal", "petitions.export", "open-justice", format="csv", signatures=3, names=None)
        await audit.record("basit", "petitions.close", "open-justice")
        await database.close()

    asyncio.run(act())
    return installation


def test_an_empty_record_is_whole(nida: Nida, installation: Path) -> None:
    assert nida("audit", "list").out == "Nothing is recorded yet.\n"
    assert nida("audit", "check").out == "The record is whole: 0 entries.\n"


def test_it_lists_what_was_done_by_whom(nida: Nida, recorded: Path) -> None:
    shown = nida("audit", "list").out
    assert shown.index("basit") < shown.index("amal")
    assert "format csv, signatures 3" in shown
    (newest,) = json.loads(nida("audit", "list", "--limit", "1", "--json").out)
    assert (newest["number"], newest["what"], newest["details"]) == (2, "petitions.close", {})


def test_a_hash_that_was_noted_is_found_again(nida: Nida, recorded: Path) -> None:
    last = json.loads(nida("audit", "check", "--json").out)["last"]
    checked = nida("audit", "check", "--noted", last.upper())
    assert (checked.status, checked.out.splitlines()[0]) == (0, "The record is whole: 2 entries.")
    unknown = nida("audit", "check", "--noted", "0" * 64)
    assert (unknown.status, unknown.err.count("\n")) == (1, 1)
    assert "the hash you noted is not in it" in unknown.err
    assert nida("audit", "check", "--noted", "nonsense").status == 2


def test_a_changed_entry_is_named(nida: Nida, recorded: Path) -> None:
    with sqlite3.connect(recorded / "nida.db") as connection:
        connection.execute("DROP TRIGGER audit_update")
        connection.execute("UPDATE audit SET who = 'nobody' WHERE id = 2")
    checked = nida("audit", "check")
    assert (checked.status, checked.err) == (
        1,
        "Entry 2 of the record is missing or was changed; those before it are as they were made.\n",
    )
