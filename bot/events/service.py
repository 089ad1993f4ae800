"""Reading events and answering them. Each method is one short transaction and may be repeated."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import keep_card
from bot.clock import Clock
from bot.events.attending import Attending, attendance_of, free_places
from bot.events.models import EventKind, EventRow, EventStatus
from bot.events.offsets import bit_of
from bot.events.reading import EVENTS, USUAL, view_of
from bot.events.telling import Notice, card_subjects, content, told_as
from bot.events.views import LASTS, OVER, Answered, EventCard, EventEntry, EventView, Page, Reply
from bot.storage.asking import may_exist, page_start
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.declining import answer_for
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow

_WITHOUT_DATE: Final = (EventStatus.PROVISIONAL, EventStatus.LISTED, EventStatus.ADJOURNED, EventStatus.MOVED)
_SOONEST_FIRST: Final = (EventRow.starts_at.asc().nulls_last(), EventRow.slug)


class Events:
    """`usual` are the bits of when people are reminded, by the kind of event, where the event has none of its own;
    `source_locale` is the language content is written in."""

    def __init__(self, database: Database, clock: Clock, source_locale: str, usual: Mapping[EventKind, int] = USUAL) -> None:
        self._database = database
        self._clock = clock
        self._usual = usual
        self.source_locale = source_locale

    async def get_card(self, event: str | int, supporter_id: int | None) -> EventCard | None:
        """An event by its slug or id, as this person sees it; None when there is none."""
        if not may_exist(event):
            return None
        async with self._database.read() as session:
            found = await self._find(session, event)
            return None if found is None else await self._card(session, found, supporter_id)

    async def list_soon(self, supporter_id: int | None, offset: int, limit: int) -> Page[EventEntry]:
        """What is to come, the next first, after them what has no date yet."""
        return await self._page(supporter_id, offset, limit, self._to_come())

    async def list_mine(self, supporter_id: int | None, offset: int, limit: int) -> Page[EventEntry]:
        """Of those the ones somebody answered or whose case they follow, without those they declined."""
        return await self._page(supporter_id, offset, limit, and_(self._to_come(), _concerns(supporter_id)))

    async def list_of_case(self, case_id: int, supporter_id: int | None, offset: int, limit: int) -> Page[EventEntry]:
        """Every event of a case: those to come first, then those that are over, the last first."""
        of_case = EventRow.case_id == (case_id if may_exist(case_id) else 0)
        over = case((self._to_come(), 0), else_=1)
        latest_first = case((self._to_come(), None), else_=EventRow.starts_at).desc().nulls_last()
        return await self._page(supporter_id, offset, limit, of_case, over, latest_first)

    async def answer(self, supporter_id: int, event_id: int, answer: Answer) -> Answered:
        """Keep what somebody says. Who wants to come where all places are taken is told so and nothing is changed; who wants
        to wait and finds a place free comes."""
        if not may_exist(event_id):
            return Answered(Reply.GONE, None)
        async with self._database.write() as session:
            event = await self._find(session, event_id, lock=True)
            if event is None:
                return Answered(Reply.GONE, None)
            reply = _refusal(event, answer, self._clock.now())
            if reply is Reply.KEPT:
                reply = await self._attending(session, event).answer(supporter_id, answer)
            return Answered(reply, await self._card(session, event, supporter_id))

    async def choose_reminder(self, supporter_id: int, event_id: int, minutes: int, *, wanted: bool) -> EventCard | None:
        """Turn one reminder on or off, so many minutes before; the others stay as they were. Whoever chooses wants to hear of
        the event. None when the event is gone."""
        bit = bit_of(minutes)
        return await self._remind(supporter_id, event_id, lambda bits: bits | bit if wanted else bits & ~bit)

    async def remind_as_usual(self, supporter_id: int, event_id: int) -> EventCard | None:
        """As the event has it."""
        return await self._remind(supporter_id, event_id, lambda _: None)

    async def _remind(self, supporter_id: int, event_id: int, changed: Callable[[int], int | None]) -> EventCard | None:
        if not may_exist(event_id):
            return None
        async with self._database.write() as session:
            event = await self._find(session, event_id, lock=True)
            if event is None:
                return None
            card = await self._card(session, event, supporter_id)
            chosen = changed(card.reminders)
            await self._attending(session, event).remind(supporter_id, chosen, hears_through_case=card.follows_case)
            return await self._card(session, event, supporter_id)

    async def keep_shown(self, supporter_id: int, shown: EventCard, message_id: int, locale: str) -> EventCard | None:
        """Note which message shows somebody the event, so that it is put right when that changes. What it has become, where it
        changed while it was being shown: then nothing is noted yet."""
        async with self._database.write() as session:
            event = await self._find(session, shown.event.id, lock=True)
            if event is None:
                return None
            if event.sequence != shown.event.sequence:
                return await self._card(session, event, supporter_id)
            card, now = content(event, Notice.CARD, self.source_locale), self._clock.now()
            await keep_card(session, card_subjects(event.slug), card, supporter_id, message_id, locale, now=now)
            return None

    async def fill_places(self) -> int:
        """Give places that became free otherwise (more of them, no limit any more, somebody erased or out of reach) to those
        who wait; how many were given."""
        dated = and_(self._to_come(), EventRow.starts_at.is_not(None))
        async with self._database.read() as session:
            found = (await session.execute(select(EventRow.id).where(dated, _somebody_waits()))).scalars().all()
        given = 0
        for event_id in found:
            while slice_of_them := await self._fill(event_id):
                given += slice_of_them
        return given

    async def _fill(self, event_id: int) -> int:
        async with self._database.write() as session:
            event = await self._find(session, event_id, lock=True)
            return 0 if event is None else await self._attending(session, event).fill()

    def _attending(self, session: AsyncSession, event: EventView) -> Attending:
        return Attending(session, event, self._clock.now(), self.source_locale)

    async def _find(self, session: AsyncSession, event: str | int, *, lock: bool = False) -> EventView | None:
        this = EVENTS.where((EventRow.id if isinstance(event, int) else EventRow.slug) == event)
        row = (await session.execute(this.with_for_update(of=EventRow) if lock else this)).one_or_none()
        return None if row is None else view_of(row[0], row[1], row[2], self._usual)

    async def _card(self, session: AsyncSession, event: EventView, supporter_id: int | None) -> EventCard:
        attendance = None if supporter_id is None else await attendance_of(session, event, supporter_id)
        follows = supporter_id is not None and await session.scalar(select(_hears_through_case(supporter_id, event))) is True
        return EventCard(event, attendance, follows, await free_places(session, event))

    def _to_come(self) -> ColumnElement[bool]:
        dated = and_(EventRow.starts_at > self._clock.now() - LASTS, EventRow.status.not_in(OVER))
        return or_(dated, and_(EventRow.starts_at.is_(None), EventRow.status.in_(_WITHOUT_DATE)))

    async def _page(
        self, supporter_id: int | None, offset: int, limit: int, which: ColumnElement[bool], *first: ColumnElement[Any]
    ) -> Page[EventEntry]:
        theirs = and_(AttendanceRow.event_id == EventRow.id, AttendanceRow.supporter_id == supporter_id)
        listed: Select[*tuple[Any, ...]] = EVENTS.add_columns(answer_for(EventRow.starts_at)).outerjoin(AttendanceRow, theirs)
        async with self._database.read() as session:
            total = await session.scalar(select(func.count()).select_from(EventRow).where(which)) or 0
            start = page_start(offset, limit, total)
            shown = listed.where(which).order_by(*first, *_SOONEST_FIRST).limit(limit).offset(start)
            rows = (await session.execute(shown)).all()
        items = tuple(EventEntry(view_of(row[0], row[1], row[2], self._usual), row[3]) for row in rows)
        return Page(items, start, limit, total)


def _refusal(event: EventView, answer: Answer, now: datetime) -> Reply:
    """Why it cannot be answered so; KEPT when it can."""
    if answer is Answer.DECLINED:
        return Reply.KEPT
    if event.is_over(now):
        return Reply.OVER
    if answer is Answer.FOLLOWING:
        return Reply.KEPT
    if event.status is EventStatus.CANCELLED:
        return Reply.CANCELLED
    return Reply.UNDATED if event.starts_at is None else Reply.KEPT


def _concerns(supporter_id: int | None) -> ColumnElement[bool]:
    answers = select(answer_for(EventRow.starts_at)).where(
        AttendanceRow.event_id == EventRow.id, AttendanceRow.supporter_id == supporter_id
    )
    answer = answers.correlate(EventRow).scalar_subquery()
    follows = exists().where(FollowingRow.case_id == EventRow.case_id, FollowingRow.supporter_id == supporter_id)
    return or_(answer != Answer.DECLINED, and_(answer.is_(None), follows.correlate(EventRow)))


def _hears_through_case(supporter_id: int, event: EventView) -> ColumnElement[bool]:
    """Whether they follow its case and have not muted what is told of such events."""
    follows = FollowingRow.case_id == event.case_id, FollowingRow.supporter_id == supporter_id
    unmuted = SupporterRow.muted_kinds.bitwise_and(told_as(event.kind).bit) == 0
    return exists().where(*follows, SupporterRow.id == FollowingRow.supporter_id, unmuted)


def _somebody_waits() -> ColumnElement[bool]:
    waits = exists().where(AttendanceRow.event_id == EventRow.id, AttendanceRow.answer == Answer.WAITING)
    return waits.correlate(EventRow)
