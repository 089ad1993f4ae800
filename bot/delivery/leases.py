"""The rows leased in one sender's name, each until its settling is committed: renewed in time, and none of them unknown to it."""

import math
from collections.abc import Iterable
from typing import Final

from bot.clock import Clock
from bot.delivery.claimed import Claimed, Key
from bot.delivery.ledger import Ledger
from bot.delivery.settling import Settlement
from bot.delivery.statements import LEASE

RENEW_AFTER: Final = LEASE / 3


class Leases:
    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.owner = 0
        """In whose name: the epoch that began with us."""
        self.lost_touch = False
        """Whether the database was away, so that more may have been leased than we were told."""
        self._ledger = ledger
        self._clock = clock
        self._rows: dict[Key, Claimed] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def broadcasts(self) -> set[int]:
        """Of which there are any."""
        return {broadcast for broadcast, _ in self._rows}

    def add(self, claimed: Iterable[Claimed]) -> None:
        for row in claimed:
            self._rows[row.key] = row

    def drop(self, settled: Iterable[Settlement]) -> None:
        for settlement in settled:
            del self._rows[settlement.row.key]

    async def take_up(self) -> None:
        """Begin, or after the database was away find out where we stand."""
        if not self.owner:
            self.owner = await self._ledger.begin()
        elif self.lost_touch:
            await self.disown()
        self.lost_touch = False

    async def renew(self) -> None:
        """All of them, when the oldest has gone on for long. One that is no longer ours counts as over."""
        oldest = next(iter(self._rows.values()), None)
        if oldest is None or self._clock.monotonic() - oldest.leased_at[0] < RENEW_AFTER:
            return
        leased_at = (self._clock.monotonic(), self._clock.now().timestamp())
        kept = await self._ledger.renew(self.owner, self._rows.values())
        for row in self._rows.values():
            row.leased_at = leased_at if row.key in kept else (-math.inf, -math.inf)

    async def disown(self) -> None:
        """Give back what is leased in our name without our knowing it."""
        await self._ledger.disown(self.owner, self._rows)
