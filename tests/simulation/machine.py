"""Processes without an operating system: each has an event loop of its own that is turned by hand, and time is a number."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
START = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)


class _Nothing:
    def select(self, timeout: float | None) -> list[Any]:
        return []


class HandTurnedLoop(asyncio.BaseEventLoop):
    """Goes round once when it is told to. What would go to a thread is done in place, and known `after_commit` later."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Nothing()
        self.now = 0.0
        self.commit: Callable[[sqlite3.Connection], float]
        """Commits, or not, and says how many seconds later the answer comes, or raises."""

    def time(self) -> float:
        return self.now

    def one_turn(self) -> None:
        self.call_soon(self.stop)
        self.run_forever()

    @property
    def is_ready(self) -> bool:
        at = self.next_at
        return bool(self._ready) or (at is not None and at < self.now + self._clock_resolution)  # type: ignore[attr-defined]

    @property
    def next_at(self) -> float | None:
        return self._scheduled[0].when() if self._scheduled else None  # type: ignore[attr-defined]

    def forget_everything(self) -> None:
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> "asyncio.Future[T]":
        done: asyncio.Future[T] = self.create_future()
        if getattr(func, "__name__", "") == "commit":
            self._commit(func.__self__, done)  # type: ignore[attr-defined]
        else:
            done.set_result(func(*args))
        return done

    def _commit(self, connection: sqlite3.Connection, done: "asyncio.Future[Any]") -> None:
        try:
            seconds = self.commit(connection)
        except Exception as error:
            self.call_soon(_unless_given_up, done.set_exception, done, error)
        else:
            self.call_later(seconds, _unless_given_up, done.set_result, done, None)

    def _process_events(self, event_list: Any) -> None:
        """There is nothing outside."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


def _unless_given_up(say: Callable[[Any], None], done: "asyncio.Future[Any]", what: object) -> None:
    if not done.done():
        say(what)


class MachineClock:
    """Reads its loop's time; `ahead` is how wrong the time of day is, in seconds."""

    def __init__(self, loop: HandTurnedLoop) -> None:
        self._loop = loop
        self.ahead = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.now + self.ahead)

    def monotonic(self) -> float:
        return self._loop.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
