"""Pace: who may send next, and when. One budget for everything the bot sends, replies to people first.

Three limits hold at once: never more than the rate within any one second, evenly spread so that a reply finds a gap
soon, and per chat. No task or lock belongs to a waiter or to a chat: one timer of the loop wakes whoever is next.
"""

import asyncio
import heapq
import math
from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum

from bot.clock import Clock

WINDOW = 1.005
"""Seconds in which at most the rate is started: a little over one, as what starts a second apart may arrive closer."""
CATCH_UP = 0.05
"""Seconds of unused turns that may be caught up on when the loop was late; without it every delay would be lost for good."""
LONGEST_DEBT = 2.0
"""Seconds: what others sent before that is no concern of Telegram's any more."""
REPLY_BURST = 5
"""Replies that may go to one chat at once before its interval is kept: an answer may be several messages."""
SLOWER, SLOWEST = 0.9, 0.25
RECOVERY_SECONDS = 60.0
"""How long it takes to come back by the tenth that a hold costs."""


class Lane(IntEnum):
    """Who goes first."""

    REPLY = 0
    URGENT = 1  # what staff call urgent, reminders of the same day
    BULK = 2
    EDIT = 3  # corrections and recalls: they ring nobody's phone


@dataclass(slots=True)
class Holds:
    """What Telegram asked for so far: how often to wait, and for how many seconds in all."""

    count: int = 0
    seconds: float = 0.0


@dataclass(slots=True, order=True)
class _Waiter:
    ready_at: float
    number: int
    chat_id: int = field(compare=False)
    lane: Lane = field(compare=False)
    turn: "asyncio.Future[bool]" = field(compare=False)


