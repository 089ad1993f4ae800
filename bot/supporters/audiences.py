"""Every kind of audience, as it is written down with what goes to it."""

from collections.abc import Mapping
from typing import Any

from bot.supporters.ask_audience import AskAudience, is_call
from bot.supporters.audience import Audience
from bot.supporters.event_audience import EventAudience, is_of_event
from bot.supporters.news_audience import NewsAudience, is_of_petition

Concerned = EventAudience | NewsAudience | AskAudience
"""Of whom it is asked once more, right before it is sent to them, whether it still concerns them."""
AnyAudience = Audience | Concerned


def audience_from_json(stored: Mapping[str, Any]) -> AnyAudience:
    if is_of_event(stored):
        return EventAudience.from_json(stored)
    if is_of_petition(stored):
        return NewsAudience.from_json(stored)
    return AskAudience.from_json(stored) if is_call(stored) else Audience.from_json(stored)
