"""What is kept of events, as editors and translators get it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from bot.events.applying import TEXTS
from bot.events.models import EventRow
from bot.events.offsets import offsets_of
from bot.events.reading import EVENTS
from bot.events.views import EventDraft
from bot.language import Translated
from bot.language.edited import Kept

Found = Row[EventRow, str | None, Translated | None]


async def all_drafts(session: AsyncSession) -> list[EventDraft]:
    """Everything as drafts that, applied, change nothing: by date, those without one last."""
    return [_draft(row, case) for row, case, _ in await _rows(session)]


async def kept_texts(session: AsyncSession) -> list[tuple[EventRow, Kept]]:
    """Each event's texts."""
    return [
        (row, Kept("event", row.slug, field, texts, case_title, row.title))
        for row, _, case_title in await _rows(session)
        for field in TEXTS
        if (texts := getattr(row, field)) is not None
    ]


async def _rows(session: AsyncSession) -> Sequence[Found]:
    return (await session.execute(EVENTS.order_by(EventRow.starts_at.asc().nulls_last(), EventRow.slug))).all()


def _draft(row: EventRow, case: str | None) -> EventDraft:
    texts: dict[str, Any] = {name: text.written if (text := getattr(row, name)) is not None else None for name in TEXTS}
    return EventDraft(
        slug=row.slug,
        kind=row.kind,
        status=row.status,
        timezone=row.timezone,
        case=case,
        starts=row.starts,
        ends=row.ends,
        map=row.map,
        url=row.url,
        source=row.source,
        capacity=row.capacity,
        remind=None if row.remind is None else offsets_of(row.remind),
        uid=row.uid,
        outcome=row.outcome,
        exported=True,
        **texts,
    )
