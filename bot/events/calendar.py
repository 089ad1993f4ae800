"""Events as calendars read them: a file for one, a feed for many, in the reader's language.

A file is PUBLISHed, and a change of it published again with a higher SEQUENCE; what does not go ahead is CANCELled. REQUEST would
need the reader's e-mail address as an attendee, and ask for an answer that nobody receives.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.daytime import instant
from bot.events.ical import file_of, quoted, text, utc, wall, zone_lines
from bot.events.models import EventStatus
from bot.events.views import EventView
from bot.language import N_, Catalogues, Chosen, Reader, Translated, plain_text, untranslated, without_marks

MEDIA_TYPE: Final = "text/calendar"
ASK_AGAIN: Final = timedelta(hours=1)
"""How often who keeps a feed is asked to look; many look once a day whatever it says."""
_SOMEBODY: Final = "invalid:nomail"
"""As an organiser's address must be a URI, what mail programs write where there is none."""
_STATUS: Final = {EventStatus.PROVISIONAL: "TENTATIVE", EventStatus.CANCELLED: "CANCELLED"}
_TITLE: Final = {
    # Translators: an event's title in a calendar, when it will not take place.
    EventStatus.CANCELLED: N_("Cancelled: {title}"),
    # Translators: an event's title in a calendar, when its date is not certain yet.
    EventStatus.PROVISIONAL: N_("Expected: {title}"),
}

# Translators: headings in a calendar's entry, each on a line of its own above a name or an address.
_CASE: Final = N_("Case")
_ONLINE: Final = N_("Online")
_MAP: Final = N_("Map")
_SOURCE: Final = N_("Source")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose calendars these are. `installation` tells events of equal slugs from two organisations apart."""

    name: str
    source_locale: str
    installation: str
    contact: str = ""
    website: str = ""

    @property
    def address(self) -> str:
        if "@" in self.contact and "/" not in self.contact:
            return f"mailto:{quote(self.contact.removeprefix('mailto:'), safe='@+.-_')}"
        return _address(self.website) or _SOMEBODY

    def uid_of(self, event: EventView) -> str:
        """Never another for the same event: by it calendars know what to replace."""
        return event.uid or f"{event.slug}-{self.installation}@nida"


@dataclass(frozen=True, slots=True)
class Former:
    """When it was to be, before it was put off without a date."""

    starts: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it stands in a calendar, and the rules its times need: of which zone, in which years."""

    body: bytes
    timezone: str
    years: tuple[int, int]


