"""One person cannot drown the others: a token bucket each, one notice when it is empty, then silence until it refills."""

from dataclasses import dataclass
from enum import Enum, auto

from bot.clock import Clock

BURST = 12
"""Messages and taps at once; more than anybody needs."""
REFILL_SECONDS = 1.5
REMEMBERED = 20_000


class Verdict(Enum):
    PASS = auto()
    NOTICE = auto()
    SILENCE = auto()


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    noticed: bool = False


class Flood:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    def judge(self, person: int) -> Verdict:
        bucket = self._refilled(person)
        if bucket.level >= 1:
            bucket.level -= 1
            return Verdict.PASS
        if not bucket.noticed:
            bucket.noticed = True
            return Verdict.NOTICE
        return Verdict.SILENCE

    def _refilled(self, person: int) -> _Bucket:
        now = self._clock.monotonic()
        bucket = self._buckets.get(person)
        if bucket is None:
            self._forget_the_quiet(now)
            bucket = self._buckets[person] = _Bucket(BURST, now)
        bucket.level = min(BURST, bucket.level + (now - bucket.at) / REFILL_SECONDS)
        bucket.at = now
        if bucket.level >= BURST / 2:
            bucket.noticed = False
        return bucket

    def _forget_the_quiet(self, now: float) -> None:
        if len(self._buckets) >= REMEMBERED:
            full = BURST * REFILL_SECONDS
            self._buckets = {person: bucket for person, bucket in self._buckets.items() if now - bucket.at < full}
