"""SQLite for an event loop: statements run where they are called, only what waits for the disk goes to a thread.

A statement on a warm page cache takes about ten microseconds, handing it to another thread and back takes over a hundred.
So look-ups and small writes run in the loop's own thread; a commit that has something to write, and statements marked
with the execution option `long`, run in a worker thread. Measured against the usual thread-per-connection driver: a
transaction with one look-up costs a quarter of the CPU (docs/decisions/0003-sqlite-in-the-loop.md).
"""

import asyncio
import sqlite3
from typing import Any

from sqlalchemy import pool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.engine.url import URL
from sqlalchemy.sql import FromClause
from sqlalchemy.util.concurrency import await_

DAMAGED = "The database file is damaged: keep it as it is, and put a copy in its place with `nida db restore`."


def is_damaged(error: BaseException) -> bool:
    """Whether SQLite says that the file is not what it wrote."""
    name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
    return str(name).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


class Cursor(sqlite3.Cursor):
    """A cursor as SQLAlchemy's async session expects it."""

    async def _async_soft_close(self) -> None:
        """Asked for after each statement; the rows still unread are in SQLite's own memory, so there is nothing to do."""


class Connection(sqlite3.Connection):
    """A connection that remembers how much it had changed when its transaction began."""

    changes_at_begin = 0

    def cursor(self, factory: type[sqlite3.Cursor] | None = None) -> sqlite3.Cursor:  # type: ignore[override]
        return super().cursor(factory or Cursor)

    def has_something_to_write(self) -> bool:
        return self.total_changes != self.changes_at_begin


class LoopCompiler(SQLiteCompiler):
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """`INDEXED BY …`, where a statement says which index serves it."""
        return text


class LoopDialect(SQLiteDialect_pysqlite):
    driver = "loop"
    statement_compiler = LoopCompiler
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[pool.Pool]:
        return pool.AsyncAdaptedQueuePool

    def do_begin(self, dbapi_connection: Any) -> None:
        # IMMEDIATE: with a deferred transaction, a read followed by a write fails when another connection wrote between.
        dbapi_connection.changes_at_begin = dbapi_connection.total_changes
        dbapi_connection.execute("BEGIN IMMEDIATE")

    def do_commit(self, dbapi_connection: Any) -> None:
        if dbapi_connection.has_something_to_write():
            await_(_in_a_thread(dbapi_connection.commit))
        else:
            dbapi_connection.commit()

    def do_close(self, dbapi_connection: Any) -> None:
        # A connection given up in the middle of a statement (its task was cancelled) lives on, with its lock, for as long as
        # somebody refers to the statement: the error's traceback does.
        dbapi_connection.rollback()
        dbapi_connection.close()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: ExecutionContext | None = None) -> None:
        if context is not None and context.execution_options.get("long"):
            await_(_in_a_thread(cursor.execute, statement, parameters))
        else:
            cursor.execute(statement, parameters)


async def _in_a_thread(work: Any, *arguments: Any) -> None:
    """Wait for the thread even when cancelled: the connection must be at rest before anybody rolls back or begins on it."""
    at_work = asyncio.get_running_loop().run_in_executor(None, work, *arguments)
    cancelled: asyncio.CancelledError | None = None
    while not at_work.done():
        try:
            await asyncio.wait([at_work])
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        at_work.exception()  # the caller is leaving either way, and an error nobody asks for would be logged as lost
        raise cancelled
    at_work.result()


registry.register("sqlite.loop", __name__, "LoopDialect")
