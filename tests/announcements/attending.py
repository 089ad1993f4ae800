"""An event, and what people answered to it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from bot.events.models import EventKind, EventRow, EventStatus
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow
from tests.announcements.people import AT, TITLE

STARTS = datetime(2026, 12, 3, 10, 0)
DATE = STARTS.replace(tzinfo=UTC)
EVENT = {"slug": "mill-lane-appeal", "sequence": 0}
"""What the content of a notice says of the event here."""


async def add_event(database: Database, case_id: int | None, slug: str = "mill-lane-appeal") -> int:
    async with database.write() as session:
        event = EventRow(
            slug=slug,
            kind=EventKind.HEARING,
            case_id=case_id,
            status=EventStatus.LISTED,
            title=TITLE,
            starts=STARTS,
            timezone="Europe/London",
            created_at=AT,
            changed_at=AT,
        )
        session.add(event)
        await session.flush()
        return event.id


async def answer(database: Database, event_id: int, answers: Mapping[int, Answer | tuple[Answer | None, int | None]]) -> None:
    """By the number of the person: what they answered, and the bits of the reminders they chose."""
    rows: list[dict[str, Any]] = []
    for number, said in answers.items():
        answered, reminders = said if isinstance(said, tuple) else (said, None)
        values = {"supporter_id": number, "event_id": event_id, "answer": answered, "reminders": reminders, "since": AT}
        values["declined_date"] = DATE if answered is Answer.DECLINED else None
        rows.append(values)
    async with database.write() as session:
        await session.execute(insert(AttendanceRow), rows)
