"""What services hand out about events: plain values, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from bot.events.models import EventKind, EventStatus
from bot.language import Translated, Written
from bot.supporters.answers import Answer

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
    """What one person said to an event. `reminders` are the bits they chose, None for the event's own; `ahead` is how many
    wait before them."""

    answer: Answer
    reminders: int | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event as one person sees it. `follows_case` says that they follow its case."""

    event: EventView
    attendance: Attendance | None
    follows_case: bool
    free: int | None
    """Places left; None where there is no limit."""


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as an editor wrote it: texts by language, wall times without a zone, `case` the case's slug, `remind` in minutes
    or None for the usual."""

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
