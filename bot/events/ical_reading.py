"""Reading calendar files that others wrote: which events are in them, each occurrence of a repeated one for itself.

Whoever wrote the file may be anybody. Its size, its events and their repetitions are bounded, and what is not understood is
refused in one sentence.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Component

from bot.daytime import is_zone
from bot.errors import NidaError
from bot.events.importing import CalendarEvent, CalendarFile
from bot.events.repeating import MOST_REPEATED, TooOften, occurrences, wall_in

MOST_BYTES: Final = 1_000_000
MOST_EVENTS: Final = 1_000
MOST_SERIES: Final = 100
LONGEST_UID: Final = 200
"""Letters: the date of an occurrence is written behind it."""
_CLOSED: Final = frozenset({"PRIVATE", "CONFIDENTIAL"})
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
"""What the library raises for files nobody has foreseen."""


def read(content: bytes, name: str, zone: str, now: datetime, *, insist: bool = False) -> CalendarFile:
    """The events of a file called `name`. `zone` is whose clocks are meant where the file does not say, and with `insist` also
    where it names a zone that nobody knows. Raises NidaError."""
    if len(content) > MOST_BYTES:
        raise NidaError(f"{name} has more than {MOST_BYTES // 1000:,} kB, which is no calendar of hearings; cut it up.")
    calendars = _parsed(content, name)
    components = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(components) > MOST_EVENTS:
        raise NidaError(f"{name} has {len(components):,} events; at most {MOST_EVENTS:,} are read, so cut it up.")
    named = str(calendars[0].get("X-WR-TIMEZONE", ""))
    reading = _Reading(named if is_zone(named) and not insist else zone, now, insist=insist)
    try:
        return reading.read(components)
    except _Unfit as unfit:
        raise NidaError(f"{name}: {_said(unfit.component)} {unfit}") from None


def _parsed(content: bytes, name: str) -> list[Component]:
    try:
        with warnings.catch_warnings(action="ignore"):  # of guesses at zones, which are looked at below
            calendars = Calendar.from_ical(content, multiple=True)
    except _BROKEN as error:
        said = " ".join(str(error).split())[:120]
        raise NidaError(f"{name} is not a calendar file: {said or type(error).__name__}.") from None
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise NidaError(f"{name} is not a calendar file: those go from BEGIN:VCALENDAR to END:VCALENDAR.")
    return list(calendars)


class _Unfit(Exception):
    """The sentence goes on from the event's title."""

    def __init__(self, component: Component, sentence: str) -> None:
        super().__init__(sentence)
        self.component = component


class _Reading:
    def __init__(self, zone: str, now: datetime, *, insist: bool) -> None:
        self._zone = zone
        self._now = now
        self._insist = insist
        self._notes: list[str] = []

    def read(self, components: Iterable[Component]) -> CalendarFile:
        wanted = [component for component in components if self._is_wanted(component)]
        apart = [component for component in wanted if component.get("RECURRENCE-ID") is not None]
        rest = [component for component in wanted if component.get("RECURRENCE-ID") is None]
        series = [component for component in rest if component.get("RRULE") is not None or component.get("RDATE") is not None]
        if len(series) > MOST_SERIES:
            raise _Unfit(series[MOST_SERIES], f"is one repeated event too many; at most {MOST_SERIES} are read.")
        _ensure_each_once(rest)
        events = {each.uid: each for component in rest for each in self._events(component)}
        events |= {each.uid: each for each in map(self._put_off, apart)}
        if len(events) > MOST_EVENTS:
            raise _Unfit(series[0], f"and the others repeated come to {len(events):,} events; at most {MOST_EVENTS:,} are read.")
        return CalendarFile(tuple(sorted(events.values(), key=lambda each: (each.starts, each.uid))), tuple(self._notes))

    def _is_wanted(self, component: Component) -> bool:
        starts = _time(component, "DTSTART")
        if str(component.get("CLASS", "")).upper() in _CLOSED:
            why = "is marked as private"
        elif starts is None:
            why = "has no date that can be read"
        elif not isinstance(starts, datetime):
            why = "has a day but no time of day; write it into a content file"
        else:
            return True
        self._notes.append(f"{_said(component)} {why}: left out.")
        return False

    def _events(self, component: Component) -> Iterator[CalendarEvent]:
        event = self._event(component)
        if component.get("RRULE") is None and component.get("RDATE") is None:
            yield event
            return
        lasts = event.ends - event.starts if event.ends else None
        for starts in self._repeated(component, event):
            yield replace(event, uid=_uid_of(event.uid, starts), starts=starts, ends=starts + lasts if lasts else None)

    def _repeated(self, component: Component, event: CalendarEvent) -> list[datetime]:
        try:
            return occurrences(component, event.starts, event.timezone, self._now)
        except TooOften:
            raise _Unfit(
                component,
                f"repeats oftener, or for longer, than hearings do; read are at most {MOST_REPEATED} in the coming year, by "
                "days, weeks, months or years.",
            ) from None
        except _BROKEN:
            raise _Unfit(component, "has a rule of repetition that means nothing; mend the file.") from None

    def _put_off(self, component: Component) -> CalendarEvent:
        """An occurrence of a series that is not as the rule has it."""
        event, of = self._event(component), _time(component, "RECURRENCE-ID")
        if not isinstance(of, datetime):
            raise _Unfit(component, "stands for another occurrence, but not for one with a time; mend the file.")
        return replace(event, uid=_uid_of(event.uid, _representable(component, lambda: wall_in(of, event.timezone))))

    def _event(self, component: Component) -> CalendarEvent:
        starts, zone = self._begin(component)
        place = _line(component, "LOCATION")
        online = next((each for each in (_line(component, "CONFERENCE"), place) if _is_link(each)), "")
        url = _line(component, "URL")
        return CalendarEvent(
            uid=_uid(component),
            title=_line(component, "SUMMARY"),
            starts=starts,
            ends=self._end(component, starts, zone),
            timezone=zone,
            status=_line(component, "STATUS").upper(),
            venue="" if _is_link(place) else _text(component, "LOCATION"),
            about=_text(component, "DESCRIPTION"),
            url=url if _is_link(url) else "",
            online=online,
        )

    def _begin(self, component: Component) -> tuple[datetime, str]:
        value = _one(component, "DTSTART")
        moment: datetime = value.dt
        named = str(value.params.get("TZID", "")) or str(getattr(moment.tzinfo, "key", ""))
        if not named and moment.tzinfo is None:
            return moment, self._zone
        zone = _known(named) or _known(str(getattr(moment.tzinfo, "key", "")))
        if zone is None and not self._insist:
            raise _Unfit(
                component, f"is in the time zone {named!r}, which is none of the IANA list; say with --zone which is meant."
            )
        zone = self._zone if zone in {None, "UTC", "Etc/UTC"} else str(zone)
        return _representable(component, lambda: wall_in(moment, zone)), zone

    def _end(self, component: Component, starts: datetime, zone: str) -> datetime | None:
        ends, lasts = _time(component, "DTEND"), _time(component, "DURATION")
        if isinstance(ends, datetime):
            wall = _representable(component, lambda: wall_in(ends, zone))
        else:
            wall = _representable(component, lambda: starts + lasts if isinstance(lasts, timedelta) else starts)
        return wall if wall > starts else None


def _ensure_each_once(components: Iterable[Component]) -> None:
    seen: set[str] = set()
    for component in components:
        if (uid := _uid(component)) in seen:
            raise _Unfit(component, f"has the UID {uid} of another event; each needs its own.")
        seen.add(uid)


def _uid(component: Component) -> str:
    uid = _line(component, "UID")
    if not uid or len(uid) > LONGEST_UID:
        raise _Unfit(component, f"needs a UID of 1 to {LONGEST_UID} letters, by which it is known again; mend the file.")
    return uid


def _uid_of(uid: str, original: datetime) -> str:
    """Of an occurrence: it stays when that one is put off."""
    return f"{uid}/{original:%Y%m%dT%H%M%S}"


def _known(zone: str) -> str | None:
    """The name of the IANA list at the end of it: some write a path in front."""
    parts = zone.strip("/").split("/")
    names = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((name for name in names if is_zone(name)), None)


def _representable(component: Component, wall: Callable[[], datetime]) -> datetime:
    try:
        return wall()
    except (OverflowError, ValueError):
        raise _Unfit(component, "is at a time that no clock shows; mend the file.") from None


def _one(component: Component, name: str) -> Any:
    value = component.get(name)
    return value[0] if isinstance(value, list) else value


def _time(component: Component, name: str) -> object:
    """None where it cannot be read."""
    try:
        return _one(component, name).dt
    except _BROKEN:
        return None


def _text(component: Component, name: str) -> str:
    return str(_one(component, name) or "").strip()


def _line(component: Component, name: str) -> str:
    return " ".join(_text(component, name).split())


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text


def _said(component: Component) -> str:
    title = _line(component, "SUMMARY")[:60]
    return f"“{title}”" if title else "an event without a title"
