"""What goes into the ledger about an event: frozen as it is then, to be put into words for each reader when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.events.models import EventKind, EventStatus
from bot.events.views import EventView
from bot.language import Translated
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.kinds import Kind

CARDS: Final = 3
"""Of one person's, that are put right when the event changes: those they opened last."""
GOES_AHEAD: Final = frozenset({EventStatus.LISTED, EventStatus.ADJOURNED, EventStatus.MOVED})


class Notice(StrEnum):
    REMINDER = "reminder"
    CHANGE = "change"
    CARD = "card"  # the event as it is now
    PLACE = "place"  # who waited has one
    THANKS = "thanks"


def content(event: EventView, notice: Notice, source_locale: str, **more: Any) -> dict[str, Any]:
    """`more` is `minutes` of a reminder; `before`, `reason` and `source` of a change."""
    given = {name: value.to_json() if isinstance(value, Translated) else value for name, value in more.items()}
    held = {name: value for name, value in given.items() if value is not None}
    return {"event": event.to_json(), "notice": notice.value, "locale": source_locale, **held}


Facts = Mapping[str, Any]
FACTS: Final = ("status", "starts", "ends", "timezone", "starts_at", "venue", "url")


def facts_of(event: EventView) -> dict[str, Any]:
    """What a change names side by side with what is so now."""
    whole = event.to_json()
    return {name: whole[name] for name in FACTS if name in whole}


def told(facts: Facts) -> tuple[object, ...]:
    """What of it makes a difference to people: who changes nothing of this has nothing to tell."""
    status = "goes ahead" if facts["status"] in GOES_AHEAD else facts["status"]
    venue = place(Translated.from_json(facts["venue"])) if "venue" in facts else None
    return status, facts.get("starts"), facts.get("ends"), facts["timezone"], venue, facts.get("url")


def place(venue: Translated) -> frozenset[str]:
    """By what it is told from another one: its source text, which is the one that translates no other. A translation that
    comes later moves nothing."""
    return frozenset(held.text for held in venue.texts.values() if held.of is None)


def begins_at(facts: Facts) -> datetime | None:
    return datetime.fromisoformat(facts["starts_at"]) if "starts_at" in facts else None


def audience(event: EventView, wanted: Wanted, **more: Any) -> EventAudience:
    return EventAudience(event.id, event.case_id, told_as(event.kind), wanted, **more)


def told_as(kind: EventKind) -> Kind:
    """What followers of its case mute who do not want to hear of such events."""
    return Kind.HEARING if kind is EventKind.HEARING else Kind.ACTION


def change_subject(slug: str, sequence: int | str) -> str:
    return f"change:{slug}:{sequence}"


def thanks_subject(slug: str, sequence: int) -> str:
    return f"thanks:{slug}:{sequence}"


def reminder_subject(slug: str, sequence: int | str, minutes: int | str) -> str:
    return f"remind:{slug}:{sequence}:{minutes}"


def place_subject(slug: str, which: str) -> str:
    return f"place:{slug}:{which}"


def card_subjects(slug: str) -> tuple[str, ...]:
    """The ledger has one message of a person under each."""
    return (f"card:{slug}", *(f"card:{slug}:{number}" for number in range(2, CARDS + 1)))
