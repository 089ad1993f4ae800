"""Copies of the database: made while the bot runs, looked at before they are put back."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, inspect, text

from bot.cli import postgresql, probe
from bot.cli.migrations import pending
from bot.config import Settings
from bot.errors import Misuse, NidaError
from bot.storage.database import Database, Locked, backup_sqlite, engine_of_command, reachable, sqlite_path
from bot.storage.lane import Lane
from bot.storage.upgrade import upgrade
from bot.storage.vault import Cell, open_vault

_KEY_CHECK = Cell("installation", "key_check", 1)
PUT_BACK: Final = (
    "The copy was made in the middle of this, and some of those owed may have it; `nida deliveries resume` lets it go on."
)
PUT_BACK_UNFINISHED: Final = "The copy was made while this was launched, and some may have it; `nida deliveries resume` it."
"""In a copy of the first schema, from whose beginning the migration knows that the audience is still to be completed."""
_HOLD = text("""
    UPDATE broadcasts SET held_from = state, hold_reason = :reason, state = 'held'
    WHERE state IN ('sending', 'preparing', 'scheduled')
""")
_HOLD_IN_OLDER = text("""
    UPDATE broadcasts SET hold_reason = CASE state WHEN 'sending' THEN :reason ELSE :unfinished END, state = 'held'
    WHERE state IN ('sending', 'preparing')
""").bindparams(unfinished=PUT_BACK_UNFINISHED)


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep every other process off a SQLite file. Raises Locked while the bot has it."""
    database = Database(url)
    database.take()
    try:
        yield
    finally:
        asyncio.run(database.close())


def back_up(settings: Settings, target: Path | None) -> Path:
    """Copy the database to `target`, by default beside it under a name that tells the time.

    Raises NidaError when there is nothing to copy, Misuse for a target that cannot be.
    """
    url = settings.database_url
    sqlite = probe.is_sqlite(url)
    if target is None:
        target = _named_for_now(sqlite_path(url).parent, "db") if sqlite else _named_for_now(settings.folder, "dump")
    if target.exists():
        raise Misuse(f"{target} exists already; name another file.")
    if not target.parent.is_dir():
        raise Misuse(f"{target.parent} is not a folder; make it first.")
    if probe.revision(url) is None:
        raise NidaError("The database is empty: there is nothing to copy.")
    if sqlite:
        backup_sqlite(sqlite_path(url), target)
        target.chmod(0o600)
    else:
        postgresql.dump(url, target)
    return target


def _named_for_now(folder: Path, suffix: str) -> Path:
    return folder / f"nida-{datetime.now(UTC):%Y%m%d-%H%M%S}.{suffix}"


def bring_up_to_date(url: str) -> Path | None:
    """Apply what is pending; returns the copy made of a SQLite database before. Raises Locked while the bot has it."""
    with alone(url):  # nobody may write while tables are rebuilt
        before = _revision_before(url)
        if not pending(before):
            return None
        kept = backup_before_upgrade(url, before)
        if probe.is_sqlite(url):
            sqlite_path(url).touch(mode=0o600)
        upgrade(url)
        return kept


def _revision_before(url: str) -> str | None:
    try:
        return probe.revision(url)
    except probe.NoDatabase:
        if not probe.is_sqlite(url):
            raise
        return None


def backup_before_upgrade(url: str, revision: str | None) -> Path | None:
    """Copy a SQLite database that holds something; None when there is nothing to keep or the server's own copies are meant."""
    if not probe.is_sqlite(url) or revision is None:
        return None
    file = sqlite_path(url)
    target = _beside(file, f"before-{pending(revision)[-1]}")
    backup_sqlite(file, target)
    target.chmod(0o600)
    return target


def ensure_restorable(settings: Settings, file: Path) -> None:
    """Raises Misuse when the copy is damaged, of a newer version, or belongs to another key."""
    if not file.is_file():
        raise Misuse(f"{file} does not exist.")
    sqlite = probe.is_sqlite(settings.database_url)
    if sqlite != _is_sqlite_file(file):
        wanted = "SQLite database" if sqlite else "copy made by pg_dump"
        raise Misuse(f"{file} is not a {wanted}, which [database] url asks for.")
    if sqlite:
        _ensure_sound(file)
        pending(_first(probe.rows_of_copy(file, probe.REVISION)))
    sealed = _first(probe.rows_of_copy(file, probe.SEALED_WORD)) if sqlite else postgresql.sealed_word_of(file)
    if sealed is not None:
        _ensure_key_opens(settings, sealed, file)


