"""What the state machines that send share: a world, and a sender that runs between the steps.

The services and the sender are the real ones; the transport answers as it is told to.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.clock import Clock
from bot.delivery.sender import Sender
from tests.delivery.ledger_world import LedgerWorld, ledger_world
from tests.delivery.virtual import VirtualLoop
from tests.machines import Machine


class SendingMachine(Machine):
    """Opens its world at the first step; closes it after the last, when all that was owed has come."""

    clock: Clock
    sender: Sender
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = VirtualLoop

    def open(self, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.run(self._open(self.clone_database(), begin))

    async def _open(self, url: str, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.opened = ledger_world(url, self.clock)
        self.world: LedgerWorld = await self.opened.__aenter__()
        await begin()
        self.start()

    def make_sender(self) -> Sender:
        raise NotImplementedError

    def start(self) -> None:
        self.sender = self.make_sender()
        self.sending = asyncio.ensure_future(self.sender.run())  # noqa: TID251 - runs between the steps, cut off at a crash

    async def cut_off(self) -> None:
        self.sending.cancel()
        with suppress(asyncio.CancelledError):
            await self.sending

    async def stop_in_order(self) -> None:
        await self.sender.stop()
        await self.sending

    async def end(self) -> None:
        """Let come what is owed still, and look at what everybody has."""
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            if hasattr(self, "sending"):
                self.run(self.end())
        finally:
            if hasattr(self, "sending"):
                self.sending.cancel()
                self.run(asyncio.wait([self.sending]))  # or it is torn out of a transaction when its loop is closed
            if hasattr(self, "opened"):
                self.run(self.opened.__aexit__(None, None, None))
            super().teardown()
