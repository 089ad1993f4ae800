"""How long before an event somebody is reminded, as editors and operators write it."""

import re
from typing import Final

OFFSETS: Final = (30, 60, 2 * 60, 3 * 60, 4 * 60, 6 * 60, 12 * 60, *(days * 24 * 60 for days in (1, 2, 3, 5, 7, 14, 30)))
"""In minutes, shortest first. New ones go at the end: a bit is the place in this list."""
_UNITS: Final = {"d": 24 * 60, "h": 60, "m": 1}
_WRITTEN: Final = re.compile(r"(\d{1,3})([dhm])")


def written(minutes: int) -> str:
    """As editors write it: 7d, 2h, 30m."""
    unit = next(unit for unit, size in _UNITS.items() if minutes % size == 0)
    return f"{minutes // _UNITS[unit]}{unit}"


def parse(offset: str) -> int:
    """In minutes. Raises ValueError, saying what it should be."""
    found = _WRITTEN.fullmatch(offset.strip())
    minutes = int(found[1]) * _UNITS[found[2]] if found else 0
    if minutes not in OFFSETS:
        raise ValueError(f"{offset!r} is not one of {', '.join(written(each) for each in sorted(OFFSETS))}")
    return minutes
