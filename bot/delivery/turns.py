"""Whose turn it is to be claimed from: the first lane that has anything, and in it each broadcast after the other."""

from collections import deque
from collections.abc import Collection

from bot.delivery.pace import Lane


class Turns:
    def __init__(self) -> None:
        self._lanes: dict[Lane, deque[int]] = {lane: deque() for lane in Lane}

    def __bool__(self) -> bool:
        return any(self._lanes.values())

    def replace(self, found: Collection[tuple[int, Lane]]) -> None:
        """Whoever waited before keeps their turn, or a ledger slower than the looks would serve only the first of them."""
        for lane, waiting in self._lanes.items():
            these = [broadcast for broadcast, its in found if its is lane]
            before = [broadcast for broadcast in waiting if broadcast in these]
            self._lanes[lane] = deque(dict.fromkeys([*before, *these]))

    @property
    def lane(self) -> Lane:
        """The lane whose turn it is; there must be one."""
        return next(lane for lane, waiting in self._lanes.items() if waiting)

    def take(self, *, exhausted: bool) -> int:
        """End the turn of the first. One that is exhausted leaves, any other comes again after those beside it."""
        waiting = self._lanes[self.lane]
        first = waiting.popleft()
        if not exhausted:
            waiting.append(first)
        return first

    @property
    def first(self) -> int:
        return self._lanes[self.lane][0]
