"""Making the kept cases what editors' drafts say, and telling what that changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseUpdateRow
from bot.cases.views import CaseDraft, UpdateDraft
from bot.errors import NidaError
from bot.language.edited import Revision, set_values


async def apply(session: AsyncSession, revision: Revision, cases: Sequence[CaseDraft], updates: Sequence[UpdateDraft]) -> None:
    """Inside a transaction of the caller's."""
    kept_cases = {row.slug: row for row in (await session.execute(select(CaseRow))).scalars()}
    for case in cases:
        kept_cases[case.slug] = _apply_case(session, revision, case, kept_cases.get(case.slug))
    await session.flush()  # new cases get their ids
    wanted = select(CaseUpdateRow).where(CaseUpdateRow.slug.in_([update.slug for update in updates]))
    kept_updates = {row.slug: row for row in (await session.execute(wanted)).scalars()}
    for update in updates:
        _apply_update(session, revision, update, kept_updates.get(update.slug), kept_cases.get(update.case))
    await session.flush()


def _apply_case(session: AsyncSession, revision: Revision, draft: CaseDraft, row: CaseRow | None) -> CaseRow:
    values: dict[str, Any] = {
        "status": draft.status,
        "jurisdiction": draft.jurisdiction,
        "title": revision.revised(row.title if row else None, draft.title),
        "summary": revision.revised(row.summary if row else None, draft.summary),
    }
    revision.note("case", draft.slug, row, values)
    if row is None:
        row = CaseRow(slug=draft.slug, **values)
        session.add(row)
    else:
        set_values(row, values)
    return row


def _apply_update(
    session: AsyncSession, revision: Revision, draft: UpdateDraft, row: CaseUpdateRow | None, case: CaseRow | None
) -> None:
    if case is None:
        raise NidaError(f"The update {draft.slug} belongs to the case {draft.case}, which does not exist; add the case first.")
    values: dict[str, Any] = {
        "case_id": case.id,
        "kind": draft.kind,
        "at": draft.at,
        "certainty": draft.certainty,
        "source": draft.source,
        "headline": revision.revised(row.headline if row else None, draft.headline),
        "body": revision.revised(row.body if row else None, draft.body),
    }
    revision.note("update", draft.slug, row, values)
    if row is None:
        session.add(CaseUpdateRow(slug=draft.slug, **values))
    else:
        set_values(row, values)
