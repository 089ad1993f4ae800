"""Telling those who want to hear how a petition goes that it has come a good way."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcements.notices import withdraw, write_notice
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.petitions.reading import thresholds_of, view_of
from bot.petitions.telling import Notice, content, milestone_subject
from bot.supporters.news_audience import NewsAudience


async def tell_milestones(session: AsyncSession, petition: PetitionRow, now: datetime, source_locale: str) -> None:
    """In the transaction that counts, with the petition's row locked: of the milestones reached since the last one told the
    highest is told, each at most once ever and none once it is closed. What is said of a lower one, and has not reached
    everybody, goes to nobody more."""
    reached = [count for count in thresholds_of(petition) if petition.told < count <= petition.counted]
    if not reached or petition.status is not PetitionStatus.OPEN:
        return
    petition.told = reached[-1]
    await withdraw(session, milestone_subject(petition.slug), f"{petition.slug} has reached {petition.told} since.")
    await write_notice(
        session,
        milestone_subject(petition.slug, petition.told),
        content(view_of(petition), Notice.MILESTONE, source_locale),
        NewsAudience(petition.id),
        now=now,
        urgent_reason=None,
    )
