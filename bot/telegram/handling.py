"""Handling what was taken in: one person's updates one after another, many people's side by side.

One that fails is closed all the same, or it would keep its person's others waiting for ever; only for want of the database is it
tried again.
"""

import asyncio
from bisect import insort
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.meters import Times
from bot.storage.outage import is_passing, lasting
from bot.supervisor import Supervisor
from bot.telegram.ownership import Ownership

log = structlog.get_logger()

Update = Mapping[str, Any]
Handle = Callable[[Update], Awaitable[None]]

AT_ONCE: Final = 64
LONGEST_PAUSE: Final = 30.0


class Handling:
    """`done` is told the number of each update that is done with, unless another bot has it now."""

    def __init__(
        self, handle: Handle, ownership: Ownership, clock: Clock, counts: Counter[str], done: Callable[[int], None]
    ) -> None:
        self._handle = handle
        self._ownership = ownership
        self._clock = clock
        self._counts = counts
        self._done = done
        self.backlog = 0
        """How many are not handled yet."""
        self.times = Times()
        self._waiting: dict[int, deque[Update]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._idle = asyncio.Event()
        self._idle.set()

    async def emptied(self) -> None:
        """Return when nothing is left."""
        await self._idle.wait()

    def begin(self, updates: Iterable[Update], supervisor: Supervisor) -> None:
        """Handle each when it is its turn."""
        for new in updates:
            self._add_one()
            key = person_of(new)
            queue = self._waiting.get(key)
            if queue is not None:
                insort(queue, new, key=_number)
            else:
                self._waiting[key] = deque([new])
                supervisor.start("intake.person", self._work_through(key))

    async def handle_alone(self, update: Update) -> None:
        """Return when it is done with."""
        self._add_one()
        await self._handle_one(update)

    async def _work_through(self, key: int) -> None:
        """Handle one person's updates in order, until none is left."""
        queue = self._waiting[key]
        while queue:
            first = queue[0]
            is_ours = await self._came_to_its_turn(queue, key)
            if queue[0] is not first:  # an earlier one has arrived, and another bot may be waiting for it
                continue
            queue.popleft()
            if is_ours:
                async with self._places:
                    await self._handle_one(first)
            else:
                self._be_rid_of_one()
        del self._waiting[key]

    async def _came_to_its_turn(self, queue: deque[Update], person: int) -> bool:
        """Where other bots handle updates too: once theirs that came before are done, or an earlier one is first in the queue.
        False when another bot has it now."""
        first = queue[0]
        while self._ownership.is_shared:
            try:
                return await self._ownership.turn(_number(first), person, lambda: queue[0] is first)
            except (SQLAlchemyError, OSError) as error:
                if unusable := lasting(error):
                    raise unusable from None
                log.warning("update.postponed", error=type(error).__name__)
                await self._clock.sleep(1.0)
        return True

    async def _handle_one(self, update: Update) -> None:
        pause = 1.0
        while not await self._handled_or_given_up(update):
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._done(_number(update))
        self._be_rid_of_one()

    async def _handled_or_given_up(self, update: Update) -> bool:
        """Whether this update is done with: yes, unless the database is away, when it is worth another try."""
        began = self._clock.monotonic()
        try:
            await self._handle(update)
        except Exception as error:  # noqa: BLE001 - one bad update must not stop all others; it is logged and closed
            if unusable := lasting(error):
                raise unusable from None
            if is_passing(error):
                self._counts["postponed"] += 1
                log.warning("update.postponed", error=type(error).__name__)
                return False
            self._counts["failed"] += 1
            log.error("update.failed", error=type(error).__name__, where=_where(error))
        else:
            self._counts["handled"] += 1
            self.times.took(self._clock.monotonic() - began)
        return True

    def _add_one(self) -> None:
        self.backlog += 1
        self._idle.clear()

    def _be_rid_of_one(self) -> None:
        self.backlog -= 1
        if not self.backlog:
            self._idle.set()


def stays_unhandled(error: BaseException) -> bool:
    """Whether an update is kept to be handled again: the database is away, or must be mended first."""
    return is_passing(error) or lasting(error) is not None


def person_of(update: Update) -> int:
    """Whose update it is: a message, a tap and a block of one person are handled in order, whatever queue brought them."""
    for kind in ("message", "callback_query", "my_chat_member", "edited_message", "inline_query", "chosen_inline_result"):
        if kind in update:
            return int(update[kind]["from"]["id"]) if "from" in update[kind] else int(update[kind]["chat"]["id"])
    return 0


def _number(update: Update) -> int:
    return int(update["update_id"])


def _where(error: BaseException) -> str:
    """The place in the code, without the values that were being handled."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else ""
