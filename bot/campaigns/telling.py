"""What goes into the ledger to call people to an action: frozen as it is then, put into words for each reader when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, or_

from bot.campaigns.models import ActionKind
from bot.campaigns.views import ActionView
from bot.language import Translated

ACTION: Final = "action"
"""What the content of a call to an action is known by."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`again` says that they wanted to be asked again; `source_locale` is what the texts fall back to."""

    action_id: int
    kind: ActionKind
    title: Translated
    text: Translated
    minutes: int
    again: bool
    source_locale: str

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        held = content[ACTION]
        return cls(
            held["id"],
            ActionKind(held["kind"]),
            Translated.from_json(held["title"]),
            Translated.from_json(held["text"]),
            held["minutes"],
            held["again"],
            content["locale"],
        )


def content(action: ActionView, source_locale: str, *, again: bool = False) -> dict[str, Any]:
    held = {"id": action.id, "kind": action.kind.value, "minutes": action.minutes, "again": again}
    texts = {"title": action.title.to_json(), "text": action.text.to_json()}
    return {ACTION: {**held, **texts}, "locale": source_locale}


def call_subject(slug: str) -> str:
    return f"action:{slug}"


def later_subject(slug: str, due: datetime) -> str:
    """Those who want to be asked again are, once in an hour."""
    return f"later:{slug}:{due:%Y-%m-%dT%H}"


def subjects(column: SQLColumnExpression[str], slug: str | SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Those of all calls to that action. No slug has a letter that means something in a pattern."""
    return or_(column == literal("action:").concat(slug), column.like(literal("later:").concat(slug).concat(":%")))
