"""Making the kept petitions what editors' drafts say, as far as nobody signed something else, and saying what that changes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import TableClause, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NidaError
from bot.language import Translated, Written, fingerprint, plain
from bot.language.edited import Revision, Withheld, set_values
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.petitions.rules import Found, closing_faults, closing_moment, draft_faults, kept_until, newcomer_faults
from bot.petitions.tables import campaigns, cases
from bot.petitions.views import PetitionDraft

TEXTS: Final = ("target", "title", "text", "outcome")
"""The translated fields, as people read them."""
SIGNED: Final = ("target", "title", "text")
"""What people put their signature under."""
COMMANDS: Final = {
    PetitionStatus.OPEN: "open",
    PetitionStatus.CLOSED: "close",
    PetitionStatus.DELIVERED: "deliver",
    PetitionStatus.OUTCOME: "outcome",
}
"""How a petition comes to be so."""


async def apply(session: AsyncSession, revision: Revision, drafts: Sequence[PetitionDraft], zone: ZoneInfo) -> None:
    """Inside a transaction of the caller's. Raises Withheld, or NidaError for a petition of what does not exist. `zone` is
    whose days are meant."""
    kept = await _kept(session, drafts)
    of_cases = await _ids(session, cases, [draft.case for draft in drafts])
    of_campaigns = await _ids(session, campaigns, [draft.campaign for draft in drafts])
    faults = [
        (draft.slug, field, said) for draft in drafts for field, said in _faults(draft, kept.get(draft.slug), revision, zone)
    ]  # fmt: skip
    if faults:
        raise Withheld("petition", faults)
    for draft in drafts:
        ids = {
            "case_id": _id(draft, "case", draft.case, of_cases),
            "campaign_id": _id(draft, "campaign", draft.campaign, of_campaigns),
        }
        _apply(session, revision, draft, kept.get(draft.slug), ids, zone)
    await session.flush()


async def _kept(session: AsyncSession, drafts: Sequence[PetitionDraft]) -> dict[str, PetitionRow]:
    """Locked, so that nobody signs one in between."""
    wanted = select(PetitionRow).where(PetitionRow.slug.in_([draft.slug for draft in drafts])).order_by(PetitionRow.id)
    return {row.slug: row for row in (await session.execute(wanted.with_for_update())).scalars()}


async def _ids(session: AsyncSession, table: TableClause, slugs: Sequence[str | None]) -> dict[str, int]:
    wanted = {slug for slug in slugs if slug is not None}
    if not wanted:
        return {}
    return {row.slug: row.id for row in await session.execute(select(table).where(table.c.slug.in_(wanted)))}


def _id(draft: PetitionDraft, what: str, slug: str | None, ids: Mapping[str, int]) -> int | None:
    if slug is not None and slug not in ids:
        raise NidaError(f"The petition {draft.slug} is of the {what} {slug}, which does not exist; add the {what} first.")
    return None if slug is None else ids[slug]


def _apply(
    session: AsyncSession,
    revision: Revision,
    draft: PetitionDraft,
    row: PetitionRow | None,
    ids: Mapping[str, int | None],
    zone: ZoneInfo,
) -> None:
    values: dict[str, Any] = {
        "status": draft.status or (row.status if row else PetitionStatus.DRAFT),
        **ids,
        "goal": draft.goal,
        "thresholds": None if draft.thresholds is None else list(draft.thresholds),
        "asks": list(map(str, draft.asks)),
        "needs": list(map(str, draft.needs)),
        "closes": draft.closes,
        "keep_until": kept_until(draft, row.keep_until if row else None, revision.at.astimezone(zone).date()),
        **{name: _revised(revision, getattr(row, name, None), getattr(draft, name)) for name in TEXTS},
    }
    revision.note("petition", draft.slug, row, values)
    values["closes_at"] = closing_moment(values["closes"], values["keep_until"], zone)
    if row is None:
        session.add(PetitionRow(slug=draft.slug, created_at=revision.at, changed_at=revision.at, **values))
    elif any(getattr(row, name) != value for name, value in values.items()):
        set_values(row, {**values, "changed_at": revision.at})


def _revised(revision: Revision, kept: Translated | None, texts: Mapping[str, Written] | None) -> Translated | None:
    """A text that is not named stays."""
    return kept if texts is None else revision.revised(kept, texts)


def _faults(draft: PetitionDraft, row: PetitionRow | None, revision: Revision, zone: ZoneInfo) -> Found:
    found = [*draft_faults(draft)]
    yield from found
    if found:
        return
    if row is None:
        yield from newcomer_faults(draft, revision.at, zone)
        return
    yield from _what_is_decided(draft, row, revision.source)
    if row.status is PetitionStatus.OPEN and draft.closes != row.closes:
        yield from closing_faults(draft.closes, revision.at, zone)
    if row.size:
        yield from _what_people_signed(draft, row, revision.source)


def _what_is_decided(draft: PetitionDraft, row: PetitionRow, source: str) -> Found:
    """What a command does, because people are told of it or can sign from then on."""
    if draft.status not in {None, row.status}:
        command = COMMANDS.get(draft.status) if draft.status else None
        by_command = f"`nida petitions {command} {draft.slug}` makes it so, or " if command else ""
        yield "status", f'is {row.status}, not {draft.status}; {by_command}write status = "{row.status}".'
    if draft.outcome is not None and not _is_same(draft.outcome, row.outcome, source):
        yield "outcome", f"is another than people know of; `nida petitions outcome {draft.slug}` tells people what came of it."
    if row.status not in {PetitionStatus.DRAFT, PetitionStatus.OPEN} and draft.closes != row.closes:
        yield "closes", f"cannot change any more: it is {row.status}; {_write('closes', row.closes)}."


def _what_people_signed(draft: PetitionDraft, row: PetitionRow, source: str) -> Found:
    """What they put their signature under stands; a translation of it may come, and be mended."""
    for field in SIGNED:
        if not _is_same(getattr(draft, field), getattr(row, field), source):
            yield (
                field,
                "is what people have signed, and stays; write it as `nida content export` does, or make another petition.",
            )
    if draft.keep_until is None and draft.closes is not None and draft.closes >= row.keep_until:
        yield (
            "closes",
            f"is not before {row.keep_until}, until when people were told that what they said is kept; give an earlier day.",
        )
    for ask in row.asks:
        if ask not in draft.asks:
            yield (
                "asks",
                f"no longer names {ask}, which people who signed have answered; put it back, or they could not take it out.",
            )
    if draft.goal != row.goal:
        yield "goal", f"is {row.goal} for those who have signed, and stays; write goal = {row.goal}."
    if draft.keep_until is not None and draft.keep_until > row.keep_until:
        yield (
            "keep_until",
            f"was promised to those who have signed; an earlier day may come, or {_write('keep_until', row.keep_until)}.",
        )


def _write(field: str, value: object) -> str:
    return f"leave {field} out" if value is None else f"write {field} = {value}"


def _is_same(given: Mapping[str, Written], kept: Translated | None, source: str) -> bool:
    if source not in given:
        return True
    held = kept.texts[source].text if kept else ""
    return fingerprint(plain(given[source])) == fingerprint(held)
