"""Whether a signature comes in a burst: more by one link, or on the whole petition, within minutes than people make."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import next_hour, to_the_hour
from bot.petitions.entries import EntryKind
from bot.petitions.models import EVERYBODY, BurstRow, BurstState, EntryRow, PetitionRow, PulseRow, SignatureRow
from bot.petitions.sealing import Sealing
from bot.storage.database import Database

SPAN: Final = timedelta(minutes=10)
REMEMBERED: Final = timedelta(days=1)
_SPANS: Final = REMEMBERED // SPAN
_GROWTH: Final = 5
"""How many times the mean of the last day a span may be: a petition that is being shared grows, and still counts."""
_LINKS: Final = 5
"""How many times what one link may bring all of them together may: anybody can make up links."""

# Written once, and past the mapper: every signature runs both.
_PULSES: Final = cast(Table, PulseRow.__table__)
_SO_FAR: Final = select(_PULSES.c.source, _PULSES.c.signatures).where(
    _PULSES.c.petition_id == bindparam("of_petition"),
    _PULSES.c.source.in_(bindparam("links", expanding=True)),
    _PULSES.c.since == bindparam("span"),
)
_NOTE: Final = (
    insert(_PULSES)
    .values(signatures=1)
    .on_conflict_do_update(index_elements=["petition_id", "source", "since"], set_={"signatures": _PULSES.c.signatures + 1})
)


async def set_aside_in(
    session: AsyncSession, sealing: Sealing, petition: PetitionRow, source: str, limit: int, now: datetime
) -> int | None:
    """Note a signature, in a transaction that holds the petition's row; the burst it is set aside in, None when it counts."""
    link, everybody = (_Pulse(session, petition.id, sealing.pulse(petition.id, whose), now) for whose in (source, EVERYBODY))
    span, both = span_of(now), (link.source, everybody.source)
    found = await session.execute(_SO_FAR, {"of_petition": petition.id, "span": span, "links": both})
    so_far = Counter(dict(found.all()))
    burst_id = await link.burst_beyond(so_far[link.source], limit)
    burst_id = burst_id or await everybody.burst_beyond(so_far[everybody.source], limit * _LINKS)
    if burst_id is None:
        await session.execute(_NOTE, [{"petition_id": petition.id, "source": index, "since": span} for index in both])
    return burst_id


async def give_back(session: AsyncSession, sealing: Sealing, signature: SignatureRow, source: str | None) -> None:
    """One that is taken back leaves room for another, or one account alone could use it up. Nobody keeps in which minutes it
    was made: of that hour's spans it is taken off the latest."""
    if await _was_set_aside(session, signature):
        return
    for whose in (source or "", EVERYBODY):
        index, hour = sealing.pulse(signature.petition_id, whose), to_the_hour(signature.signed_at)
        this = PulseRow.petition_id == signature.petition_id, PulseRow.source == index, PulseRow.signatures > 0
        in_that_hour = PulseRow.since >= hour, PulseRow.since < hour + timedelta(hours=1)
        latest = select(func.max(PulseRow.since)).where(*this, *in_that_hour).scalar_subquery()
        one_less = update(PulseRow).where(*this, PulseRow.since == latest).values(signatures=PulseRow.signatures - 1)
        await session.execute(one_less, execution_options={"synchronize_session": False})


async def _was_set_aside(session: AsyncSession, signature: SignatureRow) -> bool:
    """When it was made, also where it was released since: the log says so in its next entry."""
    after = await session.get(EntryRow, (signature.petition_id, signature.entry + 1))
    return after is not None and after.kind is EntryKind.SET_ASIDE


@dataclass(frozen=True, slots=True)
class _Pulse:
    """Of one link, or of everybody. `source` is its blind index."""

    session: AsyncSession
    petition_id: int
    source: str
    now: datetime

    async def burst_beyond(self, so_far: int, limit: int) -> int | None:
        """The burst one more belongs to, None while they are no more than usual."""
        if so_far >= limit and so_far >= await self._usual() * _GROWTH and not await self._was_released():
            return await self._burst()
        return None

    @property
    def _span(self) -> datetime:
        return span_of(self.now)

    @property
    def _this(self) -> tuple[ColumnElement[bool], ...]:
        return PulseRow.petition_id == self.petition_id, PulseRow.source == self.source

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
        end = next_hour(self._span + SPAN)
        burst_id = await self.session.scalar(self._bursts(BurstState.OPEN).where(BurstRow.ended_at >= self._span).limit(1))
        if burst_id is None:
            began = to_the_hour(self._span)
            burst = BurstRow(petition_id=self.petition_id, source=self.source, began_at=began, ended_at=end, signatures=1)
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
