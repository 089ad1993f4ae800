"""Whether a signature comes in a burst: more by one link within minutes than people make."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import BurstRow, BurstState, PulseRow
from bot.storage.database import Database

SPAN: Final = timedelta(minutes=10)
REMEMBERED: Final = timedelta(days=1)
_SPANS: Final = REMEMBERED // SPAN
_GROWTH: Final = 5
"""How many times the mean of the last day a span may be: a petition that is being shared grows, and still counts."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Of one link, in a transaction that holds the petition's row. `index` is the blind index of the source."""

    session: AsyncSession
    petition_id: int
    source: str
    index: str
    now: datetime

    async def set_aside_in(self, limit: int) -> int | None:
        """Note a signature; the burst it is set aside in, None when it counts."""
        so_far = await self.session.scalar(select(PulseRow.signatures).where(*self._this, PulseRow.since == self._span)) or 0
        if so_far >= limit and so_far >= await self._usual() * _GROWTH and not await self._was_released():
            return await self._burst()
        new = insert(PulseRow).values(petition_id=self.petition_id, source=self.index, since=self._span, signatures=1)
        again = {"signatures": PulseRow.signatures + 1}
        await self.session.execute(new.on_conflict_do_update(index_elements=["petition_id", "source", "since"], set_=again))
        return None

    @property
    def _span(self) -> datetime:
        return span_of(self.now)

    @property
    def _this(self) -> tuple[ColumnElement[bool], ...]:
        return PulseRow.petition_id == self.petition_id, PulseRow.source == self.index

    async def _usual(self) -> float:
        """The mean of the last day's spans. What was set aside is in none: nobody raises the limit by sending more."""
        day = PulseRow.since >= self._span - REMEMBERED, PulseRow.since < self._span
        return (await self.session.scalar(select(func.sum(PulseRow.signatures)).where(*self._this, *day)) or 0) / _SPANS

    async def _was_released(self) -> bool:
        """Whether staff found, within a day, that so many are people."""
        found = self._bursts(BurstState.RELEASED).where(BurstRow.ended_at > self._span - REMEMBERED)
        return await self.session.scalar(found.limit(1)) is not None

    async def _burst(self) -> int:
        """The one that goes on, else a new one."""
        end = self._span + SPAN
        burst_id = await self.session.scalar(self._bursts(BurstState.OPEN).where(BurstRow.ended_at >= self._span).limit(1))
        if burst_id is None:
            burst = BurstRow(petition_id=self.petition_id, source=self.source, began_at=self._span, ended_at=end, signatures=1)
            self.session.add(burst)
            await self.session.flush()
            return burst.id
        one_more = {"signatures": BurstRow.signatures + 1, "ended_at": end}
        await self.session.execute(update(BurstRow).where(BurstRow.id == burst_id).values(one_more))
        return burst_id

    def _bursts(self, state: BurstState) -> Select[int]:
        of_link = BurstRow.petition_id == self.petition_id, BurstRow.source == self.source
        return select(BurstRow.id).where(*of_link, BurstRow.state == state)


def span_of(now: datetime) -> datetime:
    return now.replace(minute=now.minute // 10 * 10, second=0, microsecond=0)


async def forget_pulses(database: Database, now: datetime) -> int:
    """Delete those of more than a day ago; how many they were."""
    async with database.write(quiet=True) as session:
        gone = await session.execute(delete(PulseRow).where(PulseRow.since < span_of(now) - REMEMBERED).returning(PulseRow.since))
        return len(gone.all())
