"""The one way to make outgoing text: a catalogue message in the reader's language, filled with typed values."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from bot.language.layout import settled, settled_plain, shortened, visible
from bot.language.marks import digits_shown, utf16_length
from bot.language.reader import Digits, Reader
from bot.language.text import KEY, LABEL_LIMIT, NOTICE_LIMIT, Description, Label, Notice, Text
from bot.language.values import Number, Value

PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")
SHORTEST_VALUE = 8
"""A value cut to fewer letters says nothing; beyond that the whole label is cut."""


class Lookup(Protocol):
    """What the builder needs of a catalogue."""

    def gettext(self, message: str) -> str: ...
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...


class Words:
    """Speaks to one reader. Messages are English sentences with named {placeholders}, found in the reader's catalogue.

    Every value is typed by what it is (see `bot.language.values`); a plain str is refused with TypeError, and so is a
    message whose placeholder got no value.
    """

    __slots__ = ("_catalogue", "now", "reader")

    def __init__(self, reader: Reader, catalogue: Lookup, now: Callable[[], datetime]) -> None:
        self.reader = reader
        self.now = now
        self._catalogue = catalogue

    def for_anybody(self, timezone: str = "UTC") -> "Words":
        """The same language for readers of whom nothing is known; `timezone` is that of what they read about."""
        return Words(Reader(self.reader.locale, timezone=timezone), self._catalogue, self.now)

    def say(self, message: str, /, **values: Value | Text) -> Text:
        """A text for a message or caption."""
        return self._filled(self._catalogue.gettext(message), values)

    def count(self, one: str, many: str, n: int, /, **values: Value | Text) -> Text:
        """A text about a number of things, in the plural form the language has for `n`; `{n}` is the number."""
        return self._filled(self._catalogue.ngettext(one, many, n), {"n": Number(n), **values})

    def label(self, message: str, /, **values: Value | Text) -> Label:
        """A button's text; values are shortened where it would be too long for a button."""
        return Label(self._one_line(self._catalogue.gettext(message), values, LABEL_LIMIT), KEY)

    def notice(self, message: str, /, **values: Value | Text) -> Notice:
        """The answer to a tapped button."""
        return Notice(self._one_line(self._catalogue.gettext(message), values, NOTICE_LIMIT), KEY)

    def describe(self, message: str, limit: int, /, **values: Value | Text) -> Description:
        """A text of the bot's profile or command menu, of at most `limit` UTF-16 units."""
        return Description(self._one_line(self._catalogue.gettext(message), values, limit), KEY)

    def show(self, value: Value | Text) -> Text:
        """A text that is one value and nothing else, such as a title on a line of its own."""
        if isinstance(value, Text):
            return value
        return Text(settled(self._inserted("value", value), rtl=self.reader.rtl), self.reader.rtl, KEY)

    def label_of(self, value: Value | Text) -> Label:
        """A button that shows one value and nothing else, such as a title in a list."""
        return Label(self._one_line("{value}", {"value": value}, LABEL_LIMIT), KEY)

    def _filled(self, template: str, values: dict[str, Value | Text]) -> Text:
        rtl = self.reader.rtl
        if not values:
            return _unfilled(template, self.reader.digits, rtl)
        html = "\n".join([self._line(parts, values, rtl) for parts in _parsed(template, self.reader.digits)])
        return Text(html, rtl, KEY)

    def _line(self, parts: tuple[str, ...], values: dict[str, Value | Text], rtl: bool) -> str:
        if len(parts) == 3 and not parts[0] and not parts[2]:
            alone = values.get(parts[1])
            if isinstance(alone, Text):
                return alone.html  # a whole line keeps the direction of its own language
        return settled("".join(self._pieces(parts, values)), rtl=rtl)

    def _pieces(self, parts: tuple[str, ...], values: dict[str, Value | Text]) -> list[str]:
        pieces = list(parts)
        for at in range(1, len(parts), 2):
            pieces[at] = self._inserted(parts[at], values.get(parts[at]))
        return pieces

    def _inserted(self, placeholder: str, value: Value | Text | None) -> str:
        if isinstance(value, Text):
            return value.inline()
        if value is None or isinstance(value, str | int):
            raise TypeError(f"{{{placeholder}}} needs a value made by name(), title(), number() and the like.")
        return value.shown(self)

    def _one_line(self, template: str, values: dict[str, Value | Text], limit: int) -> str:
        """Plain text for a place of Telegram's with a limit; its longest value gives way first."""
        pieces, given = self._plain_pieces(template, values)
        over = utf16_length(self._settled(pieces)) - limit
        if over > 0 and given:
            longest = max(given, key=lambda at: utf16_length(pieces[at]))
            pieces[longest] = shortened(pieces[longest], max(utf16_length(pieces[longest]) - over, SHORTEST_VALUE))
        return shortened(self._settled(pieces), limit)

    def _plain_pieces(self, template: str, values: dict[str, Value | Text]) -> tuple[list[str], list[int]]:
        """The pieces in order, and the places of those that are values."""
        pieces: list[str] = []
        given: list[int] = []
        for line, parts in enumerate(_parsed(template, self.reader.digits)):
            pieces.append("\n" if line else "")
            given += range(len(pieces) + 1, len(pieces) + len(parts), 2)
            pieces += [visible(piece) for piece in self._pieces(parts, values)]
        return pieces, given

    def _settled(self, pieces: list[str]) -> str:
        return settled_plain("".join(pieces), rtl=self.reader.rtl)


@lru_cache(maxsize=4096)
def _unfilled(template: str, digits: Digits, rtl: bool) -> Text:
    """A message without placeholders: the same for all who read alike."""
    lines = _parsed(template, digits)
    for parts in lines:
        if len(parts) > 1:
            raise TypeError(f"{{{parts[1]}}} needs a value made by name(), title(), number() and the like.")
    return Text("\n".join([settled(parts[0], rtl=rtl) for parts in lines]), rtl, KEY)


@lru_cache(maxsize=4096)
def _parsed(template: str, digits: Digits) -> tuple[tuple[str, ...], ...]:
    """Each line as text, placeholder, text, placeholder, … text, safe as HTML and in the reader's digits."""
    safe = _BARE_AMPERSAND.sub("&amp;", template)
    lines = [PLACEHOLDER.split(line) for line in safe.split("\n")]
    return tuple(tuple(_with_digits(at, part, digits) for at, part in enumerate(parts)) for parts in lines)


def _with_digits(at: int, part: str, digits: Digits) -> str:
    return part if at % 2 or "<" in part or "&" in part else digits_shown(part, digits)
