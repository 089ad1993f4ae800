"""What goes into the ledger about a petition: frozen as it is then, to be put into words for each reader when it is sent."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from bot.petitions.views import PetitionView

PETITION: Final = "petition"
"""What is known by this key is about a petition."""


class Notice(StrEnum):
    MILESTONE = "milestone"
    DELIVERED = "delivered"
    OUTCOME = "outcome"
    CALL = "call"  # to sign it


def content(petition: PetitionView, notice: Notice, source_locale: str) -> dict[str, Any]:
    return {PETITION: petition.to_json(), "notice": notice.value, "locale": source_locale}


def petition_of(stored: Mapping[str, Any]) -> tuple[PetitionView, Notice, str]:
    """What `content` wrote: the petition as it was then, what is said of it, and the language its texts fall back to."""
    return PetitionView.from_json(stored[PETITION]), Notice(stored["notice"]), stored["locale"]


def news_subject(slug: str, which: str = "") -> str:
    """Of what is told to those who want to hear how it goes; without more what all these begin with."""
    return f"petition:{slug}:{which}"


def milestone_subject(slug: str, count: int | str = "") -> str:
    return news_subject(slug, f"milestone:{count}")


def call_subject(slug: str) -> str:
    return news_subject(slug, "call")
