"""What other features keep about a person under a key of their own, so that nothing here leads to it.

They lie above and are handed in; a person whom no row here stands for may still have signed.
"""

from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession


class Holding(Protocol):
    name: str
    """What it is called in what a person is handed out."""

    async def export(self, session: AsyncSession, telegram_id: int) -> list[dict[str, Any]]:
        """All of it, as JSON can hold it."""

    async def erase(self, session: AsyncSession, telegram_id: int) -> bool:
        """Whether there was anything to erase. Asked before the person's row here is held."""
