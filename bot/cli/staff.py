"""What staff may do with the running bot, or in its place when none runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.app import connect
from bot.cli.call import call
from bot.errors import NidaError
from bot.operations import Operations


@asynccontextmanager
async def at_work() -> AsyncIterator[Operations]:
    """Raises NidaError also when the bot that was asked ends meanwhile."""
    try:
        async with connect(call().settings()) as operations:
            yield operations
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
        raise NidaError(
            "The bot that has the database does not answer any more. What was launched is kept, and goes on when it runs again."
        ) from None
