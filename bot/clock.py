"""Where time comes from. Everything that asks for the time is handed a clock, so that a test can hold it still."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time of day, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards, for measuring how long something took."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of this clock."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def to_the_hour(moment: datetime) -> datetime:
    """Round down to the hour: what is kept about a person is never finer unless something needs it."""
    return moment.replace(minute=0, second=0, microsecond=0)


def next_hour(moment: datetime) -> datetime:
    """Round up to the hour: the end of what is kept no finer."""
    return to_the_hour(moment + timedelta(hours=1, microseconds=-1))
