"""One sender at a time: who holds the lane of this database sends, others stand by."""

from sqlalchemy import text
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

    async def leave(self) -> None:
        if self._holder is not None:
            await self._holder.scalar(text(f"SELECT pg_advisory_unlock({KEY})"))
            await self._holder.close()
            self._holder = None
