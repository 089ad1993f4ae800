"""When things about an event happen: pure functions of its wall time, its zone's rules, and the time."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.daytime import DAY, Hours, instant

WAKING: Final = Hours(8 * 60, 21 * 60)
"""When people are reminded of what is days away, on their own clocks."""
THE_DAY: Final = timedelta(hours=24)
AT_STAKE: Final = 5 * DAY
"""Reminders as long as this before say what is at stake, in minutes; those as long as a day how to plan the journey, shorter
ones where to stand."""


def begins(starts: datetime, timezone: str) -> datetime:
    """The moment at which a clock at the place shows that, in UTC: the first of two, and where the clocks skip it the moment
    they do."""
    return instant(starts, ZoneInfo(timezone))


def useful_until(begins: datetime, minutes: int) -> datetime:
    """From when on a reminder of so long before would come too late for what it is about."""
    if minutes >= AT_STAKE:
        return begins - timedelta(days=1)
    return begins - timedelta(hours=3) if minutes >= DAY else begins


def is_within_the_day(begins: datetime | None, now: datetime) -> bool:
    """Whether people may be getting ready, on their way or there."""
    return begins is not None and abs(begins - now) <= THE_DAY
