"""What a screen of the chat is: a text and the buttons below it."""

from collections.abc import Callable
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.cases.views import Page
from bot.language import Label, Text, Words
from bot.language.keyboard import Button, Keyboard

Screen = tuple[Text, Keyboard]
Turned = Callable[[int], CallbackData]
"""Makes the button that leads to the page at an offset."""


def button(label: Label, action: CallbackData) -> Button:
    return Button(label, data=action.pack())


def page_turning(words: Words, before: CallbackData | None, after: CallbackData | None) -> tuple[Button | None, ...]:
    """The row that turns pages, in reading order."""
    return (
        button(words.label("Previous"), before) if before else None,
        # Translators: leads to the next page of a list.
        button(words.label("More"), after) if after else None,
    )


def neighbours(page: Page[Any], turned: Turned) -> tuple[CallbackData | None, CallbackData | None]:
    """What leads to the page before and to the one after, where there is one."""
    before = turned(max(0, page.offset - page.limit)) if page.offset > 0 else None
    after = turned(page.offset + page.limit) if page.offset + page.limit < page.total else None
    return before, after
