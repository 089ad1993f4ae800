"""What every long-running process of Nida has in common: how it starts, and how it is told to stop."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Coroutine


def listen_to_signals(stop: asyncio.Event) -> None:
    """The first asks to stop in order; a second ends the process at once, as somebody means it."""

    def told() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)


def spare_the_collector() -> None:
    """What the start left behind stays for good: looking it over again took 0.2 s each time, while replies waited."""
    gc.collect()
    gc.freeze()


def run_to_the_end(work: Coroutine[None, None, None]) -> None:
    """Run on the fastest event loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(work)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop
