"""Making the kept events what editors' drafts say, as far as nobody has to be told of it, and saying what that changes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.daytime import instant
from bot.errors import NidaError
from bot.events.models import EventRow, EventStatus
from bot.events.offsets import bits_of
from bot.events.reading import EVENTS, view_of
from bot.events.reminding import plan_reminders
from bot.events.renewing import put_right, take_back
from bot.events.rules import Found, draft_faults, newcomer_faults, shown
from bot.events.tables import cases
from bot.events.views import EventDraft
from bot.language import Translated, Written, fingerprint, plain
from bot.language.edited import Revision, Withheld, set_values

TEXTS: Final = ("title", "expected", "about", "venue", "asked", "bring", "arrive", "access", "phones")
"""The translated fields, as people read them."""
PLAIN: Final = ("kind", "status", "starts", "ends", "timezone", "map", "url", "source", "capacity")
COMMANDS: Final = {
    EventStatus.ADJOURNED: "adjourn",
    EventStatus.MOVED: "move",
    EventStatus.CANCELLED: "cancel",
    EventStatus.HEARD: "heard",
    EventStatus.OUTCOME: "outcome",
}
"""How an event comes to be so, once people may know of it."""


async def apply(session: AsyncSession, revision: Revision, drafts: Sequence[EventDraft]) -> None:
    """Inside a transaction of the caller's. Raises Withheld, or NidaError for an event of a case that does not exist."""
    kept = await _kept(session, drafts)
    wanted = {draft.case for draft in drafts if draft.case is not None}
    ids = {row.slug: row.id for row in await session.execute(select(cases).where(cases.c.slug.in_(wanted)))}
    faults = [
        (draft.slug, field, said) for draft in drafts for field, said in _faults(draft, kept.get(draft.slug), revision)
    ]  # fmt: skip
    if faults or (faults := await _uid_faults(session, drafts)):
        raise Withheld("event", faults)
    moments = {slug: row.starts_at for slug, row in kept.items()}
    for draft in drafts:
        if draft.case is not None and draft.case not in ids:
            raise NidaError(f"The event {draft.slug} is of the case {draft.case}, which does not exist; add the case first.")
        _apply(session, revision, draft, kept.get(draft.slug), ids.get(draft.case or ""))
    await session.flush()
    await _follow_dates(session, drafts, moments, revision)


async def _follow_dates(
    session: AsyncSession, drafts: Sequence[EventDraft], before: Mapping[str, datetime | None], revision: Revision
) -> None:
    """Plan the reminders of new events; of provisional ones whose date changed, also take back what says the old one."""
    found = await session.execute(EVENTS.where(EventRow.slug.in_([draft.slug for draft in drafts])))
    for row, case_slug, case_title in found.all():
        event = view_of(row, case_slug, case_title)
        is_redated = before.get(row.slug) != row.starts_at
        await plan_reminders(session, event, revision.at, anew=is_redated)
        if is_redated and row.slug in before:
            await take_back(session, event, redated=True)
            await put_right(session, event, revision.at, revision.source, redated=True)


async def _kept(session: AsyncSession, drafts: Sequence[EventDraft]) -> dict[str, EventRow]:
    """Locked, so that nobody changes the date of one in between."""
    wanted = select(EventRow).where(EventRow.slug.in_([draft.slug for draft in drafts])).order_by(EventRow.id)
    return {row.slug: row for row in (await session.execute(wanted.with_for_update())).scalars()}


def _apply(session: AsyncSession, revision: Revision, draft: EventDraft, row: EventRow | None, case_id: int | None) -> None:
    values: dict[str, Any] = {name: getattr(draft, name) for name in PLAIN}
    values["case_id"] = case_id
    values["remind"] = None if draft.remind is None else bits_of(draft.remind)
    values |= {name: getattr(draft, name) or getattr(row, name, None) for name in ("uid", "outcome")}
    values |= {name: _revised(revision, getattr(row, name, None), getattr(draft, name)) for name in TEXTS}
    revision.note("event", draft.slug, row, values)
    values["starts_at"] = moment(draft.starts, draft.timezone)
    if row is None:
        session.add(EventRow(slug=draft.slug, created_at=revision.at, changed_at=revision.at, **values))
    elif any(getattr(row, name) != value for name, value in values.items()):
        # Calendars, and the reminders in the ledger, tell one date from the next by the sequence.
        sequence = row.sequence + (row.starts_at != values["starts_at"])
        set_values(row, {**values, "sequence": sequence, "changed_at": revision.at})


