"""Who comes to one event, inside a transaction that holds the event's row: of many who want the last place one gets it."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, Update, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import write_notice
from bot.clock import to_the_hour
from bot.delivery.timing import Timing
from bot.events.telling import Notice, audience, content, place_subject
from bot.events.views import Attendance, EventView, Reply
from bot.supporters.answers import Answer
from bot.supporters.audience import may_receive
from bot.supporters.declining import is_void
from bot.supporters.event_audience import Wanted
from bot.supporters.models import AttendanceRow, SupporterRow

GIVEN_AT_ONCE: Final = 50
"""How many places are given in one transaction, each with its notice."""
_NEAR: Final = timedelta(hours=24)
_UNREACHABLE: Final = timedelta(hours=24)
"""For so long whoever stopped messages, or blocked the bot, keeps their place: it may have been a slip."""


async def attendance_of(session: AsyncSession, event: EventView, supporter_id: int) -> Attendance | None:
    said = AttendanceRow.answer, AttendanceRow.reminders, AttendanceRow.place, AttendanceRow.declined_date
    theirs = AttendanceRow.event_id == event.id, AttendanceRow.supporter_id == supporter_id
    row = (await session.execute(select(*said).where(*theirs))).first()
    if row is None:
        return None
    ahead = 0
    if row.answer is Answer.WAITING:
        before = _of(event.id, Answer.WAITING).where(AttendanceRow.place < row.place)
        ahead = await session.scalar(before) or 0
    holds = not is_void(row.answer, row.declined_date, event.starts_at)
    return Attendance(row.answer if holds else None, row.reminders, ahead)


async def free_places(session: AsyncSession, event: EventView) -> int | None:
    """None where there is no limit."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - (await session.scalar(_of(event.id, Answer.COMING)) or 0))


