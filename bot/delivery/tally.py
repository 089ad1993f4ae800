"""What became of a sender's rows: counted from its start on, and what is new is said in the log every ten seconds."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Final

import structlog

from bot.clock import Clock
from bot.delivery.models import DeliveryState
from bot.delivery.pace import Pace

log = structlog.get_logger()

REPORT_EVERY: Final = 10.0


class Tally:
    def __init__(self, pace: Pace, clock: Clock) -> None:
        self.fenced = 0
        """Settlements that were refused, as the rows had gone to another sender."""
        self._pace = pace
        self._clock = clock
        self._reported: Counter[str] = Counter()
        self._since: Counter[str] = Counter()
        self._report_at = -math.inf

    @property
    def outcomes(self) -> Counter[str]:
        return self._reported + self._since

    def count(self, states: Mapping[DeliveryState, int], fenced: int) -> None:
        """So many were settled as each, `fenced` of them in vain. Of what goes back nothing has become yet."""
        self._since.update({state.value: count for state, count in states.items() if state is not DeliveryState.PENDING})
        self.fenced += fenced
        if fenced:
            log.warning("delivery.settling_refused", count=fenced)
        if uncertain := states.get(DeliveryState.UNCERTAIN):
            log.warning("delivery.uncertain", count=uncertain)
        if self._clock.monotonic() >= self._report_at:
            self.report()

    def report(self) -> None:
        self._report_at = self._clock.monotonic() + REPORT_EVERY
        if self._since:
            log.info("delivery.batch", **self._since, rate=round(self._pace.rate, 1))
            self._reported += self._since
            self._since.clear()
