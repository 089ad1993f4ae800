"""Following a broadcast until it is over: a bar on a terminal, plain lines elsewhere."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.cli.call import call
from bot.cli.outcomes import is_held, is_moving
from bot.cli.screen import duration, say
from bot.delivery.account import Broadcast
from bot.errors import NidaError
from bot.operations import Operations

LOOK_EVERY = 0.5
LINE_EVERY = 5.0
SPEED_OVER = 30.0
STALLED_AFTER = 60.0
HELD_FOR = 4.0
"""Seconds: a sender that starts takes up what was held for a reason that is gone."""
Show = Callable[[Broadcast], None]


async def watch(operations: Operations, broadcast: Broadcast) -> Broadcast:
    """Show how it goes on until it is over; returns it as it ended. Interrupted, it goes on without us."""
    try:
        with _showing(broadcast) as show:
            return await _until_over(operations, broadcast, show)
    except asyncio.CancelledError:
        say("No longer watching. What is still owed is sent while the bot runs; `nida deliveries show` tells how far it is.")
        raise


async def _until_over(operations: Operations, broadcast: Broadcast, show: Show) -> Broadcast:
    moved_at = running_at = time.monotonic()
    while not _has_ended(broadcast, running_at):
        began = time.monotonic()
        seen = await operations.delivery(broadcast.subject)
        running_at = running_at if is_held(seen) else began
        if seen.account.settled != broadcast.account.settled:
            moved_at = began
        elif began - moved_at > STALLED_AFTER:
            raise NidaError(f"Nothing was sent for {STALLED_AFTER:.0f} s; look into the log of the bot, and run `nida doctor`.")
        broadcast = seen
        show(broadcast)
        if not _has_ended(broadcast, running_at):
            # Counting a large ledger takes its time: looking must not cost more than a tenth of it.
            await asyncio.sleep(max(LOOK_EVERY, 10 * (time.monotonic() - began)))
    return broadcast


def _has_ended(broadcast: Broadcast, running_at: float) -> bool:
    return not is_moving(broadcast) and (not is_held(broadcast) or time.monotonic() - running_at >= HELD_FOR)


@contextmanager
def _showing(broadcast: Broadcast) -> Iterator[Show]:
    if sys.stdout.isatty() and not call().json:
        with _bar(broadcast) as show:
            yield show
    else:
        yield _lines()


@contextmanager
def _bar(broadcast: Broadcast) -> Iterator[Show]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    speed = Speed()

    def show(seen: Broadcast) -> None:
        speed.note(time.monotonic(), seen.account.settled)
        progress.update(bar, description=speed.told(seen), completed=seen.account.settled, total=seen.account.accepted)

    with Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")) as progress:
        bar = progress.add_task("", total=broadcast.account.accepted)
        yield show


class Speed:
    """How fast it goes at present: over the last half minute, as it goes in bursts."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, at: float, settled: int) -> None:
        self._seen.append((at, settled))
        while at - self._seen[0][0] > SPEED_OVER and len(self._seen) > 2:
            self._seen.popleft()

    def told(self, seen: Broadcast) -> str:
        """Like "29 a second, about 2 min left"; nothing until it can be told."""
        (began, before), (now, after) = self._seen[0], self._seen[-1]
        if after <= before:
            return ""
        rate = (after - before) / (now - began)
        left = (seen.account.pending - seen.account.deferred) / rate
        return f"{rate:,.0f} a second" + (f", about {duration(left)} left" if left else "")


def _lines() -> Show:
    last: tuple[float, int] = (0.0, -1)
    speed = Speed()

    def show(seen: Broadcast) -> None:
        nonlocal last
        now, settled = time.monotonic(), seen.account.settled
        speed.note(now, settled)
        if (not is_moving(seen) and settled != last[1]) or now - last[0] >= LINE_EVERY:
            last = now, settled
            told = speed.told(seen)
            say(f"{seen.account.settled:,} of {seen.account.accepted:,}" + (f", {told}" if told else ""))

    return show
