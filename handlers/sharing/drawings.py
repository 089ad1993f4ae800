"""Pictures and codes to pass on: each is made once while it stays the same, and one at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

MOST: Final = 64
"""Kept at once; each is some tens of kilobytes."""


class Drawings:
    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, bytes] = OrderedDict()
        self._one = asyncio.Lock()

    async def get(self, shown: Hashable, make: Callable[[], bytes]) -> bytes:
        """`shown` is all that can be seen in it. It is made in a thread, as it takes a tenth of a second; several at once would
        hold up everybody else all the same."""
        if shown not in self._made:
            async with self._one:
                if shown not in self._made:
                    self._keep(shown, await asyncio.to_thread(make))
                return self._made[shown]
        self._made.move_to_end(shown)
        return self._made[shown]

    def _keep(self, shown: Hashable, made: bytes) -> None:
        self._made[shown] = made
        while len(self._made) > MOST:
            self._made.popitem(last=False)
