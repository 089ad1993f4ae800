"""The occurrences of a repeated event to come within a year, as a calendar's rule has them.

A rule may be written to keep its reader busy for ever: only plain ones are reckoned, and each only as far as the horizon.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, takewhile
from typing import Any, Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Component

MOST_REPEATED: Final = 60
AHEAD: Final = timedelta(days=366)
_LONGEST_AGO: Final = timedelta(days=20 * 366)
_FREQUENCIES: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYWEEKNO", "BYYEARDAY", "WKST"}
)
_MOST_IN_A_PART: Final = 40


class TooOften(ValueError):
    """More occurrences, or over a longer time, than anybody holds hearings."""


def occurrences(component: Component, first: datetime, zone: str, now: datetime) -> list[datetime]:
    """Wall times on the clocks of the event, whose first one is `first`, from `now` on. Raises TooOften, and ValueError for a
    rule that means nothing."""
    since, until = (wall_in(moment, zone) for moment in (now, now + AHEAD))
    if first < since - _LONGEST_AGO or component.get("EXRULE") is not None:
        raise TooOften
    left_out, found = _listed(component, "EXDATE", zone), set[datetime]()
    for each in chain([first], _listed(component, "RDATE", zone), _ruled(component, first, zone, until)):
        if since <= each <= until and each not in left_out:
            found.add(each)
        if len(found) > MOST_REPEATED:
            raise TooOften
    return sorted(found)


def wall_in(moment: datetime, zone: str) -> datetime:
    """On the clocks of the zone; what has none is taken to be so already."""
    return moment if moment.tzinfo is None else moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _ruled(component: Component, first: datetime, zone: str, until: datetime) -> Iterator[datetime]:
    rule = component.get("RRULE")
    if rule is None:
        return iter(())
    if isinstance(rule, list):
        raise TooOften
    _ensure_plain(rule)
    count, end = _number(rule, "COUNT"), _end(rule, zone)
    parts = type(rule)({name: values for name, values in rule.items() if name.upper() not in {"COUNT", "UNTIL"}})
    # Without its own end, and with the horizon's: a rule that nothing fulfils would be reckoned up to the year 9999.
    reckoned: Any = rrulestr(parts.to_ical().decode(), dtstart=first).replace(until=min(until, end) if end else until)
    return (each for _, each in takewhile(lambda pair: count is None or pair[0] < count, enumerate(reckoned)))


def _ensure_plain(rule: Any) -> None:
    frequencies = {str(each).upper() for each in rule.get("FREQ", [])}
    longest = max((len(values) for values in rule.values() if isinstance(values, list)), default=0)
    if not {name.upper() for name in rule} <= _PARTS or longest > _MOST_IN_A_PART:
        raise TooOften
    if not frequencies or not frequencies <= _FREQUENCIES or (_number(rule, "INTERVAL") or 1) > 1000:
        raise TooOften


def _number(rule: Any, part: str) -> int | None:
    values = rule.get(part)
    if values is None:
        return None
    number = int(values[0] if isinstance(values, list) else values)
    if number < 1:
        raise ValueError(f"{part} is {number}")
    return number


def _end(rule: Any, zone: str) -> datetime | None:
    values = rule.get("UNTIL")
    value = values[0] if isinstance(values, list) else values
    if isinstance(value, datetime):
        return wall_in(value, zone)
    return datetime.combine(value, time.max) if isinstance(value, date) else None


def _listed(component: Component, name: str, zone: str) -> set[datetime]:
    """Of a list of dates; what is only a day is none of ours, which have a time."""
    value = component.get(name)
    lists = value if isinstance(value, list) else [value] if value is not None else []
    each = [entry.dt[0] if isinstance(entry.dt, tuple) else entry.dt for one in lists for entry in one.dts]
    return {wall_in(moment, zone) for moment in each if isinstance(moment, datetime)}
