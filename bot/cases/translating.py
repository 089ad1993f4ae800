"""Every text that is kept, and taking in what a translator made of some of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseUpdateRow
from bot.cases.views import Change, Changes, Kept, Rendering, Waiting
from bot.errors import NidaError
from bot.language import State, Translated, fingerprint

Row = CaseRow | CaseUpdateRow


async def kept_texts(session: AsyncSession) -> list[tuple[Row, Kept]]:
    """Each case's texts, and after them those of its updates as they happened."""
    cases = (await session.execute(select(CaseRow).order_by(CaseRow.slug))).scalars().all()
    entries = select(CaseUpdateRow).order_by(CaseUpdateRow.at, CaseUpdateRow.slug)
    updates = (await session.execute(entries)).scalars().all()
    found: list[tuple[Row, Kept]] = []
    for case in cases:
        found += _kept("case", case, {"title": case.title, "summary": case.summary}, case.title)
        for update in updates:
            if update.case_id == case.id:
                found += _kept("update", update, {"headline": update.headline, "body": update.body}, case.title)
    return found


def _kept(what: str, row: Row, fields: Mapping[str, Translated], case_title: Translated) -> Iterator[tuple[Row, Kept]]:
    yield from ((row, Kept(what, row.slug, field, texts, case_title)) for field, texts in fields.items())


async def translate(
    session: AsyncSession, locale: str, renderings: Mapping[str, Rendering], source: str, by: str, at: datetime
) -> Changes:
    """Take the renderings in, by the keys of the texts they are of. Raises NidaError when one of these is not what it was."""
    kept = await kept_texts(session)
    _ensure_current({text.key: text for _, text in kept}, renderings, source)
    changed: dict[tuple[str, str], list[str]] = {}
    waiting: list[Waiting] = []
    for row, text in kept:
        texts = text.texts
        if rendering := renderings.get(text.key):
            texts = texts.revised({locale: rendering.written}, by=by, at=at, source=source, confirm=True)
        if texts != text.texts:
            setattr(row, text.field, texts)
            changed.setdefault((text.what, text.slug), []).append(f"{text.field}.{locale}")
        if (state := texts.state(locale, source)) is not State.ready:
            waiting.append(Waiting(text.what, text.slug, text.field, locale, state))
    items = tuple(Change(what, slug, False, tuple(fields)) for (what, slug), fields in changed.items())
    return Changes(items, tuple(waiting))


def _ensure_current(kept: Mapping[str, Kept], renderings: Mapping[str, Rendering], source: str) -> None:
    for key, rendering in renderings.items():
        text = kept.get(key)
        if text is None or fingerprint(text.texts.texts[source].text) != rendering.of:
            raise NidaError(f"{key} was changed at this very moment; nothing was taken in. Try it again.")
