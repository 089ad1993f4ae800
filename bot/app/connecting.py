"""The verbs of the command line: asked of the running bot, or done here."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from bot.app.building import pace_of_senders, sending_of, transport_of
from bot.app.running import land
from bot.clock import SystemClock
from bot.config import Settings
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from bot.operations.socket import asking, socket_path
from bot.storage.database import Locked
from bot.telegram.transport import AiohttpTransport


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Operations]:
    """The verbs of the command line: asked of the running bot if it has the database, else done here.

    What is launched here is sent from here too, unless another process has the sender's lane.
    """
    async with AsyncExitStack() as stack:
        try:
            services = await stack.enter_async_context(open_services(settings, SystemClock()))
        except Locked:
            path = socket_path(settings.database_url)
            if not path.exists():
                raise
            yield await stack.enter_async_context(asking(path))
            return
        transport = await stack.enter_async_context(transport_of(settings))
        sender = await stack.enter_async_context(_sender_on_demand(services, transport))
        yield LocalOperations(services, sender)


@asynccontextmanager
async def _sender_on_demand(services: Services, transport: AiohttpTransport) -> AsyncIterator[Callable[[], None]]:
    """What is yielded starts sending the first time it is called; it is stopped in order at the end. When it fails, so does
    the block, at once."""
    sending = sending_of(services, transport, pace_of_senders(services))
    async with asyncio.TaskGroup() as group:
        started: list[asyncio.Task[None]] = []

        def start() -> None:
            if not started:
                started.append(group.create_task(sending.run()))
            sending.notify()

        try:
            yield start
        finally:  # also when the command is interrupted: what is on its way is waited for, so that nobody gets it twice
            for task in started:
                await land(sending)
                task.cancel()
