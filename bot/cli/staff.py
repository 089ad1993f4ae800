"""What staff may do: asked of the running bot when it has the database, else done here.

Reading and writing what is kept needs nothing of Telegram, whose library takes seconds to import: only a launch that
is sent from here brings it in.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import aiohttp

from bot.cli.call import call
from bot.clock import SystemClock
from bot.config import Settings
from bot.errors import NidaError
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.operations.socket import asking, socket_path
from bot.storage.database import Locked


@asynccontextmanager
async def at_work(*, sends: bool = False) -> AsyncIterator[Operations]:
    """`sends` says that something may be launched. Raises NidaError also when the bot that was asked ends meanwhile."""
    settings = call().settings()
    try:
        async with await _sending(settings) if sends else _at_the_desk(settings) as operations:
            yield operations
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
        raise NidaError(
            "The bot that has the database does not answer any more. What was launched is kept, and goes on when it runs again."
        ) from None


@asynccontextmanager
async def _at_the_desk(settings: Settings) -> AsyncIterator[Operations]:
    async with AsyncExitStack() as stack:
        try:
            services = await stack.enter_async_context(open_services(settings, SystemClock()))
        except Locked:
            if not await _bot_answers(settings):
                raise
            yield await stack.enter_async_context(asking(socket_path(settings.database_url)))
        else:
            yield LocalOperations(services, launched=lambda: None)


async def _bot_answers(settings: Settings) -> bool:
    """Whether a bot listens beside the database; on PostgreSQL none does, as everybody may open that."""
    if not settings.database_url.startswith("sqlite"):
        return False
    try:
        _, writer = await asyncio.open_unix_connection(socket_path(settings.database_url))
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def _sending(settings: Settings) -> AbstractAsyncContextManager[Operations]:
    """By the bot that answers, and by no other means if that ends now: nobody here would send what is launched."""
    if await _bot_answers(settings):
        return asking(socket_path(settings.database_url))
    from bot.app.connecting import connect

    return connect(settings)
