"""The database: one engine, short transactions, and for SQLite a lock that keeps a second process off the file."""

import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util.concurrency import greenlet_spawn

from bot.errors import Misuse, NidaError
from bot.storage import postgresql, sqlite

T = TypeVar("T")
SQLITE_SETTINGS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")


class Locked(NidaError):
    """Another process has the SQLite file open for writing."""


class Database:
    """Hands out sessions. `write()` commits when its block ends; `read()` never does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        # A look-up needs no transaction around it, which on PostgreSQL is two more ways to the server and back.
        alone = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._looking = self._engine.sync_engine.execution_options(**alone)
        self._lock: IO[str] | None = None
        self.writes = 0
        """Grows before and after each commit made here that was not quiet."""

    @property
    def engine(self) -> AsyncEngine:
        return self._engine

    def take(self) -> None:
        """Keep other processes off a SQLite file until `close`. Raises Locked when one has it already."""
        if self.is_sqlite and self._lock is None:
            self._lock = _lock(sqlite_path(self.url))

    @asynccontextmanager
    async def write(self, *, quiet: bool = False) -> AsyncIterator[AsyncSession]:
        """`quiet`: nothing of what is written is looked out for by whoever watches `writes`."""
        async with self._sessions.begin() as session:
            yield session
            self.writes += not quiet
        self.writes += not quiet

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            yield session

    async def look_up(self, work: Callable[[Connection], T]) -> T:
        """Run a few reading statements on a plain connection. For hot paths: one look-up takes a third of a session's CPU."""
        return await greenlet_spawn(self._with_connection, work)

    def _with_connection(self, work: Callable[[Connection], T]) -> T:
        with self._looking.connect() as connection:
            return work(connection)

    async def empty_log(self) -> None:
        """What was erased stands in SQLite's write-ahead log until that is written over: cut it off, outside of a transaction."""
        if self.is_sqlite:
            await self.look_up(lambda connection: connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        await self._engine.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def sqlite_path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _sqlite_engine(url: str) -> AsyncEngine:
    # One connection: SQLite has one writer anyway, and before 3.51.3 two that write or checkpoint at once can corrupt a WAL.
    engine = create_async_engine(
        make_url(url).set(drivername="sqlite+loop"),
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False, "factory": sqlite.Connection},
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    for setting in SQLITE_SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def _postgresql_engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asked"),
        async_creator=lambda: postgresql.connect(url),
        pool_size=8,
        max_overflow=4,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    postgresql.CutOff().watch(engine.sync_engine)
    return engine


def engine_of_command(url: str | URL) -> Engine:
    """For a command that does one thing to everything there is, and nothing beside it."""
    address = make_url(url)
    if address.drivername == "sqlite":
        return create_engine(address, poolclass=NullPool, hide_parameters=True)
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=postgresql.patient_parameters(),
        poolclass=NullPool,
        hide_parameters=True,
    )
    postgresql.CutOff(in_doubt=True).watch(engine)
    return engine


def _lock(file: Path) -> IO[str]:
    path = file.with_name(file.name + ".lock")
    try:
        handle = path.open("a+", encoding="ascii")
    except OSError as error:
        raise Misuse(f"{path} cannot be written: {error.strerror}; make its folder, or mend [database] url.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        owner = handle.read().strip() or "unknown"
        handle.close()
        raise Locked(
            f"{file} is in use by another process (number {owner}); SQLite serves one at a time. Stop it, or use PostgreSQL."
        ) from None
    handle.seek(0)
    handle.truncate()
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def backup_sqlite(file: Path, target: Path) -> None:
    """Copy a SQLite database to `target` while others may use it. The copy is complete or not there at all."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NidaError(f"The copy of {file} is damaged; check the disk.")
        partial.replace(target)
    except sqlite3.Error as error:
        raise NidaError(f"{file} cannot be copied to {target}: {error}.") from None
    finally:
        partial.unlink(missing_ok=True)


@asynccontextmanager
async def reachable() -> AsyncIterator[None]:
    """Turn the driver's errors while connecting into one sentence."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Misuse(f"The database cannot be used: {cause}. Check [database] url.") from None