class Attending:
    """One event's list. Whoever gives a place up hands it, in the same transaction, to the first who waits, who is told."""

    def __init__(self, session: AsyncSession, event: EventView, now: datetime, source_locale: str) -> None:
        self._source_locale = source_locale
        self._session = session
        self._event = event
        self._now = now

    async def answer(self, supporter_id: int, answer: Answer) -> Reply:
        """GONE when the person is, FULL when they want to come and cannot."""
        if not await self._is_here(supporter_id):
            return Reply.GONE
        await self.fill()
        said = await attendance_of(self._session, self._event, supporter_id)
        if said is not None and _stands(said.answer, answer):
            return Reply.KEPT
        if answer in {Answer.COMING, Answer.WAITING}:
            free = await free_places(self._session, self._event)
            if free and await self._waiting():
                free = 0  # these are for who waits, and given next
            if answer is Answer.COMING and free == 0:
                return Reply.FULL
            answer = Answer.WAITING if free == 0 else Answer.COMING
        await self._keep(supporter_id, answer)
        if said is not None and said.answer is Answer.COMING:
            await self.fill()
        return Reply.KEPT

    async def remind(self, supporter_id: int, bits: int | None, *, hears_through_case: bool) -> None:
        """Whoever chooses wants to hear of the event. It is no answer: where they do through its case, that stays the reason."""
        if not await self._is_here(supporter_id):
            return
        said = await attendance_of(self._session, self._event, supporter_id)
        if said is None or said.answer in {None, Answer.DECLINED}:
            await self._keep(supporter_id, None if hears_through_case else Answer.FOLLOWING)
        await self._session.execute(self._update([supporter_id]).values(reminders=bits))

    async def fill(self) -> int:
        """Give the places that are free to those who wait longest and can be told; how many were given, `GIVEN_AT_ONCE` at most.
        There is no place at what does not take place."""
        if not self._event.is_going_ahead or self._event.is_over(self._now):
            return 0
        waiting = await self._waiting()
        free = await free_places(self._session, self._event) if waiting else 0
        if free is not None and free < len(waiting):
            free += await self._put_back_unreachable(len(waiting) - free)
        given = waiting[:free]
        await self._session.execute(self._update(given).values(answer=Answer.COMING, place=None))
        for supporter_id in given:
            await self._tell(supporter_id)
        return len(given)

    async def _put_back_unreachable(self, most: int) -> int:
        """Who cannot be told of anything for a day now waits again behind those who can, and has the place once more if
        there is one when they come back."""
        gone = func.coalesce(SupporterRow.stopped_at, SupporterRow.blocked_at)
        found = (
            select(AttendanceRow.supporter_id)
            .join(SupporterRow, SupporterRow.id == AttendanceRow.supporter_id)
            .where(AttendanceRow.event_id == self._event.id, AttendanceRow.answer == Answer.COMING)
            .where(gone <= self._now - _UNREACHABLE)
            .order_by(gone)
            .limit(most)
        )
        people = (await self._session.execute(found)).scalars().all()
        for place, supporter_id in enumerate(people, await self._last_place() + 1):
            await self._session.execute(self._update([supporter_id]).values(answer=Answer.WAITING, place=place))
        return len(people)

    async def _tell(self, supporter_id: int) -> None:
        """Not at night, unless it is so near that they would get up for it."""
        event, starts_at = self._event, self._event.starts_at
        near = starts_at is not None and starts_at - self._now <= _NEAR
        await write_notice(
            self._session,
            place_subject(event.slug, secrets.token_hex(4)),
            content(event, Notice.PLACE, self._source_locale),
            audience(event, Wanted.PERSON, person=supporter_id),
            now=self._now,
            timing=Timing(until=starts_at, waking=not near),
            urgent_reason=f"a place of {event.slug} became free",
        )

    async def _waiting(self) -> Sequence[int]:
        found = (
            select(AttendanceRow.supporter_id)
            .join(SupporterRow, SupporterRow.id == AttendanceRow.supporter_id)
            .where(AttendanceRow.event_id == self._event.id, AttendanceRow.answer == Answer.WAITING)
            .where(may_receive(self._now))
            .order_by(AttendanceRow.place)
            .limit(GIVEN_AT_ONCE)
        )
        return (await self._session.execute(found)).scalars().all()

    async def _keep(self, supporter_id: int, answer: Answer | None) -> None:
        said = {
            "answer": answer,
            "place": await self._last_place() + 1 if answer is Answer.WAITING else None,
            "declined_date": self._event.starts_at if answer is Answer.DECLINED else None,
            "since": to_the_hour(self._now),
        }
        row = insert(AttendanceRow).values(supporter_id=supporter_id, event_id=self._event.id, **said)
        await self._session.execute(row.on_conflict_do_update(index_elements=["supporter_id", "event_id"], set_=said))

    async def _last_place(self) -> int:
        places = select(func.max(AttendanceRow.place)).where(AttendanceRow.event_id == self._event.id)
        return await self._session.scalar(places) or 0

    async def _is_here(self, supporter_id: int) -> bool:
        """Held, too: somebody who is being erased at this moment is nobody, not an error."""
        held = select(SupporterRow.id).where(SupporterRow.id == supporter_id).with_for_update(read=True, key_share=True)
        return await self._session.scalar(held) is not None

    def _update(self, people: Sequence[int]) -> Update:
        return update(AttendanceRow).where(AttendanceRow.event_id == self._event.id, AttendanceRow.supporter_id.in_(people))


_MORE: Final = {Answer.WAITING: {Answer.COMING}, Answer.FOLLOWING: {Answer.COMING, Answer.ONLINE, Answer.WAITING}}
"""What says more than an answer: an old button does not take a place away from whoever has one."""


def _stands(said: Answer | None, wanted: Answer) -> bool:
    """Whether nothing changes."""
    return said is wanted or said in _MORE.get(wanted, set())


def _of(event_id: int, answer: Answer) -> Select[int]:
    """How many answered so."""
    return (
        select(func.count()).select_from(AttendanceRow).where(AttendanceRow.event_id == event_id, AttendanceRow.answer == answer)
    )
