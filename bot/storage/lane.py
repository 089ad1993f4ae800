"""One sender at a time: who holds the lane of this database sends, others stand by."""

from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database

KEY = 0x6E616C61


class Lane:
    """On PostgreSQL an advisory lock, gone the moment the connection that holds it is. A SQLite file has one process anyway."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder: AsyncConnection | None = None

    async def take(self) -> bool:
        """True when the lane is ours now; it stays so until `leave`."""
        if self._database.is_sqlite or self._holder is not None:
            return True
        connection = await self._database.engine.connect()
        # Outside a transaction: the lock belongs to the connection, and an open transaction would hold back clean-up.
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await connection.scalar(text(f"SELECT pg_try_advisory_lock({KEY})")):
            await connection.close()
            return False
        self._holder = connection
        return True

    async def check(self) -> bool:
        """Whether the lane is still ours: when the connection that held it died, somebody else may have it. Then it must be
        taken anew before anything more is sent."""
        if self._database.is_sqlite:
            return True
        if self._holder is None:
            return False
        try:
            await self._holder.scalar(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            await self.leave()
            return False
        return True

    async def leave(self) -> None:
        """Never raises for a connection that died: the lock died with it."""
        holder, self._holder = self._holder, None
        if holder is None:
            return
        with suppress(SQLAlchemyError, OSError):
            await holder.scalar(text(f"SELECT pg_advisory_unlock({KEY})"))
        with suppress(SQLAlchemyError, OSError):
            await holder.invalidate()
        with suppress(SQLAlchemyError, OSError):
            await holder.close()
