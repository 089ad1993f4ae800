"""A look into the database that changes nothing, also while the bot has it."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.errors import NidaError
from bot.storage.database import sqlite_path

Row = tuple[Any, ...]

REVISION = "SELECT version_num FROM alembic_version"
SEALED_WORD = "SELECT key_check FROM installation"


class NoDatabase(NidaError):
    """There is no database yet."""


class Unreachable(NidaError):
    """The database does not answer, or the file is not one."""


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def rows(url: str, statement: str) -> list[Row]:
    """The answer to one SELECT; none when its table does not exist. Raises NoDatabase or Unreachable."""
    return _sqlite_rows(sqlite_path(url), statement) if is_sqlite(url) else _postgresql_rows(url, statement)


def rows_of_copy(file: Path, statement: str) -> list[Row]:
    """The same of a SQLite file that nobody uses: no trace of the look is left beside it."""
    return _sqlite_rows(file, statement, "immutable=1")


def _sqlite_rows(file: Path, statement: str, how: str = "mode=ro") -> list[Row]:
    if not file.exists() or file.stat().st_size == 0:
        raise NoDatabase(f"{file} does not exist yet.")
    try:
        connection = sqlite3.connect(f"file:{quote(str(file))}?{how}", uri=True, timeout=5)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return []
        raise Unreachable(f"{file} cannot be read: {error}.") from None


def _postgresql_rows(url: str, statement: str) -> list[Row]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10, options="-c default_transaction_read_only=on") as connection:
            return connection.execute(statement.encode()).fetchall()
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.errors.InvalidCatalogName:
        raise NoDatabase("PostgreSQL answers, but has no database of that name.") from None
    except psycopg.Error as error:
        raise Unreachable(f"PostgreSQL cannot be used: {str(error).strip().splitlines()[0]}.") from None


def revision(url: str) -> str | None:
    """The revision of the database; None when it has no tables of Nida."""
    found = rows(url, REVISION)
    return str(found[0][0]) if found else None


def sealed_word(url: str) -> bytes | None:
    """The known word that opens only with this database's key; None when no bot ever started on it."""
    found = rows(url, SEALED_WORD)
    return bytes(found[0][0]) if found else None
