"""Events as editors entered them, and people who answered."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from bot.clock import Clock
from bot.events.models import EventKind, EventRow, EventStatus, ReminderRow, ReminderState
from bot.events.moments import begins
from bot.events.reading import EVENTS, view_of
from bot.events.reminding import plan_reminders
from bot.events.views import EventView
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow
from tests.announcements.people import translated

NOW = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
SLUG = "mill-lane-appeal"
TITLE = translated(en="The appeal of the Mill Lane Three", ar="استئناف ثلاثة ميل لين", ur="مل لین کے تین کی اپیل")
VENUE = translated(en="Court 4, The Strand, London", ar="القاعة 4، ستراند، لندن", ur="کورٹ 4، دی اسٹرینڈ، لندن")


def wall(shown: str) -> datetime:
    """What a clock at the place shows."""
    return datetime.fromisoformat(shown)


def view(**changed: Any) -> EventView:
    """A hearing as anybody sees it; its moment follows from its wall time."""
    values: dict[str, Any] = {
        "id": 1,
        "slug": SLUG,
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED,
        "title": TITLE,
        "starts": wall("2026-12-03 10:00"),
        "ends": wall("2026-12-03 16:00"),
        "timezone": "Europe/London",
        "venue": VENUE,
        "remind": 0,
        "sequence": 0,
        "changed_at": NOW,
    } | changed
    if values["starts"] is None:
        values["ends"] = None
    names = ("expected", "about", "map", "url", "asked", "bring", "arrive", "access", "phones", "source", "capacity", "uid")
    empty = dict.fromkeys([*names, "outcome", "case_id", "case_slug", "case_title"])
    starts_at = begins(values["starts"], values["timezone"]) if values["starts"] else None
    return EventView(**{**empty, "starts_at": starts_at, **values})


async def add_event(database: Database, clock: Clock, case_id: int | None = None, **values: Any) -> EventView:
    """As taking in a content file does: the event, and its reminders planned."""
    given: dict[str, Any] = {
        "slug": SLUG,
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED,
        "title": TITLE,
        "timezone": "Europe/London",
        "starts": wall("2026-12-03 10:00"),
        "venue": VENUE,
        "created_at": clock.now(),
        "changed_at": clock.now(),
    } | values
    given["starts_at"] = begins(given["starts"], given["timezone"]) if given["starts"] else None
    async with database.write() as session:
        session.add(EventRow(case_id=case_id, **given))
        await session.flush()
        event = await _view(session, given["slug"])
        await plan_reminders(session, event, clock.now(), anew=True)
    return event


async def event_now(database: Database, slug: str = SLUG) -> EventView:
    async with database.read() as session:
        return await _view(session, slug)


async def _view(session: Any, slug: str) -> EventView:
    found = (await session.execute(EVENTS.where(EventRow.slug == slug))).one()
    return view_of(found[0], found[1], found[2])


async def answer(
    database: Database, clock: Clock, event_id: int, people: Iterable[int], answer: Answer, reminders: int | None = None
) -> None:
    row = {"event_id": event_id, "answer": answer, "reminders": reminders, "since": clock.now()}
    async with database.write() as session:
        if answer is Answer.DECLINED:
            row["declined_date"] = await session.scalar(select(EventRow.starts_at).where(EventRow.id == event_id))
        await session.execute(insert(AttendanceRow), [{**row, "supporter_id": person} for person in people])


async def reminders(database: Database, slug: str = SLUG) -> dict[int, tuple[ReminderState, datetime]]:
    """By how many minutes before."""
    of_event = select(ReminderRow).join(EventRow, EventRow.id == ReminderRow.event_id).where(EventRow.slug == slug)
    async with database.read() as session:
        found = (await session.execute(of_event)).scalars().all()
    return {row.minutes: (row.state, row.due_at) for row in found}
