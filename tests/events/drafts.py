"""Events as an editor writes them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.events.models import EventKind, EventStatus
from bot.events.views import EventDraft

WALL = datetime(2026, 12, 3, 10, 0)
EVENT = EventDraft(
    slug="north-gate-five-appeal",
    kind=EventKind.HEARING,
    status=EventStatus.LISTED,
    timezone="Europe/London",
    title={"en": "The appeal", "ar": "الاستئناف", "ur": "اپیل کی سماعت"},
    starts=WALL,
    venue={"en": "Aldermere Crown Court, court 3", "ur": "Aldermere Crown Court، کمرہ 3"},
    about={"en": "The court hears whether the recording counts."},
)
PROVISIONAL = replace(EVENT, slug="expected", status=EventStatus.PROVISIONAL, starts=None, expected={"en": "In December"})


def event(slug: str, **values: Any) -> EventDraft:
    return replace(EVENT, slug=slug, **values)
