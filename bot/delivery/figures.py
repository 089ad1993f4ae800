"""How delivery stands at the moment, for /metrics: what the ledger says, and what the sender knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text

from bot.clock import Clock
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.meters import Times
from bot.storage.database import Database

FRESH: Final = 15.0
SHARE: Final = 0.005
"""Counting a million that wait takes a quarter of a second, in which SQLite does nothing else. So it may take this share of
the time at most: what it says is then up to a minute old, of a sending that takes hours."""


@dataclass(frozen=True, slots=True)
class SenderFigures:
    """Counted since the process started. `waiting` have not had their turn yet, `in_flight` no answer."""

    active: bool
    outcomes: Mapping[str, int]
    verdicts: Mapping[str, int]
    fenced: int
    leased: int
    waiting: int
    in_flight: int
    circuit_open: bool
    token_refused: bool
    sends: Times
    exchanges: Mapping[str, Times]


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """`open` counts deliveries that are pending or leased, by the state of their broadcast; `oldest` is when the oldest
    broadcast that is under way was launched."""

    broadcasts: Mapping[str, int]
    open: Mapping[str, int]
    oldest: datetime | None


class LedgerGauge:
    """Reads the ledger, but no more often than is good for whoever else needs the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._last: LedgerFigures | None = None
        self._again_at = 0.0

    async def read(self) -> LedgerFigures:
        """Raises the database's error when it is away."""
        began = self._clock.monotonic()
        if self._last is None or began >= self._again_at:
            self._last = await self._count()
            took = self._clock.monotonic() - began
            self._again_at = began + max(FRESH, took / SHARE)
        return self._last

    async def _count(self) -> LedgerFigures:
        async with self._database.read() as session:
            states = {state.value: number for state, number in (await session.execute(_STATES)).all()}
            still_open = {state: int(number) for state, number in (await session.execute(_OPEN, execution_options=_LONG)).all()}
            oldest = await session.scalar(_OLDEST)
        return LedgerFigures(
            {state.value: states.get(state.value, 0) for state in BroadcastState},
            {state.value: still_open.get(state.value, 0) for state in (*_UNDER_WAY, BroadcastState.HELD)},
            oldest,
        )


_LONG: Final = {"long": True}
_UNDER_WAY: Final = (BroadcastState.PREPARING, BroadcastState.SENDING)
_STATES: Final = select(BroadcastRow.state, func.count()).group_by(BroadcastRow.state)
_OLDEST: Final = select(func.min(func.coalesce(BroadcastRow.launched_at, BroadcastRow.created_at))).where(
    BroadcastRow.state.in_(_UNDER_WAY)
)
# The inner condition is word for word that of the partial index, or SQLite does not use it.
_OPEN: Final = text("""
    SELECT state, SUM((
        SELECT count(*) FROM deliveries WHERE broadcast_id = broadcasts.id AND deliveries.state IN ('pending', 'leased')
    )) FROM broadcasts WHERE state IN ('preparing', 'sending', 'held') GROUP BY state
""")
