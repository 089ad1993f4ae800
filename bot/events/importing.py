"""What a calendar file comes to: events that are new, texts of known ones that changed, and changes people have to be told of.

An event is known again by its UID. What was changed here and still stands in the calendar as it was before is left alone: nobody
is to be sent back to a date that was given up.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.daytime import instant
from bot.events.drafts import all_drafts
from bot.events.models import EventChangeRow, EventKind, EventRow, EventStatus
from bot.events.status import Action, ChangeRequest
from bot.events.views import OVER, EventDraft
from bot.language import Written, fingerprint, plain
from bot.language.layout import shortened
from bot.language.marks import clean_line, clean_lines

LONGEST: Final = {"title": 120, "venue": 250, "about": 1000}
"""In Telegram's units, as content files have it."""
LONGEST_SLUG: Final = 50
_BETWEEN_WORDS: Final = re.compile(r"[^a-z0-9]+")
_FROM_CALENDAR: Final = "calendar, by "
"""Stands before the name of whoever took a change in, so that it is told from what was decided here."""
Moment = tuple[datetime | None, str]
"""Wall time and zone."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event as a calendar has it. `starts` and `ends` are wall time in `timezone`; texts are plain."""

    uid: str
    title: str
    starts: datetime
    ends: datetime | None
    timezone: str
    status: str = ""
    venue: str = ""
    about: str = ""
    url: str = ""
    online: str = ""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """`notes` say what was left out, a sentence each."""

    events: tuple[CalendarEvent, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the file is to be taken in: as what, of which case, its texts in which language."""

    kind: EventKind
    case: str | None
    locale: str
    dates_only: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that is here, and the times that were given up here since its calendar last changed it."""

    draft: EventDraft
    former: Collection[Moment] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A change that people are told of."""

    slug: str
    request: ChangeRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """`drafts` are applied before `changes` are made. `notes` say what is left alone, and why."""

    drafts: tuple[EventDraft, ...]
    changes: tuple[Told, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Planning:
    wishes: Wishes
    now: datetime
    taken: set[str]
    drafts: list[EventDraft] = field(default_factory=list)
    changes: list[Told] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def newcomer(self, event: CalendarEvent) -> None:
        if event.status == "CANCELLED" or self._is_over(event):
            return
        draft = EventDraft(
            slug=_slug(event, self.taken),
            kind=self.wishes.kind,
            status=EventStatus.PROVISIONAL if event.status == "TENTATIVE" else EventStatus.LISTED,
            timezone=event.timezone,
            title={self.wishes.locale: _title(event)},
            case=self.wishes.case,
            starts=event.starts,
            ends=event.ends,
            venue=self._texts({}, _venue(event)),
            about=self._texts({}, _about(event)),
            url=event.online or None,
            source=event.url or None,
            uid=event.uid,
        )
        self.taken.add(draft.slug)
        self.drafts.append(draft)

    def known(self, event: CalendarEvent, kept: Kept) -> None:
        held = kept.draft
        draft = held if self.wishes.dates_only else self._with_texts(event, held)
        if held.status is EventStatus.PROVISIONAL and event.status == "TENTATIVE":
            draft = replace(draft, starts=event.starts, ends=event.ends, timezone=event.timezone)
        elif (request := self._request(event, kept)) is not None:
            self.changes.append(Told(held.slug, request))
        if draft != held:
            self.drafts.append(draft)

    def _with_texts(self, event: CalendarEvent, held: EventDraft) -> EventDraft:
        about = self._texts(held.about, _about(event)) if event.about else held.about
        return replace(
            held,
            title={**held.title, self.wishes.locale: _title(event)},
            about=about,
            url=event.online or held.url if held.status is EventStatus.PROVISIONAL else held.url,
            source=event.url or held.source,
        )

    def _request(self, event: CalendarEvent, kept: Kept) -> ChangeRequest | None:
        held = kept.draft
        if held.status in OVER or self._is_over(event):
            return None
        if event.status == "CANCELLED":
            return None if held.status is EventStatus.CANCELLED else ChangeRequest(Action.CANCEL)
        if held.status is EventStatus.CANCELLED:
            self._note(held, "is cancelled here, but not in the calendar; if it takes place after all")
            return None
        anew, place = self._new_time(event, kept), self._new_place(event, held)
        link = event.online if event.online and event.online != held.url else None
        if self._has_begun(event) or (anew is None and (not (place or link) or held.starts is None)):
            return None
        if anew is None:
            return ChangeRequest(Action.MOVE, venue=place, url=link)
        return ChangeRequest(Action.MOVE, starts=event.starts, ends=event.ends, timezone=event.timezone, venue=place, url=link)

    def _new_time(self, event: CalendarEvent, kept: Kept) -> Moment | None:
        """None where it is when people know it to be."""
        held, there = kept.draft, (event.starts, event.timezone)
        certain = held.status is not EventStatus.PROVISIONAL
        if certain and (held.starts, held.timezone) == there and (event.ends is None or event.ends == held.ends):
            return None
        if there != (held.starts, held.timezone) and there in kept.former:
            self._note(held, f"is at {_shown(event)} in the calendar, which was given up here; if that holds again")
            return None
        return there

    def _new_place(self, event: CalendarEvent, held: EventDraft) -> Mapping[str, Written] | None:
        venue, known = _venue(event), plain((held.venue or {}).get(self.wishes.locale, ""))
        return {self.wishes.locale: venue} if venue and fingerprint(venue) != fingerprint(known) else None

    def _texts(self, held: Mapping[str, Written] | None, text: str) -> Mapping[str, Written] | None:
        return {**(held or {}), self.wishes.locale: text} if text else held or None

    def _is_over(self, event: CalendarEvent) -> bool:
        return instant(event.ends or event.starts, ZoneInfo(event.timezone)) <= self.now

    def _has_begun(self, event: CalendarEvent) -> bool:
        return instant(event.starts, ZoneInfo(event.timezone)) <= self.now

    def _note(self, held: EventDraft, why: str) -> None:
        self.notes.append(f"{held.slug} {why}: `nida event move {held.slug}`.")


def signed(by: str) -> str:
    """As whom a change is made that a calendar brings."""
    return f"{_FROM_CALENDAR}{by}"


async def kept_events(session: AsyncSession) -> tuple[dict[str, Kept], frozenset[str]]:
    """Those that came from calendars, by their UID, and the slugs of all."""
    drafts = await all_drafts(session)
    former: dict[str, set[Moment]] = {}
    changes = select(EventRow.slug, EventChangeRow).join(EventRow, EventRow.id == EventChangeRow.event_id)
    in_order = changes.where(EventRow.uid.is_not(None)).order_by(EventChangeRow.event_id, EventChangeRow.sequence)
    for slug, change in await session.execute(in_order):
        if change.by.startswith(_FROM_CALENDAR):
            former.pop(slug, None)
        else:
            former.setdefault(slug, set()).add((change.starts_before, change.timezone_before))
    kept = {draft.uid: Kept(draft, former.get(draft.slug, ())) for draft in drafts if draft.uid is not None}
    return kept, frozenset(draft.slug for draft in drafts)


def plan(
    events: Sequence[CalendarEvent], kept: Mapping[str, Kept], slugs: Collection[str], wishes: Wishes, now: datetime
) -> Plan:
    """`kept` are the events that are here by their UID, `slugs` those of all."""
    planning = _Planning(wishes, now, set(slugs))
    for event in events:
        if (known := kept.get(event.uid)) is not None:
            planning.known(event, known)
        else:
            planning.newcomer(event)
    return Plan(tuple(planning.drafts), tuple(planning.changes), tuple(planning.notes))


def _title(event: CalendarEvent) -> str:
    return shortened(clean_line(event.title), LONGEST["title"]) or event.uid[: LONGEST["title"]]


def _venue(event: CalendarEvent) -> str:
    return shortened(clean_lines(event.venue).strip(), LONGEST["venue"])


def _about(event: CalendarEvent) -> str:
    """Others write what they like: none of it is a tag of ours."""
    return html.escape(shortened(clean_lines(event.about).strip(), LONGEST["about"]), quote=False)


def _slug(event: CalendarEvent, taken: Collection[str]) -> str:
    """Of its title as far as that is in Latin letters, and its day."""
    return next(slug for slug in _slugs(event) if slug not in taken)


def _slugs(event: CalendarEvent) -> Iterator[str]:
    latin = unicodedata.normalize("NFKD", event.title).encode("ascii", "ignore").decode().lower()
    words = _BETWEEN_WORDS.sub("-", latin).strip("-")[: LONGEST_SLUG - 20].strip("-") or "event"
    dated = f"{words}-{event.starts:%Y-%m-%d}"
    yield dated
    digest = sha256(event.uid.encode("utf-8", "backslashreplace")).hexdigest()
    yield from (f"{dated}-{digest[at : at + 6]}" for at in range(58))


def _shown(event: CalendarEvent) -> str:
    return f"{event.starts:%Y-%m-%d %H:%M}"