def moment(starts: datetime | None, timezone: str) -> datetime | None:
    return None if starts is None else instant(starts, ZoneInfo(timezone))


def _revised(revision: Revision, kept: Translated | None, texts: Mapping[str, Written] | None) -> Translated | None:
    """A text that is not named stays; one whose source is emptied goes, in all languages."""
    if texts is None:
        return kept
    after = revision.revised(kept, texts)
    return after if revision.source in after.texts else None


def _faults(draft: EventDraft, row: EventRow | None, revision: Revision) -> Found:
    found = [*draft_faults(draft)]
    yield from found
    if row is None:
        yield from newcomer_faults(draft, revision.at)
    elif not found and {row.status, draft.status} != {EventStatus.PROVISIONAL}:
        yield from _what_people_know(draft, row, revision.source)


def _what_people_know(draft: EventDraft, row: EventRow, source: str) -> Found:
    """What would change without anybody being told: whoever wrote it down in a file may have meant to, or have an old file."""
    if draft.status is not row.status:
        yield "status", f'is {row.status}, not {draft.status}; {_how_to_become(draft, row)}write status = "{row.status}".'
    move = f"`nida event move {draft.slug}` changes it and tells people"
    for name in ("starts", "ends"):
        held, given = getattr(row, name), getattr(draft, name)
        if held != given:
            mend = f"write {name} = {held.isoformat()}" if held else "leave it out"
            yield name, f"is {_when(held)}, {_but(given)}; {move}, or {mend}."
    if draft.timezone != row.timezone:
        yield "timezone", f'is {row.timezone}, not {draft.timezone}; {move}, or write timezone = "{row.timezone}".'
    if draft.venue is not None and not _is_same_place(draft.venue, row.venue, source):
        yield "venue", f"is another than people know of; {move}, or write it as `nida content export` does."
    if draft.outcome is not None and draft.outcome != row.outcome:
        yield "outcome", f'is told by {row.outcome}; write outcome = "{row.outcome}", or leave the line out.'
    if row.url is not None and draft.url != row.url:
        yield "url", f'is another than people know of; {move}, or write url = "{row.url}".'


def _how_to_become(draft: EventDraft, row: EventRow) -> str:
    command = COMMANDS.get(draft.status)
    if row.status is EventStatus.PROVISIONAL and draft.status is EventStatus.LISTED:
        command = "move"
    return f"`nida event {command} {draft.slug}` changes it and tells people, or " if command else ""


def _but(wall: datetime | None) -> str:
    return "and not set here" if wall is None else f"not {shown(wall)}"


def _when(wall: datetime | None) -> str:
    return "not set" if wall is None else shown(wall)


def _is_same_place(given: Mapping[str, Written], kept: Translated | None, source: str) -> bool:
    if source not in given:
        return True
    held = kept.texts[source].text if kept else ""
    return fingerprint(plain(given[source])) == fingerprint(held)


async def _uid_faults(session: AsyncSession, drafts: Sequence[EventDraft]) -> list[tuple[str, str, str]]:
    """Two events may not be the same one of a calendar."""
    uids = [draft.uid for draft in drafts if draft.uid]
    found = await session.execute(select(EventRow.uid, EventRow.slug).where(EventRow.uid.in_(uids)))
    return [*_uids_twice(drafts, {str(uid): slug for uid, slug in found})]


def _uids_twice(drafts: Sequence[EventDraft], taken: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for draft in drafts:
        if draft.uid and (other := taken.setdefault(draft.uid, draft.slug)) != draft.slug:
            yield draft.slug, "uid", f"is the one of the event {other} already; take it out of one of them."
