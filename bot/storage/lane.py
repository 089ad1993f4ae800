"""One sender at a time: who holds the lane of this database sends, others stand by.

On PostgreSQL it is an advisory lock: it belongs to a connection and is gone the moment that is. So that it is also gone when
its holder stands still, or is cut off without a word, the server ends the connection when it hears nothing for `SILENCE`
seconds; the holder asks every `CHECK_EVERY`, and takes the lane for lost when there is no answer within `ANSWER_WITHIN`: by
then nobody else can have it yet. A SQLite file has one process anyway.
"""

from contextlib import suppress
from typing import Final

import psycopg
from sqlalchemy.exc import OperationalError

from bot.storage import postgresql
from bot.storage.database import Database

KEY: Final = 0x6E616C61
CHECK_EVERY: Final = 2.0
ANSWER_WITHIN: Final = 4.0
SILENCE: Final = 8.0
STANDBY_EVERY: Final = 2.0
"""Seconds between the tries of who stands by: with SILENCE, a dead sender is replaced within ten seconds."""


class Lane:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder: postgresql.Connection | None = None

    async def take(self) -> bool:
        """True when the lane is ours now; it stays so until `leave`, or until `check` says otherwise. Raises SQLAlchemy's
        OperationalError when the database is away."""
        if self._database.is_sqlite or self._holder is not None:
            return True
        connection = None
        try:
            connection = await postgresql.connect(self._database.url, autocommit=True)
            taken = await self._locked(connection)
        except psycopg.Error as error:
            await _give_up(connection)
            raise OperationalError("take the lane", None, error) from None
        if not taken:
            await _give_up(connection)
            return False
        self._holder = connection
        return True

    @staticmethod
    async def _locked(connection: postgresql.Connection) -> bool:
        connection.patience = ANSWER_WITHIN
        connection.prepare_threshold = None  # in the middle of a prepared statement's sentence SILENCE would not count
        await connection.execute(f"SET idle_session_timeout = '{SILENCE:.0f}s'".encode())
        found = await connection.execute(f"SELECT pg_try_advisory_lock({KEY})".encode())
        return (await found.fetchone()) == (True,)

    async def check(self) -> bool:
        """Whether the lane is still ours. When not, somebody else may have it: it must be taken anew before anything more is
        sent."""
        if self._database.is_sqlite:
            return True
        if self._holder is None:
            return False
        try:
            await self._holder.execute(b"SELECT 1")
        except psycopg.Error:
            await self.leave()
            return False
        return True

    async def leave(self) -> None:
        """Never raises for a connection that died: the lock died with it."""
        holder, self._holder = self._holder, None
        await _give_up(holder)


async def _give_up(connection: postgresql.Connection | None) -> None:
    """Closing the connection frees what it locked."""
    if connection is not None:
        with suppress(psycopg.Error):
            await connection.close()
