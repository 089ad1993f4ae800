"""What staff see of events: all there are, and of one what was changed about it and how many come. Never who."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.events.models import EventChangeRow, EventKind, EventRow, EventStatus
from bot.events.numbers import Numbers, numbers
from bot.events.reading import EVENTS, USUAL, unknown, view_of
from bot.events.views import EventView
from bot.language import Translated
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change people were told of; what it was before is in wall time at the place."""

    at: datetime
    by: str
    status: EventStatus
    status_before: EventStatus
    starts_before: datetime | None
    timezone_before: str
    venue_before: Translated | None
    reason: Translated | None
    source: str | None


@dataclass(frozen=True, slots=True)
class EventAccount:
    event: EventView
    changes: tuple[PastChange, ...]
    numbers: Numbers


class EventAccounts:
    """`usual` are the bits of each kind's reminders."""

    def __init__(self, database: Database, usual: Mapping[EventKind, int] = USUAL) -> None:
        self._database = database
        self._usual = usual

    async def list(self) -> list[EventView]:
        """By date, those without one last."""
        by_date = EVENTS.order_by(EventRow.starts_at.asc().nulls_last(), EventRow.slug)
        async with self._database.read() as session:
            return [view_of(row, slug, title, self._usual) for row, slug, title in await session.execute(by_date)]

    async def show(self, slug: str) -> EventAccount:
        """Raises NidaError when there is no such event."""
        async with self._database.read() as session:
            found = (await session.execute(EVENTS.where(EventRow.slug == slug))).one_or_none()
            if found is None:
                raise unknown(slug)
            event = view_of(found[0], found[1], found[2], self._usual)
            of_event = select(EventChangeRow).where(EventChangeRow.event_id == event.id).order_by(EventChangeRow.sequence)
            changes = tuple(_past(row) for row in (await session.execute(of_event)).scalars())
        return EventAccount(event, changes, await numbers(self._database, slug))


def _past(row: EventChangeRow) -> PastChange:
    return PastChange(
        row.at,
        row.by,
        row.status,
        row.status_before,
        row.starts_before,
        row.timezone_before,
        row.venue_before,
        row.reason,
        row.source,
    )