class Pace:
    """`rate` in messages a second, `per_chat_interval` in seconds; time is read from the clock, waiting done by the loop."""

    def __init__(self, rate: float, per_chat_interval: float, clock: Clock) -> None:
        self.holds = Holds()
        self.replies = 0
        """How many were given their turn."""
        self._rate = rate
        self._clock = clock
        self._chats = _Chats(per_chat_interval)
        self._started: deque[float] = deque(maxlen=max(1, math.floor(rate)))
        self._next = -math.inf
        self._held_until = -math.inf
        self._factor = 1.0
        self._slowed_at = 0.0
        self._lanes: tuple[deque[_Waiter], ...] = tuple(deque() for _ in Lane)
        self._later: list[_Waiter] = []
        self._numbers = 0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = math.inf

    async def turn(self, chat_id: int, lane: Lane) -> bool:
        """Wait until a message may be sent to this chat. False when a hold came in between: the caller should give its
        claim back and come again once the hold is over. A reply waits out the hold and is always told True.
        """
        now = self._clock.monotonic()
        if lane is not Lane.REPLY and now < self._held_until:
            return False
        ready_at = self._chats.ready_at(chat_id, lane)
        if ready_at <= now and not any(self._lanes) and self._free_at(now) <= now:
            self._start(chat_id, lane, now)
            return True
        return await self._wait(chat_id, lane, ready_at, now)

    def hold(self, seconds: float) -> None:
        """Telegram asked for it: nothing is sent for that long; the longest hold wins. What waits to be sent to many is told to
        come again."""
        before = self.held_for
        self.holds.count += not before
        self.holds.seconds += max(0.0, seconds - before)
        self.hold_too(seconds)

    def hold_too(self, seconds: float) -> None:
        """The same, where Telegram asked another process that sends with the same token."""
        now = self._clock.monotonic()
        if now >= self._held_until:
            self._slow_down(now)
        self._held_until = max(self._held_until, now + seconds)
        self._send_away()
        self._pump()

    def spent(self, turns: float) -> None:
        """Another process has used that much of the budget."""
        now = self._clock.monotonic()
        self._next = max(self._next, min(max(self._next, now) + turns / self.rate, now + LONGEST_DEBT))

    @property
    def held_for(self) -> float:
        """Seconds until a hold is over, 0 without one."""
        return max(0.0, self._held_until - self._clock.monotonic())

    @property
    def free_in(self) -> float:
        """Seconds until the budget allows the next message."""
        now = self._clock.monotonic()
        return max(0.0, self._free_at(now) - now)

    @property
    def rate(self) -> float:
        """Messages a second at present: after a hold less than the one configured."""
        return self._rate * self._recovered(self._clock.monotonic())

    async def _wait(self, chat_id: int, lane: Lane, ready_at: float, now: float) -> bool:
        self._numbers += 1
        waiter = _Waiter(ready_at, self._numbers, chat_id, lane, asyncio.get_running_loop().create_future())
        if ready_at > now:
            heapq.heappush(self._later, waiter)
        else:
            self._lanes[lane].append(waiter)
        self._arm(now)
        return await waiter.turn

    def _pump(self) -> None:
        """Give out every turn that is due, then set the timer for the next."""
        now = self._clock.monotonic()
        while self._later and self._later[0].ready_at <= now:
            waiter = heapq.heappop(self._later)
            self._lanes[waiter.lane].append(waiter)
        while self._free_at(now) <= now and (first := self._first(now)) is not None:
            self._start(first.chat_id, first.lane, now)
            first.turn.set_result(True)
        self._arm(now)

    def _first(self, now: float) -> _Waiter | None:
        """Take the next waiter out of the lanes; one whose chat was just written to goes to wait for its chat."""
        for lane in self._lanes:
            while lane:
                waiter = lane.popleft()
                if waiter.turn.done():
                    continue
                waiter.ready_at = self._chats.ready_at(waiter.chat_id, waiter.lane)
                if waiter.ready_at <= now:
                    return waiter
                heapq.heappush(self._later, waiter)
        return None

    def _start(self, chat_id: int, lane: Lane, now: float) -> None:
        spacing = 1 / (self._rate * self._recovered(now))
        self._next = max(self._next, now - max(CATCH_UP - spacing, 0.0)) + spacing
        self._started.append(now)
        self.replies += lane is Lane.REPLY
        self._chats.started(chat_id, lane, now)

    def _free_at(self, now: float) -> float:
        """When the budget of the whole bot allows the next message."""
        most = max(1, math.floor(self._rate * self._recovered(now)))
        behind = len(self._started) - most
        window = self._started[behind] + WINDOW if behind >= 0 else -math.inf
        return max(self._held_until, self._next, window)

    def _arm(self, now: float) -> None:
        at = self._free_at(now) if any(self._lanes) else math.inf
        if self._later:
            at = min(at, max(self._later[0].ready_at, self._held_until))
        if at >= self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = asyncio.get_running_loop().call_later(max(0.0, at - now), self._ring)

    def _ring(self) -> None:
        self._timer, self._timer_at = None, math.inf
        self._pump()

    def _send_away(self) -> None:
        for waiter in (*self._later, *(waiter for lane in self._lanes for waiter in lane)):
            if waiter.lane is not Lane.REPLY and not waiter.turn.done():
                waiter.turn.set_result(False)
        self._later = [waiter for waiter in self._later if not waiter.turn.done()]
        heapq.heapify(self._later)

    def _slow_down(self, now: float) -> None:
        self._factor = max(SLOWEST, self._recovered(now) * SLOWER)
        self._slowed_at = now

    def _recovered(self, now: float) -> float:
        if self._factor == 1.0:
            return 1.0
        since = max(0.0, now - max(self._held_until, self._slowed_at))
        factor = self._factor + (1 - SLOWER) * since / RECOVERY_SECONDS
        if factor < 1.0:
            return factor
        self._factor = 1.0
        return 1.0


class _Chats:
    """When each chat may be written to next. What is older than it can matter is forgotten wholesale, so that memory is
    bounded by what was sent within two horizons."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._horizon = interval * REPLY_BURST
        self._recent: dict[int, float] = {}
        self._older: dict[int, float] = {}
        self._turned_at = -math.inf

    def ready_at(self, chat_id: int, lane: Lane) -> float:
        allowance = self._interval * (REPLY_BURST - 1) if lane is Lane.REPLY else 0.0
        return self._paid_until(chat_id) - allowance

    def started(self, chat_id: int, lane: Lane, now: float) -> None:
        if not self._interval:
            return
        if now - self._turned_at > self._horizon:
            self._recent, self._older, self._turned_at = {}, self._recent, now
        self._recent[chat_id] = max(self._paid_until(chat_id), now) + self._interval

    def _paid_until(self, chat_id: int) -> float:
        found = self._recent.get(chat_id)
        return found if found is not None else self._older.get(chat_id, -math.inf)
