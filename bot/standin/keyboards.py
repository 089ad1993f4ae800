"""What may stand below a message: checked as Telegram checks it, read once, shared by every message that shows it."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.standin.refusals import Refusal, bad_request
from bot.standin.text import is_empty, units

MOST_BUTTONS = 100
_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
_STYLES = frozenset({"danger", "success", "primary"})
_FIELDS = frozenset({"text", "icon_custom_emoji_id", "style", *_ACTIONS})
_LINK = re.compile(r"(?i)(https?://[^\s/.]+(\.[^\s/.]+)*(:\d+)?([/?#]\S*)?|tg://\S+|[\w-]+(\.[\w-]+)+(/\S*)?)")
_OTHERS = {"keyboard": "reply", "remove_keyboard": "remove", "force_reply": "force"}


@dataclass(frozen=True)
class Keyboard:
    """`kind` is none, inline, reply, remove or force. Only an inline one stays with its message."""

    kind: str
    markup: InlineKeyboardMarkup | None = None
    json: dict[str, object] | None = None

    @property
    def buttons(self) -> tuple[tuple[InlineKeyboardButton, ...], ...]:
        return self.markup.inline_keyboard if self.markup else ()


NO_KEYBOARD = Keyboard("none")


@lru_cache(maxsize=4096)
def read_keyboard(source: str) -> Keyboard:
    """From the JSON of reply_markup. Raises Refusal. Cached: every message of a broadcast carries the same one."""
    if not source:
        return NO_KEYBOARD
    try:
        given: object = json.loads(source)
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return _inline(given)
    for name, kind in _OTHERS.items():
        if name in given:
            return Keyboard(kind, None, given)
    return NO_KEYBOARD


def _inline(given: dict[str, object]) -> Keyboard:
    rows = given["inline_keyboard"]
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise _unreadable("expected an Array of InlineKeyboardButton")
        for button in row:
            _check_button(button)
    full = [row for row in rows if row]
    if sum(map(len, full)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    markup = InlineKeyboardMarkup.de_json({"inline_keyboard": full}, None)
    return Keyboard("inline", markup, markup.to_dict()) if full else NO_KEYBOARD


def _check_button(button: object) -> None:
    if not isinstance(button, dict):
        raise _unreadable("expected an Object")
    for name in button:
        if name not in _FIELDS:
            raise _unreadable(f'unknown field "{name}"')
    text = _string(button, "text")
    if text is None:
        raise _unreadable('Can\'t find field "text"')
    if is_empty(text):
        raise _unreadable("button text must be non-empty")
    actions = [name for name in _ACTIONS if button.get(name) is not None]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unreadable("only one action is allowed in a button")
    if button.get("style") is not None and button["style"] not in _STYLES:
        raise _unreadable("invalid button style specified")
    _check_action(actions[0], button)


def _check_action(action: str, button: dict[str, object]) -> None:
    match action:
        case "callback_data":
            data = _string(button, action) or ""
            if not 1 <= len(data.encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url":
            url = _string(button, action) or ""
            if not _LINK.fullmatch(url):
                raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        case "copy_text":
            holder = button[action]
            copied = holder.get("text") if isinstance(holder, dict) else None
            if not isinstance(copied, str) or not 1 <= units(copied) <= 256:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case _:
            pass


def _string(button: dict[str, object], name: str) -> str | None:
    value = button.get(name)
    if value is not None and not isinstance(value, str):
        raise _unreadable(f'Field "{name}" must be of type String')
    return value


def _unreadable(reason: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {reason}")
