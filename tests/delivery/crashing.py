"""Processes that die: what they had begun is cut off at a turn of the loop, and nothing is written after it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.delivery.virtual import VirtualLoop


@asynccontextmanager
async def cut_off(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Future[None]"]:
    """Run it during the block and no further: what is cut off in a transaction rolls back, as after kill -9."""
    run = asyncio.ensure_future(work)  # noqa: TID251 - cut off here, not watched
    try:
        yield run
    finally:
        run.cancel()
        with suppress(asyncio.CancelledError):
            await run


async def pass_turns(count: int) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    for _ in range(count):
        await loop.one_turn()
