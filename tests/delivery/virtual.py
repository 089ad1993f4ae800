"""Time that passes only when nothing is left to do: an hour of sending runs in a moment, the same way each time."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
START = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next timer instead of waiting for it, and does in place what would go to a thread."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._turn_ended: asyncio.Future[None] | None = None
        super().__init__()
        selector = self._selector  # type: ignore[attr-defined]
        really_select = selector.select

        def jump(timeout: float | None) -> Any:
            if timeout is None:
                raise RuntimeError("everything waits, and nothing will ever happen")
            self._passed += timeout
            if self._turn_ended is not None and not self._turn_ended.done():
                self._turn_ended.set_result(None)
            return really_select(0)

        selector.select = jump

    def time(self) -> float:
        return self._passed

    async def one_turn(self) -> None:
        """Wait until the loop has gone round once, passing time if there was nothing else to do."""
        self._turn_ended = self.create_future()
        await self._turn_ended

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> "asyncio.Future[T]":
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class VirtualClock:
    """Both of its readings follow the running loop."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
