"""What the state machines share: a world on a database of its own, and a sender that runs between the steps.

Hypothesis chooses the order of what happens and, when something is wrong, gives the shortest one. The services and the sender
are the real ones; the transport answers as it is told to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from bot.clock import Clock
from bot.delivery.sender import Sender
from tests.delivery.ledger_world import LedgerWorld, ledger_world
from tests.delivery.virtual import VirtualLoop

PROVE = (pytest.mark.prove, pytest.mark.timeout(3600))
T = TypeVar("T")


class Template(Protocol):
    def clone(self, folder: Path) -> Any: ...


class Machine(RuleBasedStateMachine):
    """Opens its world at the first step; closes it after the last, when all that was owed has come."""

    template: Template
    folder: Path
    clock: Clock
    sender: Sender
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = VirtualLoop

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=type(self).loop_factory)

    def run(self, work: Awaitable[T]) -> T:
        async def waited() -> T:
            return await work

        return self.runner.run(waited())

    def open(self, begin: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.clone = self.template.clone(self.folder)
        self.run(self._open(self.clone.__enter__(), begin))

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
            if hasattr(self, "opened"):
                self.run(self.opened.__aexit__(None, None, None))
            self.runner.close()
            if hasattr(self, "clone"):
                self.clone.__exit__(None, None, None)


def play(machine: type[Machine], examples: int, steps: int, **given: Any) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(type(machine.__name__, (machine,), given), settings=chosen)
