"""Making the kept cases what editors' drafts say, and telling what that changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseUpdateRow
from bot.cases.views import CaseDraft, Change, Changes, UpdateDraft, Waiting
from bot.errors import NidaError
from bot.language import State, Translated, Written


class Applying:
    """One application, inside a transaction of the caller's. `by` and `at` are who and when for texts that change."""

    def __init__(self, session: AsyncSession, source: str, locales: Sequence[str], by: str, at: datetime, confirm: bool) -> None:
        self._session = session
        self._source = source
        self._locales = locales
        self._by = by
        self._at = at
        self._confirm = confirm
        self._changes: list[Change] = []
        self._waiting: list[Waiting] = []

    async def apply(self, cases: Sequence[CaseDraft], updates: Sequence[UpdateDraft]) -> Changes:
        kept_cases = {row.slug: row for row in (await self._session.execute(select(CaseRow))).scalars()}
        for case in cases:
            kept_cases[case.slug] = self._apply_case(case, kept_cases.get(case.slug))
        await self._session.flush()  # new cases get their ids
        wanted = select(CaseUpdateRow).where(CaseUpdateRow.slug.in_([update.slug for update in updates]))
        kept_updates = {row.slug: row for row in (await self._session.execute(wanted)).scalars()}
        for update in updates:
            self._apply_update(update, kept_updates.get(update.slug), kept_cases.get(update.case))
        await self._session.flush()
        return Changes(tuple(self._changes), tuple(self._waiting))

    def _apply_case(self, draft: CaseDraft, row: CaseRow | None) -> CaseRow:
        values: dict[str, Any] = {
            "status": draft.status,
            "jurisdiction": draft.jurisdiction,
            "title": self._revised(row.title if row else None, draft.title),
            "summary": self._revised(row.summary if row else None, draft.summary),
        }
        self._note("case", draft.slug, row, values)
        if row is None:
            row = CaseRow(slug=draft.slug, **values)
            self._session.add(row)
        else:
            _set(row, values)
        return row

    def _apply_update(self, draft: UpdateDraft, row: CaseUpdateRow | None, case: CaseRow | None) -> None:
        if case is None:
            raise NidaError(
                f"The update {draft.slug} belongs to the case {draft.case}, which does not exist; add the case first."
            )
        values: dict[str, Any] = {
            "case_id": case.id,
            "kind": draft.kind,
            "at": draft.at,
            "certainty": draft.certainty,
            "source": draft.source,
            "headline": self._revised(row.headline if row else None, draft.headline),
            "body": self._revised(row.body if row else None, draft.body),
        }
        self._note("update", draft.slug, row, values)
        if row is None:
            self._session.add(CaseUpdateRow(slug=draft.slug, **values))
        else:
            _set(row, values)

    def _revised(self, kept: Translated | None, texts: Mapping[str, Written]) -> Translated:
        return (kept or Translated()).revised(texts, by=self._by, at=self._at, source=self._source, confirm=self._confirm)

    def _note(self, what: str, slug: str, row: CaseRow | CaseUpdateRow | None, values: Mapping[str, Any]) -> None:
        fields = tuple(field for name, value in values.items() for field in self._changed(name, row, value))
        self._changes.append(Change(what, slug, row is None, fields))
        texts = {name: value for name, value in values.items() if isinstance(value, Translated)}
        self._waiting.extend(
            Waiting(what, slug, name, locale, state)
            for name, text in texts.items()
            for locale in self._locales
            if (state := text.state(locale, self._source)) is not State.ready
        )

    def _changed(self, name: str, row: CaseRow | CaseUpdateRow | None, value: object) -> Iterator[str]:
        kept = None if row is None else getattr(row, name)
        if isinstance(value, Translated):
            before = kept.texts if isinstance(kept, Translated) else {}
            languages = dict.fromkeys([*value.texts, *before])
            yield from (f"{name}.{locale}" for locale in languages if value.texts.get(locale) != before.get(locale))
        elif row is None or kept != value:
            yield "case" if name == "case_id" else name


def _set(row: CaseRow | CaseUpdateRow, values: Mapping[str, Any]) -> None:
    """Only what differs, so that applying the same again writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
