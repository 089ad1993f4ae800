"""When one person may get a broadcast: a pure function of what staff asked for, what the person wants, and the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from bot.daytime import DAY, Hours, instant, next_time

DIGEST_TIME: Final = 18 * 60
"""In minutes after midnight, on the reader's clock: after work and prayer, before the quiet of most."""
GRACE: Final = timedelta(hours=1)
"""How late a sending may begin without anybody's word, when nothing ran at its time."""
DIGEST_WEEKDAY: Final = 5
"""Saturday: no working day in London, Karachi, Amman, Cairo or Riyadh, and before the courts' week begins in any of them."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What staff asked for. `at_local` is a wall time in each reader's zone, `window` the hours in which it may arrive there;
    `not_before` lets what happens in a case within minutes be gathered. From `until` on it is of no use any more: then it is
    sent to nobody, and before that nobody's hours are waited for. What is urgent goes into quiet hours, unless it is for
    people who are `waking`.
    """

    at_local: datetime | None = None
    window: Hours | None = None
    not_before: datetime | None = None
    until: datetime | None = None
    waking: bool = False

    def to_json(self) -> dict[str, Any] | None:
        written = {
            "at_local": self.at_local.isoformat() if self.at_local else None,
            "window": str(self.window) if self.window else None,
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "until": self.until.isoformat() if self.until else None,
            "waking": self.waking or None,
        }
        return {key: value for key, value in written.items() if value is not None} or None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        def moment(key: str) -> datetime | None:
            return datetime.fromisoformat(stored[key]) if stored and key in stored else None

        window = Hours.parse(stored["window"]) if stored and "window" in stored else None
        return cls(moment("at_local"), window, moment("not_before"), moment("until"), bool(stored and stored.get("waking")))

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until


AT_ONCE: Final = Timing()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person wants. `digest_days` is 0 for each message at once, 1 for a day's together, 7 for a week's."""

    zone: str
    quiet: Hours | None = None
    digest_days: int = 0


@dataclass(frozen=True)
class QuietHours:
    """Those of people who have not chosen their own: their country's, else the configured ones."""

    usual: Hours | None = None
    by_region: Mapping[str, Hours] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return self.usual is not None or bool(self.by_region)

    def of(self, start: int | None, end: int | None, region: str | None) -> Hours | None:
        if start is not None and end is not None:
            return Hours(start, end) if start != end else None
        return self.by_region.get(region or "", self.usual)


def missed(due: datetime) -> str:
    """Why something is held that should have gone then."""
    was_due = f"It was due at {due:%Y-%m-%d %H:%M} UTC, when nothing ran"
    return f"{was_due}; `nida deliveries resume` sends it now, `nida deliveries cancel` drops it."


def goes_at(timing: Timing, wishes: Wishes, now: datetime, *, urgent: bool = False, waited: bool = False) -> datetime:
    """From when on it may go: `now` when it may at once. Urgent goes into quiet hours and past digests, but keeps the time
    and the window staff gave it. What has `waited` was already kept for its digest, or for what else happens in its case.
    What would be of no use any more by then waits for nobody's hours.
    """
    zone = ZoneInfo(wishes.zone)
    at = asked = now if timing.at_local is None else max(now, instant(timing.at_local, zone))
    if not urgent and not waited:
        at = max(at, timing.not_before or at)
        if wishes.digest_days:
            at = next_time(at, DIGEST_TIME, zone, DIGEST_WEEKDAY if wishes.digest_days > 1 else None)
    quiet = None if urgent and not timing.waking else wishes.quiet
    window = timing.window if timing.window and _meet(timing.window, quiet) else None
    at = _within(at, zone, window, quiet)
    return asked if timing.is_over(at) else at


def _within(at: datetime, zone: ZoneInfo, window: Hours | None, quiet: Hours | None) -> datetime:
    while True:
        later = window.next_inside(at, zone) if window else at
        later = quiet.next_outside(later, zone) if quiet else later
        if later == at:
            return at
        at = later


@lru_cache(maxsize=1024)
def _meet(window: Hours, quiet: Hours | None) -> bool:
    """Whether any minute of the window is not quiet. Where none is, the person's wish is the stronger."""
    return any(minute in window and (quiet is None or minute not in quiet) for minute in range(DAY))