class Calendars:
    def __init__(self, catalogues: Catalogues, publisher: Publisher) -> None:
        self._catalogues = catalogues
        self._publisher = publisher
        self.source_locale = publisher.source_locale
        self.organisation = publisher.name
        self.version = repr(publisher)
        """Changes when what is written about the same event does."""

    def file(self, event: EventView, locale: str, former: Former | None = None) -> bytes:
        """One event, to be added to a calendar, or replaced or struck out in it. What has no date any more is struck out at its
        `former` one. Raises ValueError when it never had one."""
        method = "CANCEL" if event.starts is None or event.status is EventStatus.CANCELLED else "PUBLISH"
        return _calendar([self.entry(event, locale, former)], locale, f"METHOD:{method}")

    def feed(self, entries: Iterable[Entry], locale: str, name: str) -> bytes:
        """For a calendar that asks again and again; `name` is what it calls the feed."""
        every = f"PT{ASK_AGAIN // timedelta(minutes=1)}M"
        head = (
            "METHOD:PUBLISH",
            f"NAME:{text(name)}",
            f"X-WR-CALNAME:{text(name)}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{every}",
            f"X-PUBLISHED-TTL:{every}",
        )
        return _calendar(list(entries), locale, *head)

    def entry(self, event: EventView, locale: str, former: Former | None = None) -> Entry:
        """Raises ValueError for an event without a date."""
        starts, timezone = (event.starts, event.timezone) if event.starts or not former else (former.starts, former.timezone)
        if starts is None:
            raise ValueError(f"{event.slug} has no date")
        ends = event.ends if event.starts and event.ends else starts
        lines = self._lines(event, locale, starts, timezone)
        return Entry(file_of(lines), timezone, (starts.year - 1, ends.year + 1))

    def _lines(self, event: EventView, locale: str, starts: datetime, timezone: str) -> Iterator[str]:
        publisher = self._publisher
        changed = utc(event.changed_at)
        title = self._chosen(event.title, locale)
        yield "BEGIN:VEVENT"
        yield f"UID:{text(publisher.uid_of(event))}"
        yield f"SEQUENCE:{event.sequence}"
        yield f"DTSTAMP:{changed}"
        yield f"LAST-MODIFIED:{changed}"
        yield _time("DTSTART", starts, timezone)
        if event.starts is not None and event.ends is not None:
            yield _time("DTEND", event.ends, timezone)
        yield f"SUMMARY;LANGUAGE={title.locale}:{text(self._titled(event, title))}"
        yield f"STATUS:{'CANCELLED' if event.starts is None else _STATUS.get(event.status, 'CONFIRMED')}"
        yield f"CATEGORIES:{event.kind.upper()}"
        yield f"ORGANIZER;CN={quoted(publisher.name)}:{publisher.address}"
        if event.venue is not None:
            venue = self._chosen(event.venue, locale)
            yield f"LOCATION;LANGUAGE={venue.locale}:{text(venue.text)}"
        if described := self._described(event, title, locale):
            yield f"DESCRIPTION:{text(described)}"
        if event.source is not None:
            yield f"URL:{_address(event.source)}"
        if event.url is not None:
            yield f"CONFERENCE;VALUE=URI:{_address(event.url)}"
        yield "END:VEVENT"

    def _titled(self, event: EventView, title: Chosen) -> str:
        """Its title, with what many calendars do not show otherwise."""
        template = _TITLE[EventStatus.CANCELLED] if event.starts is None else _TITLE.get(event.status)
        if template is None:
            return title.text
        return self._catalogues.translate(title.locale, template).format(title=title.text)

    def _described(self, event: EventView, title: Chosen, locale: str) -> str:
        """Everything else there is to know, a paragraph each."""
        return "\n\n".join(filter(None, [self._admission(title.locale, locale), *self._parts(event, locale)]))

    def _parts(self, event: EventView, locale: str) -> Iterator[str]:
        yield self._part(_CASE, event.case_title, locale)
        yield self._chosen(event.about, locale).text if event.about else ""
        for heading, value in (
            (N_("Who is asked to come"), event.asked),
            (N_("When and where to be"), event.arrive),
            (N_("What to bring"), event.bring),
            (N_("Steps, lifts, seats"), event.access),
            (N_("Phones and cameras"), event.phones),
        ):
            yield self._part(heading, value, locale)
        for heading, address in ((_ONLINE, event.url), (_MAP, event.map), (_SOURCE, event.source)):
            yield f"{self._catalogues.translate(locale, heading)}\n{address}" if address else ""

    def _part(self, heading: str, value: Translated | None, locale: str) -> str:
        if value is None:
            return ""
        return f"{self._catalogues.translate(locale, heading)}\n{self._chosen(value, locale).text}"

    def _chosen(self, value: Translated, locale: str) -> Chosen:
        chosen = value.choose(locale, self._publisher.source_locale)
        bare = plain_text(chosen).text if "<" in chosen.text or "&" in chosen.text else chosen.text
        bare = without_marks(bare).strip()
        return chosen if bare == chosen.text else Chosen(bare, chosen.locale, chosen.fallback)

    def _admission(self, shown: str, locale: str) -> str | None:
        return None if shown == locale else _admitted(self._catalogues, shown, locale)


@lru_cache(maxsize=16)
def _admitted(catalogues: Catalogues, shown: str, locale: str) -> str | None:
    said = untranslated(catalogues.words(Reader(locale)), Chosen("", shown, fallback=True))
    return without_marks(said.plain) if said is not None else None


def _calendar(entries: list[Entry], locale: str, *head: str) -> bytes:
    opening = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Nida//Events//{locale.upper()}", "CALSCALE:GREGORIAN", *head)
    bodies = [entry.body for entry in entries]
    return b"".join([file_of(opening), file_of(_zones(entries)), *bodies, file_of(["END:VCALENDAR"])])


def _zones(entries: list[Entry]) -> Iterator[str]:
    years: dict[str, list[int]] = {}
    for entry in entries:
        years.setdefault(entry.timezone, []).extend(entry.years)
    for name in sorted(years):
        yield from zone_lines(name, min(years[name]), max(years[name]))


def _time(name: str, shown: datetime, timezone: str) -> str:
    """On the clocks of the place; in UTC where those skip it or show it twice, of which readers make one or the other."""
    zone = ZoneInfo(timezone)
    if shown.replace(tzinfo=zone).utcoffset() == shown.replace(tzinfo=zone, fold=1).utcoffset():
        return f"{name};TZID={timezone}:{wall(shown)}"
    return f"{name}:{utc(instant(shown, zone))}"


def _address(url: str) -> str:
    """No line may end inside it."""
    return "".join(url.split())
