"""What the bot would say in each language, for tests that compare with what a chat shows."""

from collections.abc import Callable
from functools import cache

from bot.language import Catalogues, Reader, Text, Value, Words, without_marks
from tests.person import ChatMessage

LOCALES = ("en", "ar", "ur")


@cache
def catalogues() -> Catalogues:
    return Catalogues.load(LOCALES)


def words(locale: str) -> Words:
    return catalogues().words(Reader(locale))


def label(locale: str, message: str) -> str:
    """A button's words, without marks, as a person would look for it."""
    return without_marks(words(locale).label(message).text)


def said(locale: str, message: str, **values: Value | Text) -> str:
    """A sentence as the chat shows it."""
    return words(locale).say(message, **values).plain


def notice(locale: str, message: str) -> str:
    return words(locale).notice(message).text


def shown_labels(message: ChatMessage) -> list[str]:
    """The words on a message's buttons, without marks."""
    return [without_marks(text) for text in message.labels]


def has(locale: str, message: str) -> Callable[[ChatMessage], bool]:
    """A message with the button of these words."""
    return lambda shown: label(locale, message) in shown_labels(shown)
