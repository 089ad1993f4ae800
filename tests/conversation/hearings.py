"""A hearing of the tests' own, and people who look at it and answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.cases.models import CaseRow
from bot.events.models import EventKind, EventRow, EventStatus
from bot.language import Translated
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow, SupporterRow
from tests.conversation.people import CASE, supporter
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

SLUG = "tests-appeal"
DAY = timedelta(days=1)


def text(en: str, ar: str, ur: str) -> Translated:
    made = datetime(2026, 11, 1, tzinfo=UTC)
    return Translated().revised({"en": en, "ar": ar, "ur": ur}, by="tests", at=made, source="en")


TITLE = text("The appeal of the Five", "استئناف الخمسة", "پانچوں کی اپیل")


async def kept(nida: Nida, slug: str = SLUG, ahead: timedelta | None = 9 * DAY, **given: Any) -> EventRow:
    """A hearing of the tests' own, so long from now; without a date where `ahead` is None."""
    now = nida.app.services.clock.now()
    starts = (now + ahead).astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None, microsecond=0) if ahead else None
    values = {
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED if ahead else EventStatus.PROVISIONAL,
        "title": TITLE,
        "timezone": "Europe/London",
        "starts": starts,
        "starts_at": starts.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC) if starts else None,
        "venue": text("Court 4, 1 High Street", "المحكمة، القاعة 4", "عدالت، کمرہ 4"),
        "created_at": now,
        "changed_at": now,
        **given,
    }
    async with nida.app.services.database.write() as session:
        case_id = await session.scalar(select(CaseRow.id).where(CaseRow.slug == CASE))
        row = EventRow(slug=slug, case_id=case_id, **values)
        session.add(row)
        await session.flush()
        return row


async def sends_what_is_owed(nida: Nida) -> None:
    await nida.app.services.announcements.finish_fan_outs()
    nida.app.sender.notify()


async def becomes(nida: Nida, **values: Any) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(update(EventRow).where(EventRow.slug == SLUG).values(**values))


async def answers(nida: Nida) -> list[Answer | None]:
    async with nida.app.services.database.read() as session:
        return list((await session.scalars(select(AttendanceRow.answer).order_by(AttendanceRow.since))).all())


async def the_attendance(nida: Nida) -> AttendanceRow:
    async with nida.app.services.database.read() as session:
        return (await session.scalars(select(AttendanceRow))).one()


async def opened(world: TelegramWorld, locale: str = "en") -> tuple[Person, ChatMessage]:
    """Somebody who subscribed looks at the event."""
    sam = await supporter(world, locale)
    return sam, await sees_it(sam, locale)


async def sees_it(sam: Person, locale: str = "en") -> ChatMessage:
    return await sam.sees(TITLE.texts[locale].text, after=await sam.types(f"/event {SLUG}"))


async def crowd(nida: Nida, size: int) -> list[int]:
    async with nida.app.services.database.write() as session:
        made = [
            SupporterRow(id=n, tag=n.to_bytes(8), telegram_id=b"sealed", locale="en", created_at=nida.app.services.clock.now())
            for n in range(1, size + 1)
        ]
        for row in made:
            row.consented_at = nida.app.services.clock.now()
        session.add_all(made)
    return [row.id for row in made]
