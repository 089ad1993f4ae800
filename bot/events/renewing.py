"""Putting right what stands in chats about an event that is another now, or is on its way there: in the transaction that makes
it so."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import amend_copies, withdraw
from bot.delivery.models import BroadcastRow
from bot.delivery.timing import Timing
from bot.events.standing import is_open, shown
from bot.events.telling import Notice, content, place_subject, reminder_subject
from bot.events.views import EventView


async def take_back(session: AsyncSession, event: EventView, *, redated: bool) -> None:
    """Send nobody else a reminder of another date than it has, nor word of a place where it does not take place."""
    why = f"{event.slug} was changed."
    if redated:
        await withdraw(session, reminder_subject(event.slug, "", "").removesuffix(":"), why)
    if not event.is_going_ahead:
        await withdraw(session, place_subject(event.slug, ""), why)


async def put_right(session: AsyncSession, event: EventView, now: datetime, source_locale: str, *, redated: bool) -> None:
    """What shows the event, or will show it to who is still to get it, shows it as it is now."""
    for row in await shown(session, event.slug):
        await amend_copies(session, row.subject, _instead(event, row, source_locale, redated=redated), now)
        if _tells_of_a_place(row):
            row.timing = replace(Timing.from_json(row.timing), until=event.starts_at).to_json()


def _instead(event: EventView, row: BroadcastRow, source_locale: str, *, redated: bool) -> dict[str, Any]:
    """A reminder reminds of its date while it holds, and whoever does not know yet of their place is still told."""
    if row.content["notice"] == Notice.REMINDER and not redated:
        return content(event, Notice.REMINDER, source_locale, minutes=row.content["minutes"])
    if _tells_of_a_place(row):
        return content(event, Notice.PLACE, source_locale)
    return content(event, Notice.CARD, source_locale)


def _tells_of_a_place(row: BroadcastRow) -> bool:
    return row.content["notice"] == Notice.PLACE and is_open(row)
