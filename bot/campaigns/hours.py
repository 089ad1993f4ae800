"""When an office answers the telephone: days of the week and hours there, as an editor writes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from bot.daytime import DAY, Hours, instant

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART: Final = re.compile(r"([a-z]{3})(?:\s*-\s*([a-z]{3}))?\s+(\S+)")
_FAULT: Final = 'is not a list of hours; write it like "mon-thu 09:00-17:00, fri 09:00-12:30"'


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of some days of the week (Monday is 0), in minutes after midnight; it ends on the day it begins."""

    days: tuple[int, ...]
    start: int
    end: int

    def on(self, day: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The moments at which it begins and ends on that day."""
        return instant(day + timedelta(minutes=self.start), zone), instant(day + timedelta(minutes=self.end), zone)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    spans: tuple[Span, ...]
    zone: ZoneInfo

    @classmethod
    def parse(cls, written: str, zone: ZoneInfo) -> Self:
        """Raises ValueError, saying what it should be."""
        return cls(tuple(_span(part.strip()) for part in written.lower().split(",")), zone)

    def open_until(self, now: datetime) -> datetime | None:
        """When they stop answering today; None when nobody answers now."""
        return max((end for start, end in self._around(now, range(-1, 1)) if start <= now < end), default=None)

    def next_open(self, now: datetime) -> tuple[datetime, datetime] | None:
        """From when to when they answer next, where they do not now."""
        return min((stretch for stretch in self._around(now, range(9)) if stretch[0] > now), default=None)

    def _around(self, now: datetime, days: range) -> Iterator[tuple[datetime, datetime]]:
        today = datetime.combine(now.astimezone(self.zone).date(), time())
        for offset in days:
            day = today + timedelta(days=offset)
            yield from (span.on(day, self.zone) for span in self.spans if day.weekday() in span.days)


def _span(part: str) -> Span:
    found = _PART.fullmatch(part)
    if found is None or found[1] not in DAYS or (found[2] or found[1]) not in DAYS:
        raise ValueError(_FAULT)
    try:
        hours = Hours.parse(found[3])
    except ValueError:
        raise ValueError(_FAULT) from None
    end = hours.end or DAY
    if end <= hours.start:
        raise ValueError("ends before it begins; write hours over midnight as those of two days")
    first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
    return Span(tuple((first + n) % 7 for n in range((last - first) % 7 + 1)), hours.start, end)
