"""Putting right what stands in chats about an event that is another now, in the transaction that makes it so."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import amend_copies, withdraw
from bot.events.standing import shown
from bot.events.telling import Notice, content, reminder_subject
from bot.events.views import EventView


async def withdraw_reminders(session: AsyncSession, slug: str) -> None:
    """Those of the date it had, as far as they are not over."""
    await withdraw(session, reminder_subject(slug, "", "").removesuffix(":"), f"{slug} was changed.")


async def amend_shown(session: AsyncSession, event: EventView, now: datetime, source_locale: str) -> None:
    """Every message that shows it shows it as it is now."""
    card = content(event, Notice.CARD, source_locale)
    for row in await shown(session, event.slug):
        await amend_copies(session, row.subject, card, now)
