"""A running bot as the command finds it: what it does, and its verbs asked through its socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import config
from bot.clock import SystemClock
from bot.operations.operations import LocalOperations, Operations
from bot.operations.services import Services, open_services
from bot.operations.socket import asking, listening


@asynccontextmanager
async def through_the_socket(path: Path) -> AsyncIterator[tuple[Services, Operations]]:
    async with (
        open_services(config.load(None), SystemClock()) as services,
        listening(LocalOperations(services, lambda: None), path),
        asking(path) as operations,
    ):
        yield services, operations
