"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 3, 10, 37, 21, tzinfo=UTC)


class FrozenClock:
    """Both its readings move by `advance` alone; whoever sleeps wakes once enough has passed."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0
        self._advanced = asyncio.Condition()

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        due = self._monotonic + seconds
        async with self._advanced:
            await self._advanced.wait_for(lambda: self._monotonic >= due)

    async def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let time pass, and let those whose sleep is over go on."""
        step = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        async with self._advanced:
            self._now += step
            self._monotonic += step.total_seconds()
            self._advanced.notify_all()
        await asyncio.sleep(0)
