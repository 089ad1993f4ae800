"""Wall time: when it is what time where, over nights on which the clocks change."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Self
from zoneinfo import ZoneInfo, available_timezones

DAY: Final = 24 * 60
"""Minutes on a clock."""
_HOURS: Final = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)")


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of every day, in minutes after midnight; over midnight where it ends before it begins, and empty where it
    ends as it begins, so that there is always a moment outside."""

    start: int
    end: int

    @classmethod
    def parse(cls, written: str) -> Self:
        """Raises ValueError, saying what it should be."""
        found = _HOURS.fullmatch(written.strip())
        numbers = [int(part) for part in found.groups()] if found else []
        if not numbers or max(numbers[0], numbers[2]) > 24 or max(numbers[1], numbers[3]) > 59:
            raise ValueError("is not a stretch of the day; write one like 22:00-08:00")
        return cls((numbers[0] * 60 + numbers[1]) % DAY, (numbers[2] * 60 + numbers[3]) % DAY)

    def __str__(self) -> str:
        return f"{self.start // 60:02}:{self.start % 60:02}-{self.end // 60:02}:{self.end % 60:02}"

    def __contains__(self, minute: int) -> bool:
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def next_inside(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first moment from now on that lies in it."""
        return now if _minute(now, zone) in self else next_time(now, self.start, zone)

    def next_outside(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first moment from now on that does not lie in it."""
        return next_time(now, self.end, zone) if _minute(now, zone) in self else now


async def forget_zones() -> None:
    """Their rules may come anew, with an update of the system, while this runs: each process reads them again from then on."""
    ZoneInfo.clear_cache()
    _zones.cache_clear()


def is_zone(name: str) -> bool:
    """Whether it is a time zone of the IANA list."""
    return name in _zones()


@cache
def _zones() -> set[str]:
    """Looked up once: it is a walk through hundreds of files, which took longer than all else that an editor's file is asked."""
    return available_timezones()


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in the zone shows this: the first time where it does so twice, and where the clocks skip it the moment
    they do."""
    return _instants(wall, zone)[0]


def next_time(now: datetime, minute: int, zone: ZoneInfo, weekday: int | None = None) -> datetime:
    """The first moment from now on at which a clock in the zone shows so many minutes after midnight, on that day of the
    week (Monday is 0) or on any."""
    day = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    while True:
        at = [moment for moment in _instants(day + timedelta(minutes=minute), zone) if moment >= now]
        if at and weekday in {None, day.weekday()}:
            return at[0]
        day += timedelta(days=1)


def _instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return (first, second) if first <= second else (_skip(second, first, zone),)


def _minute(now: datetime, zone: ZoneInfo) -> int:
    there = now.astimezone(zone)
    return there.hour * 60 + there.minute


def _skip(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second in between at which the clocks go forward."""
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=1) // 2)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == offset else (early, middle)
    return late
