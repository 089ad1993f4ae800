"""Numbers kept where things happen, for /metrics to read: plain ones, as a message may cost next to nothing more."""

from bisect import bisect_left
from typing import Final

SHORT: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds, for what the database or a reply takes."""


class Times:
    """How long something took each time, sorted into buckets: `counts[i]` took up to `bounds[i]` seconds, the last longer."""

    __slots__ = ("bounds", "counts", "seconds")

    def __init__(self, bounds: tuple[float, ...] = SHORT) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.seconds = 0.0

    def took(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.seconds += seconds
