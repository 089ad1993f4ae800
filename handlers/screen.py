"""What a screen of the chat is: a text and the buttons below it."""

from aiogram.filters.callback_data import CallbackData

from bot.language import Label, Text, Words
from bot.language.keyboard import Button, Keyboard

Screen = tuple[Text, Keyboard]


def button(label: Label, action: CallbackData) -> Button:
    return Button(label, data=action.pack())


def page_turning(words: Words, before: CallbackData | None, after: CallbackData | None) -> tuple[Button | None, ...]:
    """The row that turns pages, in reading order."""
    return (
        button(words.label("Previous"), before) if before else None,
        # Translators: leads to the next page of a list.
        button(words.label("More"), after) if after else None,
    )
