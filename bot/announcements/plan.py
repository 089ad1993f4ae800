"""When an announcement is to go: what staff asked for, as they wrote it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self
from zoneinfo import ZoneInfo

from bot.daytime import Hours, instant, is_zone
from bot.delivery.timing import Timing
from bot.errors import Misuse, NidaError

LONGEST_REASON: Final = 200
_WRITTEN: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(?:\s*(Z|[+-]\d\d:\d\d)|\s+(\S+))?")
_EXAMPLE: Final = "write it like 2026-12-01 18:00"


@dataclass(frozen=True, slots=True)
class Plan:
    """`at` is a moment for everybody, `at_local` a wall time in each reader's zone, `window` the hours in which it may arrive
    there. Urgent, it goes before others and into quiet hours; why, is noted."""

    at: datetime | None = None
    at_local: datetime | None = None
    window: Hours | None = None
    urgent_reason: str | None = None

    @classmethod
    def parse(cls, at: str | None, at_local: str | None, window: str | None, urgent: str | None, zone: ZoneInfo) -> Self:
        """Raises Misuse with one sentence. `zone` is the one of a time without any."""
        return cls(
            _moment("--at", at, zone) if at is not None else None,
            _wall("--at-local", at_local) if at_local is not None else None,
            _window(window) if window is not None else None,
            _reason(urgent) if urgent is not None else None,
        )

    @property
    def timing(self) -> Timing:
        return Timing(self.at_local, self.window)

    def starts_at(self, now: datetime, zones: set[str]) -> datetime | None:
        """When the first may get it; None for now. Raises NidaError when that is over already."""
        if self.at is not None and self.at <= now:
            raise NidaError(f"{self.at:%Y-%m-%d %H:%M} UTC is over; give a time that is still to come.")
        if self.at_local is None:
            return self.at
        first, zone = min((instant(self.at_local, ZoneInfo(zone)), zone) for zone in zones)
        if first <= now:
            raise NidaError(f"In {zone} it is past {self.at_local:%Y-%m-%d %H:%M} already; give a later time.")
        return first if self.at is None else max(first, self.at)


AT_ONCE: Final = Plan()


def _moment(option: str, written: str, zone: ZoneInfo) -> datetime:
    found = _WRITTEN.fullmatch(written.strip())
    if not found:
        raise Misuse(f"{option}: {written!r} is no time; {_EXAMPLE}, or with an offset or a zone: 2026-12-01 18:00 Asia/Karachi.")
    day, time, offset, name = found.groups()
    if name is not None and not is_zone(name):
        raise Misuse(f"{option}: there is no time zone {name!r}; write one of the IANA list, like Asia/Karachi.")
    if offset:
        return _read(option, f"{day}T{time}{offset}").astimezone(UTC)
    return instant(_read(option, f"{day}T{time}"), ZoneInfo(name) if name else zone)


def _wall(option: str, written: str) -> datetime:
    found = _WRITTEN.fullmatch(written.strip())
    if not found or found[3] or found[4]:
        raise Misuse(f"{option}: {written!r} is no time on everybody's own clock; {_EXAMPLE}, without a zone.")
    return _read(option, f"{found[1]}T{found[2]}")


def _read(option: str, written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise Misuse(f"{option}: there is no such day or time as {written.replace('T', ' ')}.") from None


def _window(written: str) -> Hours:
    try:
        window = Hours.parse(written)
    except ValueError as error:
        raise Misuse(f"--window: {written!r} {str(error).replace('22:00-08:00', '09:00-21:00')}.") from None
    if window.is_empty:
        raise Misuse(f"--window: {written} is empty, so it would never go; give hours like 09:00-21:00, or leave it out.")
    return window


def _reason(written: str) -> str:
    reason = " ".join(written.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Misuse(f"--urgent: say in at most {LONGEST_REASON} letters why it cannot wait; it is kept with the account.")
    return reason
