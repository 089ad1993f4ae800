"""Processes that die: what they had begun is cut off at a turn of the loop, and nothing is written after it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.delivery.models import BroadcastState
from tests.delivery.ledger_world import LedgerWorld
from tests.delivery.transports import Asked, Reply
from tests.delivery.virtual import VirtualLoop

RATE = 4.0


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


async def dies_after(turns: int, world: LedgerWorld, transport_script: Callable[[Asked], Reply]) -> tuple[bool, Counter[int]]:
    """Run a sender for so many turns of the event loop and cut it off there; whether it was still at work, and what
    arrived."""
    transport = world.transport(transport_script)
    async with cut_off(world.sender(transport, rate=RATE).run()) as run:
        await pass_turns(turns)
        at_work = (await world.broadcast()).state is not BroadcastState.DONE if not run.done() else False
    return at_work, transport.arrived
