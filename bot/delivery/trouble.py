"""When to stop by itself: connections that fail, and messages that Telegram refuses from everybody."""

from collections import deque

from bot.clock import Clock

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
DOUBTS_BEFORE_PAUSE = 5
"""So many replies lost in a row look like an outage; going on would use up everybody's one repeat."""
REFUSALS_BEFORE_HOLD = 3
LEAVING_LOOKED_AT = 400
MOST_LEFT_SINCE = 20
"""So many of the first, and the same share of fewer: those left because of what they got."""
MOST_FOUND_GONE = 40
"""So many of the last: they had blocked the bot before it was sent to them. After some quiet months a few in a hundred have, and
of so few chance alone makes 20 of 400 somewhere in a broadcast: at two in a hundred, in one of fifty broadcasts to 10,000."""


class Circuit:
    """Opens when nothing gets through; then lets one message try, after a pause that doubles from 1 to 60 seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pause = 0.0
        self._until = 0.0
        self._doubts = 0

    @property
    def is_open(self) -> bool:
        return self._pause > 0

    @property
    def seconds_left(self) -> float:
        """Until the next message may try; 0 when it may now."""
        return max(0.0, self._until - self._clock.monotonic()) if self.is_open else 0.0

    def worked(self) -> None:
        self._pause, self._doubts = 0.0, 0

    def failed(self) -> None:
        """Nothing went out. What fails while the pause lasts was begun before it and does not lengthen it."""
        if self.seconds_left > 0:
            return
        self._pause = min(LONGEST_PAUSE, self._pause * 2) if self.is_open else FIRST_PAUSE
        self._until = self._clock.monotonic() + self._pause

    def doubted(self) -> None:
        """It may have gone out, but the answer was lost."""
        self._doubts += 1
        if self.is_open or self._doubts >= DOUBTS_BEFORE_PAUSE:
            self.failed()


class Refusals:
    """Counts content errors in a row, for a broadcast and for each of its languages: three strangers refusing the same
    text means that the text is at fault."""

    def __init__(self) -> None:
        self._in_a_row: dict[tuple[int, str | None], int] = {}
        self._good: set[tuple[int, str | None]] = set()

    def accepted(self, broadcast_id: int, locale: str, *, for_good: bool = False) -> None:
        """`for_good`: of an edit, which is refused also where somebody has deleted the message, as many have. A text that
        was taken once is not at fault any more."""
        if for_good:
            self._good.add((broadcast_id, locale))
        if self._in_a_row:
            self._in_a_row.pop((broadcast_id, None), None)
            self._in_a_row.pop((broadcast_id, locale), None)

    def refused(self, broadcast_id: int, locale: str) -> bool:
        """True when the broadcast must be held."""
        if (broadcast_id, locale) in self._good:
            return False
        for key in ((broadcast_id, None), (broadcast_id, locale)):
            self._in_a_row[key] = self._in_a_row.get(key, 0) + 1
        return max(self._in_a_row[broadcast_id, None], self._in_a_row[broadcast_id, locale]) >= REFUSALS_BEFORE_HOLD

    def forget(self, broadcast_id: int) -> None:
        self._in_a_row = {key: count for key, count in self._in_a_row.items() if key[0] != broadcast_id}
        self._good = {key for key in self._good if key[0] != broadcast_id}


class Leaving:
    """Notices when far more people than usual block the bot or stop while something is sent to them.

    Usual is below one in a hundred; the first of those asked are looked at again and again, as people take minutes to react.
    """

    def __init__(self) -> None:
        self._lately: dict[int, deque[bool]] = {}
        self._first: dict[int, list[int]] = {}

    def reached(self, broadcast_id: int, supporter_id: int, *, left: bool) -> str | None:
        """Note that it was sent to somebody, or that they turned out to have blocked the bot. A sentence when it must be held."""
        lately = self._lately.setdefault(broadcast_id, deque(maxlen=LEAVING_LOOKED_AT))
        lately.append(left)
        first = self._first.setdefault(broadcast_id, [])
        if not left and len(first) < LEAVING_LOOKED_AT:
            first.append(supporter_id)
        return _too_many(MOST_FOUND_GONE, sum(lately), len(lately), "last", "had blocked the bot") if left else None

    @property
    def first(self) -> dict[int, list[int]]:
        """The first whom each broadcast reached."""
        return {broadcast: people for broadcast, people in self._first.items() if len(people) >= MOST_LEFT_SINCE}

    def stopped(self, broadcast_id: int, people: int) -> str | None:
        """So many of the first have left since they got it. A sentence when it must be held."""
        what = "have stopped or blocked the bot since they got it"
        return _too_many(MOST_LEFT_SINCE, people, len(self._first[broadcast_id]), "first", what)

    def forget(self, broadcast_id: int) -> None:
        self._lately.pop(broadcast_id, None)
        self._first.pop(broadcast_id, None)


def _too_many(most: int, left: int, of: int, which: str, what: str) -> str | None:
    if left < most or left * LEAVING_LOOKED_AT < most * of:
        return None
    return f"{left} of the {which} {of} people {what}: look at what is sent; `nida deliveries resume` goes on, `cancel` ends it."


class Brakes:
    """What forbids sending at the moment, known to every flight and to the loop that starts them."""

    def __init__(self, clock: Clock) -> None:
        self.circuit = Circuit(clock)
        self.refusals = Refusals()
        self.leaving = Leaving()
        self.sending: set[int] = set()
        """The broadcasts being sent, as last read; any other must not be."""
        self.to_hold: dict[int, str] = {}
        """Broadcasts to be held in the database as soon as it can be done, with the reason."""
        self.revoked = False
        self.stopping = False

    def forbid(self, broadcast_id: int) -> bool:
        return self.stopping or self.revoked or broadcast_id not in self.sending

    def go_on(self, sending: set[int]) -> None:
        """Take over what was read. One that was not sent until now starts anew: somebody decided that it goes on. What is no
        longer sent is forgotten."""
        for broadcast_id in sending ^ self.sending:
            self._start_anew(broadcast_id)
        self.sending = sending

    def withhold(self, broadcast_id: int, reason: str) -> None:
        self.to_hold.setdefault(broadcast_id, reason)
        self.sending.discard(broadcast_id)
        self._start_anew(broadcast_id)

    def _start_anew(self, broadcast_id: int) -> None:
        self.refusals.forget(broadcast_id)
        self.leaving.forget(broadcast_id)
