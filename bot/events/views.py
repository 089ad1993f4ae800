"""What services hand out about events: plain values, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.daytime import instant
from bot.events.models import EventKind, EventStatus
from bot.events.offsets import FAR
from bot.language import Translated, Written
from bot.storage.asking import Page
from bot.supporters.answers import Answer

__all__ = ["Answered", "Attendance", "EventCard", "EventDraft", "EventEntry", "EventView", "Page", "Reply"]

LASTS: Final = timedelta(hours=12)
"""Whatever says nothing of its end is over by then."""
OVER: Final = frozenset({EventStatus.HEARD, EventStatus.OUTCOME})


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as anybody sees it. `starts` and `ends` are wall time at the place, `starts_at` is aware, in UTC; all three
    are empty while no date is set. `remind` are the bits of its own reminders, its kind's where it has none."""

    id: int
    slug: str
    kind: EventKind
    status: EventStatus
    title: Translated
    starts: datetime | None
    ends: datetime | None
    timezone: str
    starts_at: datetime | None
    expected: Translated | None
    about: Translated | None
    venue: Translated | None
    map: str | None
    url: str | None
    asked: Translated | None
    bring: Translated | None
    arrive: Translated | None
    access: Translated | None
    phones: Translated | None
    source: str | None
    capacity: int | None
    remind: int
    uid: str | None
    sequence: int
    changed_at: datetime
    outcome: str | None
    case_id: int | None
    case_slug: str | None
    case_title: Translated | None

    @property
    def is_going_ahead(self) -> bool:
        """Whether it has a date that holds."""
        return self.starts_at is not None and self.status not in {EventStatus.CANCELLED, *OVER}

    @property
    def ends_at(self) -> datetime | None:
        """The moment that follows from `ends`."""
        return instant(self.ends, ZoneInfo(self.timezone)) if self.ends is not None else None

    def is_over(self, now: datetime) -> bool:
        if self.starts_at is None or self.status in OVER:
            return self.status in OVER
        return (self.ends_at or self.starts_at + LASTS) <= now

    def to_json(self) -> dict[str, Any]:
        """For the ledger, which freezes what is sent."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "EventView":
        return cls(**{field.name: _read(field.name, stored.get(field.name)) for field in fields(cls)})


_MOMENTS: Final = frozenset({"starts", "ends", "starts_at", "changed_at"})
_TEXTS: Final = frozenset({"title", "expected", "about", "venue", "asked", "bring", "arrive", "access", "phones", "case_title"})


def _plain(value: Any) -> Any:
    if isinstance(value, Translated):
        return value.to_json()
    return value.isoformat() if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name in _TEXTS:
        return Translated.from_json(value)
    return {"kind": EventKind, "status": EventStatus}[name](value) if name in {"kind", "status"} else value


@dataclass(frozen=True, slots=True)
class Attendance:
    """What one person said to an event; None where they did not, or their no was to a date it no longer has. `reminders` are
    the bits they chose, None for the event's own; `ahead` is how many wait before them."""

    answer: Answer | None
    reminders: int | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event as one person sees it. `follows_case` says that they follow its case and hear of
    such events through it."""

    event: EventView
    attendance: Attendance | None
    follows_case: bool
    free: int | None
    """Places left; None where there is no limit."""

    @property
    def is_concerned(self) -> bool:
        """Whether this person hears of it."""
        return self.follows_case if self.answer is None else self.answer is not Answer.DECLINED

    @property
    def answer(self) -> Answer | None:
        return None if self.attendance is None else self.attendance.answer

    @property
    def reminders(self) -> int:
        """The bits of when this person is reminded, as things stand."""
        if not self.is_concerned:
            return 0
        if self.attendance is not None and self.attendance.reminders is not None:
            return self.attendance.reminders
        return self.event.remind if self.answer in {Answer.COMING, Answer.ONLINE} else self.event.remind & FAR


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event in a list, with what the person who looks at it answered."""

    event: EventView
    answer: Answer | None


class Reply(StrEnum):
    """What became of somebody's answer."""

    KEPT = "kept"
    FULL = "full"  # no place is free: they may wait for one
    UNDATED = "undated"
    CANCELLED = "cancelled"
    OVER = "over"
    GONE = "gone"  # the event or the person is not there any more


@dataclass(frozen=True, slots=True)
class Answered:
    """`card` is the event as it is after that; None where it is gone."""

    reply: Reply
    card: EventCard | None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as an editor wrote it: texts by language, wall times without a zone, `case` and `outcome` slugs, `remind` in
    minutes or None for the usual. `exported` says that it is the record of what was kept once, and may be over by now."""

    slug: str
    kind: EventKind
    status: EventStatus
    timezone: str
    title: Mapping[str, Written]
    case: str | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    expected: Mapping[str, Written] | None = None
    about: Mapping[str, Written] | None = None
    venue: Mapping[str, Written] | None = None
    map: str | None = None
    url: str | None = None
    asked: Mapping[str, Written] | None = None
    bring: Mapping[str, Written] | None = None
    arrive: Mapping[str, Written] | None = None
    access: Mapping[str, Written] | None = None
    phones: Mapping[str, Written] | None = None
    source: str | None = None
    capacity: int | None = None
    remind: tuple[int, ...] | None = None
    uid: str | None = None
    outcome: str | None = None
    exported: bool = field(default=False, compare=False)
