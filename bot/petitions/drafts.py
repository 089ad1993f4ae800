"""What is kept of petitions, as editors and translators get it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.language import Translated
from bot.language.edited import Kept
from bot.petitions.applying import TEXTS
from bot.petitions.models import Ask, PetitionRow
from bot.petitions.tables import campaigns, cases
from bot.petitions.views import PetitionDraft

Found = Row[PetitionRow, str | None, Translated | None, str | None]


async def all_drafts(session: AsyncSession) -> list[PetitionDraft]:
    """Everything as drafts that, applied, change nothing."""
    return [_draft(row, case, campaign) for row, case, _, campaign in await _rows(session)]


async def kept_texts(session: AsyncSession) -> list[tuple[PetitionRow, Kept]]:
    """Each petition's texts."""
    return [
        (row, Kept("petition", row.slug, field, texts, case_title, row.title))
        for row, _, case_title, _ in await _rows(session)
        for field in TEXTS
        if (texts := getattr(row, field)) is not None
    ]


async def _rows(session: AsyncSession) -> Sequence[Found]:
    found = (
        select(PetitionRow, cases.c.slug, cases.c.title, campaigns.c.slug)
        .outerjoin(cases, cases.c.id == PetitionRow.case_id)
        .outerjoin(campaigns, campaigns.c.id == PetitionRow.campaign_id)
    )
    return (await session.execute(found.order_by(PetitionRow.slug))).all()


def _draft(row: PetitionRow, case: str | None, campaign: str | None) -> PetitionDraft:
    texts: dict[str, Any] = {name: text.written if (text := getattr(row, name)) is not None else None for name in TEXTS}
    return PetitionDraft(
        slug=row.slug,
        status=row.status,
        case=case,
        campaign=campaign,
        goal=row.goal,
        thresholds=None if row.thresholds is None else tuple(row.thresholds),
        asks=tuple(map(Ask, row.asks)),
        needs=tuple(map(Ask, row.needs)),
        closes=row.closes,
        keep_until=row.keep_until,
        exported=True,
        **texts,
    )
