"""Answering what a person types behind the bot's name. Results are articles that become texts; no answer is cached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from telegram import InlineQueryResultsButton

from bot.standin.keyboards import NO_KEYBOARD, Keyboard
from bot.standin.methods.base import Methods
from bot.standin.methods.messages import preview, read_text, unknown_field
from bot.standin.parameters import (
    Object,
    Reads,
    Required,
    Unmodelled,
    read_entities,
    read_list,
    read_markup,
    read_object,
    wrong_type,
)
from bot.standin.parameters import read_text as read_string
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn
from bot.standin.text import is_empty
from bot.standin.world import InlineResult

MOST_RESULTS: Final = 50
ANSWERABLE_SECONDS: Final = 30.0
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
ARTICLE: Final = frozenset(
    {"type", "id", "title", "input_message_content", "reply_markup", "url", "description"}
    | {"thumbnail_url", "thumbnail_width", "thumbnail_height"}
)
CONTENT: Final = frozenset({"message_text", "parse_mode", "entities", "link_preview_options"})
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class AnswerInlineQuery:
    inline_query_id: Annotated[str, Required(TOO_OLD)]
    results: Annotated[list[object], Reads(read_list), Required("results are not specified")]
    cache_time: int = 300
    is_personal: bool = False
    next_offset: str = ""
    button: Object = None
    switch_pm_text: Unmodelled = None
    switch_pm_parameter: Unmodelled = None

    async def answer(self, standin: StandIn) -> object:
        results = tuple(read_results(standin, self.results))
        button = read_button(self.button)
        if len(self.next_offset.encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        asked = standin.world.queries.get(self.inline_query_id)
        if asked is None or asked.answered or standin.clock.monotonic() - asked.at > ANSWERABLE_SECONDS:
            raise bad_request(TOO_OLD)
        asked.answered, asked.results, asked.next_offset, asked.button = True, results, self.next_offset, button
        standin.changed(standin.world.people[asked.person])
        return True


def read_results(standin: StandIn, given: list[object]) -> Iterator[InlineResult]:
    if len(given) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    seen: set[str] = set()
    for item in given:
        result = read_article(standin, read_object("InlineQueryResult", item))
        if result.id in seen:
            raise bad_request("RESULT_ID_DUPLICATE")
        seen.add(result.id)
        yield result


def read_article(standin: StandIn, given: dict[str, object]) -> InlineResult:
    if given.get("type") != "article":
        raise bad_request(f"the stand-in does not model inline results of type {given.get('type')}")
    _ensure_known("InlineQueryResultArticle", given, ARTICLE)
    number = read_string("id", given.get("id", ""))
    if not 1 <= len(number.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    shown = read_string("title", given.get("title", ""))
    if is_empty(shown):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = read_object("input_message_content", given.get("input_message_content", {}))
    _ensure_known("InputMessageContent", content, CONTENT)
    return InlineResult(
        number,
        shown,
        read_string("description", given.get("description", "")),
        read_text(
            standin,
            read_string("message_text", content.get("message_text", "")),
            read_string("parse_mode", content.get("parse_mode", "")),
            read_entities("entities", content.get("entities", [])),
        ),
        read_inline_keyboard(given.get("reply_markup")),
        preview(_optional_object("link_preview_options", content.get("link_preview_options")), disabled=False),
    )


def read_inline_keyboard(given: object) -> Keyboard:
    """Only buttons that lead somewhere: what a tap on another would be answered with is not modelled."""
    keyboard = NO_KEYBOARD if given is None else read_markup("reply_markup", given)
    if keyboard.kind not in {"inline", "none"}:
        raise bad_request("inline keyboard expected")
    if any(button.callback_data for row in keyboard.buttons for button in row):
        raise bad_request("the stand-in does not model taps on messages that were sent inline")
    return keyboard


def read_button(given: dict[str, object] | None) -> dict[str, object] | None:
    if given is None:
        return None
    _ensure_known("InlineQueryResultsButton", given, frozenset({"text", "start_parameter"}))
    if is_empty(read_string("text", given.get("text", ""))):
        raise bad_request("can't parse inline query results button: button text must be non-empty")
    if not _START.fullmatch(read_string("start_parameter", given.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    return InlineQueryResultsButton.de_json(given, None).to_dict()


def _ensure_known(shape: str, given: dict[str, object], known: frozenset[str]) -> None:
    for name in given:
        if name not in known:
            raise unknown_field(shape, name)


def _optional_object(name: str, given: object) -> dict[str, object] | None:
    if given is not None and not isinstance(given, dict):
        raise wrong_type(name, "Object")
    return given


METHODS: Methods = {"answerInlineQuery": AnswerInlineQuery}
