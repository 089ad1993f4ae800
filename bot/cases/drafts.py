"""What is kept of cases and updates, as editors and translators get it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseUpdateRow
from bot.cases.views import CaseDraft, UpdateDraft
from bot.language import Translated
from bot.language.edited import Kept

Row = CaseRow | CaseUpdateRow


async def all_drafts(session: AsyncSession) -> tuple[list[CaseDraft], list[UpdateDraft]]:
    """Everything as drafts that, applied, change nothing."""
    cases, updates = await _rows(session)
    slugs = {case.id: case.slug for case in cases}
    return [_case_draft(case) for case in cases], [_update_draft(update, slugs[update.case_id]) for update in updates]


async def kept_texts(session: AsyncSession) -> list[tuple[Row, Kept]]:
    """Each case's texts, and after them those of its updates as they happened."""
    cases, updates = await _rows(session)
    found: list[tuple[Row, Kept]] = []
    for case in cases:
        found += _kept("case", case, {"title": case.title, "summary": case.summary}, case.title)
        for update in updates:
            if update.case_id == case.id:
                found += _kept("update", update, {"headline": update.headline, "body": update.body}, case.title)
    return found


async def _rows(session: AsyncSession) -> tuple[list[CaseRow], list[CaseUpdateRow]]:
    cases = (await session.execute(select(CaseRow).order_by(CaseRow.slug))).scalars()
    updates = (await session.execute(select(CaseUpdateRow).order_by(CaseUpdateRow.at, CaseUpdateRow.slug))).scalars()
    return list(cases), list(updates)


def _kept(what: str, row: Row, fields: Mapping[str, Translated], case_title: Translated) -> Iterator[tuple[Row, Kept]]:
    yield from ((row, Kept(what, row.slug, field, texts, case_title)) for field, texts in fields.items())


def _case_draft(row: CaseRow) -> CaseDraft:
    return CaseDraft(row.slug, row.status, row.jurisdiction, row.title.written, row.summary.written)


def _update_draft(row: CaseUpdateRow, case: str) -> UpdateDraft:
    return UpdateDraft(case, row.slug, row.kind, row.at, row.certainty, row.source, row.headline.written, row.body.written)