def _first(rows: list[probe.Row]) -> Any:
    return rows[0][0] if rows else None


def occupied(settings: Settings) -> bool:
    """Whether the database has tables already."""
    try:
        return probe.revision(settings.database_url) is not None
    except probe.NoDatabase:
        return False


def put_back(settings: Settings, file: Path) -> tuple[Path | None, int]:
    """Put the copy in place; returns where what was there is kept now, and how many broadcasts are held as the copy was
    made in the middle of them. Raises Locked while a bot has the database."""
    url = settings.database_url
    if not probe.is_sqlite(url):
        return asyncio.run(_put_back_postgresql(settings, file))
    with alone(url):
        return _replace_file(sqlite_path(url), file)


async def _put_back_postgresql(settings: Settings, file: Path) -> tuple[Path | None, int]:
    """With the sender's lane in hand: while a bot has it, the tables are not taken away from under it."""
    database = Database(settings.database_url)
    lane = Lane(database)
    try:
        async with reachable():
            free = await lane.take()
        if not free:
            raise Locked("A bot runs on this database; stop it, and every other one, then restore.")
        return await asyncio.to_thread(_replace_tables, settings, file)
    finally:
        await lane.leave()
        await database.close()


def _replace_tables(settings: Settings, file: Path) -> tuple[Path | None, int]:
    # Beside the copy, where somebody keeps copies: in a container the configuration's folder cannot be written, or does not stay.
    kept = back_up(settings, _named_for_now(file.parent, "dump")) if occupied(settings) else None
    postgresql.restore(settings.database_url, file)
    return kept, hold_unfinished(settings.database_url)


def _replace_file(place: Path, file: Path) -> tuple[Path | None, int]:
    arriving = place.with_name(place.name + ".arriving")
    try:
        return _replace_by_way_of(arriving, place, file)
    finally:
        for leftover in ("", "-wal", "-shm"):
            arriving.with_name(arriving.name + leftover).unlink(missing_ok=True)


def _replace_by_way_of(arriving: Path, place: Path, file: Path) -> tuple[Path | None, int]:
    shutil.copyfile(file, arriving)
    arriving.chmod(0o600)
    held = hold_unfinished(URL.create("sqlite", database=str(arriving)))
    kept = None
    if place.exists() and place.stat().st_size:
        kept = _beside(place, "replaced")
        # A copy made by SQLite holds what is still in the write-ahead log; renaming the file alone would lose it.
        backup_sqlite(place, kept)
    for leftover in ("-wal", "-shm"):
        place.with_name(place.name + leftover).unlink(missing_ok=True)
    arriving.replace(place)
    return kept, held


def hold_unfinished(url: str | URL) -> int:
    """Hold what a copy shows as still to be sent: most of it was sent after the copy was made, and must not be again unless
    somebody decides so. Returns how many."""
    engine = engine_of_command(url)
    try:
        if not inspect(engine).has_table("broadcasts"):
            return 0
        columns = {column["name"] for column in inspect(engine).get_columns("broadcasts")}
        with engine.begin() as connection:
            return connection.execute(_HOLD if "held_from" in columns else _HOLD_IN_OLDER, {"reason": PUT_BACK}).rowcount
    finally:
        engine.dispose()


def _beside(file: Path, why: str) -> Path:
    return file.with_name(f"{file.name}.{why}-{datetime.now(UTC):%Y%m%d-%H%M%S}")


def _is_sqlite_file(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\x00"


def _ensure_sound(file: Path) -> None:
    try:
        answer = probe.rows_of_copy(file, "PRAGMA integrity_check")
    except NidaError:
        answer = []
    if answer != [("ok",)]:
        raise Misuse(f"{file} is damaged; restore another copy.")


def _ensure_key_opens(settings: Settings, sealed: bytes, file: Path) -> None:
    vault = open_vault(settings.key_path)
    try:
        vault.open(sealed, _KEY_CHECK)
    except NidaError:
        raise Misuse(
            f"{file} does not open with the key {settings.key_path}: put the key that belongs to it there first."
        ) from None
