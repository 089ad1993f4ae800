"""From the rows to what is handed out."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NidaError
from bot.events.models import EventKind, EventRow
from bot.events.offsets import bits_of
from bot.events.tables import cases
from bot.events.views import EventView
from bot.language import Translated

USUAL: Final[Mapping[EventKind, int]] = {kind: bits_of((7 * 24 * 60, 24 * 60, 2 * 60)) for kind in EventKind}
"""The bits of when people are reminded, where neither the event nor the configuration says otherwise."""

EVENTS: Final[Select[EventRow, str | None, Translated | None]] = select(EventRow, cases.c.slug, cases.c.title).outerjoin(
    cases, cases.c.id == EventRow.case_id
)
"""Each event with its case's slug and title, for `view_of`."""


def view_of(
    row: EventRow, case_slug: str | None, case_title: Translated | None, usual: Mapping[EventKind, int] = USUAL
) -> EventView:
    """`usual` are the reminders of each kind, for an event that has none of its own."""
    apart = {
        "remind": usual[row.kind] if row.remind is None else row.remind,
        "case_slug": case_slug,
        "case_title": case_title,
    }
    values: dict[str, Any] = {each.name: apart.get(each.name, getattr(row, each.name, None)) for each in fields(EventView)}
    return EventView(**values)


async def one(session: AsyncSession, slug: str, *, hold: bool) -> tuple[EventRow, str | None, Translated | None]:
    """The event; held, so that of two who change it at once one comes after the other. Raises NidaError when there is none."""
    wanted = EVENTS.where(EventRow.slug == slug)
    found = await session.execute(wanted.with_for_update(of=EventRow) if hold else wanted)
    if (row := found.one_or_none()) is None:
        raise unknown(slug)
    return row[0], row[1], row[2]


def unknown(slug: str) -> NidaError:
    return NidaError(f"There is no event {slug}; `nida event list` shows those there are.")
