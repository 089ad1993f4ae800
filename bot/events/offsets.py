"""How long before an event somebody is reminded. Kept as bits, so that an audience is one SQL condition."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot.daytime import DAY
from bot.offsets import OFFSETS, parse, written

__all__ = ["OFFSETS", "before", "bit_of", "bits_of", "offsets_of", "parse", "written"]


def bit_of(minutes: int) -> int:
    """Raises ValueError for what nobody can be reminded at."""
    return 1 << OFFSETS.index(minutes)


def bits_of(offsets: Iterable[int]) -> int:
    return sum(bit_of(minutes) for minutes in set(offsets))


def offsets_of(bits: int) -> tuple[int, ...]:
    """In minutes, longest first."""
    return tuple(sorted((minutes for place, minutes in enumerate(OFFSETS) if bits & 1 << place), reverse=True))


def before(minutes: int) -> timedelta:
    return timedelta(minutes=minutes)


FAR: Final = bits_of(minutes for minutes in OFFSETS if minutes >= DAY)
"""A day or more before: what those are reminded at who did not say whether they come."""
