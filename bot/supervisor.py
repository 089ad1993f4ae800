"""The one owner of background tasks: each has a name, none is forgotten, and one that fails stops the program."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from types import TracebackType

import structlog

from bot.errors import NidaError

log = structlog.get_logger()


class Supervisor(AbstractAsyncContextManager["Supervisor"]):
    """Runs tasks until the block ends, then cancels those still running and waits for them.

    `on_failure` is called when a task fails; the failure itself is raised when the block ends.
    """

    def __init__(self, on_failure: Callable[[], None] = lambda: None) -> None:
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    def start(self, name: str, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._failure is not None and error is None:
            raise self._failure

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else _sentence_in(task.exception())
        if error is not None and self._failure is None:
            if not isinstance(error, NidaError):  # which is a sentence for the operator, said where the program ends
                log.error("task.failed", task=task.get_name(), error=type(error).__name__)
            self._failure = error
            self._on_failure()


def _sentence_in(error: BaseException | None) -> BaseException | None:
    """What a group of failed tasks has to say to the operator, else the error as it is."""
    if isinstance(error, BaseExceptionGroup) and (said := error.subgroup(NidaError)) is not None:
        return _sentence_in(said.exceptions[0])
    return error
