"""Holding in the ledger what must not go on after what came back: it stays held until somebody decides, whoever sends then."""

import math
from typing import Final

import structlog

from bot.clock import Clock
from bot.delivery.ledger import TOKEN_REFUSED, Ledger
from bot.delivery.trouble import Brakes

log = structlog.get_logger()

LOOK_WHO_LEAVES_EVERY: Final = 10.0


class Holding:
    def __init__(self, ledger: Ledger, brakes: Brakes, clock: Clock) -> None:
        self._ledger = ledger
        self._brakes = brakes
        self._clock = clock
        self._look_who_leaves_at = -math.inf

    async def hold(self) -> None:
        """What the brakes withhold."""
        for broadcast_id, reason in list(self._brakes.to_hold.items()):
            held = await self._ledger.hold(broadcast_id, reason)
            del self._brakes.to_hold[broadcast_id]
            if held:
                log.error("broadcast.held", broadcast=broadcast_id, reason=reason)

    async def hold_everything(self) -> None:
        """As the token is refused."""
        if held := await self._ledger.hold(None, TOKEN_REFUSED):
            log.error("broadcast.all_held", count=held, reason=TOKEN_REFUSED)

    async def look_who_leaves(self) -> None:
        """Withhold what too many of the first have left after, a look every LOOK_WHO_LEAVES_EVERY seconds."""
        if self._clock.monotonic() < self._look_who_leaves_at:
            return
        self._look_who_leaves_at = self._clock.monotonic() + LOOK_WHO_LEAVES_EVERY
        for broadcast_id, people in self._brakes.leaving.first.items():
            if reason := self._brakes.leaving.stopped(broadcast_id, await self._ledger.left(people)):
                self._brakes.withhold(broadcast_id, reason)
