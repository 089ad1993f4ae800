"""The format of calendar files (RFC 5545), as far as we write it: lines, and the rules of a time zone.

Why it is written here, and only read by a library: docs/decisions/0015-calendars.md.
"""

import re
import zoneinfo
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

LONGEST_LINE: Final = 75
"""Octets, without the line's end."""
_SPECIAL: Final = re.compile(r"[\\;,]")
_UNWANTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_UNQUOTED: Final = re.compile(r'["\n\t]')
_EVER: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time


def file_of(lines: Iterable[str]) -> bytes:
    return b"".join([_folded(line.encode()) for line in lines])


def text(value: str) -> str:
    """As the value of a property that holds text."""
    return _SPECIAL.sub(r"\\\g<0>", _UNWANTED.sub("", value)).replace("\n", "\\n")


def quoted(value: str) -> str:
    """As the value of a parameter, which has no way to escape a quotation mark."""
    return f'"{_UNQUOTED.sub(" ", _UNWANTED.sub("", value))}"'


def wall(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "")


def utc(moment: datetime) -> str:
    return f"{wall(moment.astimezone(UTC))}Z"


def _folded(line: bytes) -> bytes:
    """Never inside a letter: those of Arabic script have two octets and more."""
    if len(line) <= LONGEST_LINE:
        return line + b"\r\n"
    pieces, start, end = [], 0, LONGEST_LINE
    while end < len(line):
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start, end = end, end + LONGEST_LINE - 1
    return b"\r\n ".join([*pieces, line[start:]]) + b"\r\n"


def zone_lines(name: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """A VTIMEZONE right for these years: what its clocks showed before, and each change in them as one of its own."""
    return _zone_lines(name, first_year, last_year, _edition(name))


def _edition(name: str) -> tuple[int, ...]:
    """By what one tells that the system brought other rules; of those that come with the program there is one."""
    for folder in zoneinfo.TZPATH:
        with suppress(OSError):
            found = Path(folder, name).stat()
            return found.st_ino, found.st_mtime_ns, found.st_size
    return ()


@lru_cache(maxsize=512)
def _zone_lines(name: str, first_year: int, last_year: int, _: tuple[int, ...]) -> tuple[str, ...]:
    zone = ZoneInfo.no_cache(name)
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    lines = [*_observed(zone, moment, _EVER, _offset(zone, moment))]
    while (change := _next_change(zone, moment, end)) is not None:
        before = _offset(zone, change - timedelta(seconds=1))
        onset = (change + before).replace(tzinfo=None)  # on the clock as it went until then
        lines += _observed(zone, change, onset, before)
        moment = change
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE")


def _observed(zone: ZoneInfo, at: datetime, onset: datetime, before: timedelta) -> Iterator[str]:
    there = at.astimezone(zone)
    kind = "DAYLIGHT" if there.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{wall(onset)}"
    yield f"TZOFFSETFROM:{_written(before)}"
    yield f"TZOFFSETTO:{_written(_offset(zone, at))}"
    yield f"TZNAME:{text(there.tzname() or zone.key)}"
    yield f"END:{kind}"


def _next_change(zone: ZoneInfo, after: datetime, end: datetime) -> datetime | None:
    """The first moment, to the second, at which the clocks go otherwise."""
    offset, low = _offset(zone, after), after
    while _offset(zone, low) == offset:
        low += timedelta(days=1)
        if low > end:
            return None
    high, low = low, low - timedelta(days=1)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _written(offset: timedelta) -> str:
    sign, seconds = ("-", -offset) if offset < timedelta() else ("+", offset)
    minutes, rest = divmod(int(seconds.total_seconds()), 60)
    return f"{sign}{minutes // 60:02}{minutes % 60:02}{f'{rest:02}' if rest else ''}"
