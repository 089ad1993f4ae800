"""What may be put into a message: each kind of value knows how it is isolated and escaped."""

import html as _html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from babel.numbers import format_decimal

from bot.language.layout import escaped
from bot.language.marks import FSI, LRI, PDI, RLI, clean_line, clean_lines, has_rtl
from bot.language.reader import Digits, Reader
from bot.language.text import Label, Text
from bot.language.translated import Chosen

LINK_SCHEMES = frozenset({"http", "https", "tg", "mailto"})


class Speaker(Protocol):
    """Who speaks to a reader, as far as a value needs it: `bot.language.builder.Words`."""

    reader: Reader
    now: Callable[[], datetime]

    def say(self, message: str, /, **values: "Value | Text") -> Text: ...
    def count(self, one: str, many: str, n: int, /, **values: "Value | Text") -> Text: ...
    def show(self, value: "Value | Text") -> Text: ...


class Value(Protocol):
    """Something that can stand in a placeholder."""

    def shown(self, words: "Speaker") -> str:
        """The HTML this reader gets, escaped and isolated."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is the same for every reader."""

    html: str

    def shown(self, _: "Speaker") -> str:
        return self.html


@dataclass(frozen=True, slots=True)
class Number:
    number: int

    def shown(self, words: "Speaker") -> str:
        reader = words.reader
        if 0 <= self.number < 1000:
            return reader.digits_in(str(self.number))
        return f"{LRI}{_grouped(self.number, reader.regional, reader.digits)}{PDI}"


@lru_cache(maxsize=2048)
def _grouped(number: int, regional: str, digits: Digits) -> str:
    # The digits are Babel's Latin ones either way; the numbering system only picks the separators that go with ours.
    system = {"latin": "latn", "arabic": "arab", "urdu": "arabext"}[digits]
    text = format_decimal(number, locale=regional, numbering_system=system)
    return Reader("en", digits=digits).digits_in(clean_line(text))


@dataclass(frozen=True, slots=True)
class Bar:
    """How far something is, drawn in letters, filled from where the reader begins to read."""

    done: int
    of: int

    cells: ClassVar[int] = 12

    def shown(self, words: "Speaker") -> str:
        filled = self._filled()
        # These letters have no direction of their own: they run as the isolate around them says.
        return f"{RLI if words.reader.rtl else LRI}{'█' * filled}{'░' * (self.cells - filled)}{PDI}"

    def _filled(self) -> int:
        """A beginning is seen, and full is only what is full."""
        if self.done >= self.of:
            return self.cells
        return max(self.done * self.cells // self.of, 1) if self.done > 0 else 0


def name(text: str) -> Fixed:
    """A person's or an organisation's name, in whatever script it is written."""
    return Fixed(f"{FSI}{escaped(clean_line(text))}{PDI}")


def title(chosen: Chosen | str) -> Fixed:
    """The title of a case, an update or an organisation."""
    return _titled(chosen.text if isinstance(chosen, Chosen) else chosen)


@lru_cache(maxsize=256)
def _titled(text: str) -> Fixed:
    return name(text)


def free(text: str) -> Fixed:
    """What somebody wrote, line breaks kept; each line is isolated by itself, as an isolate ends with its line."""
    cleaned = clean_lines(text).strip()
    return Fixed("\n".join([_isolated_line(line) for line in cleaned.split("\n")]))


def _isolated_line(line: str) -> str:
    return f"{FSI}{escaped(line.strip())}{PDI}" if line.strip() else ""


def identifier(text: str) -> Fixed:
    """A case number or a code: one tap copies it, without the marks around it."""
    cleaned = clean_line(text)
    return Fixed(f"{_isolate_for(cleaned)}<code>{escaped(cleaned)}</code>{PDI}")


def number(value: int) -> Number:
    return Number(value)


def bar(done: int, of: int) -> Bar:
    return Bar(done, of)


def phone(text: str) -> Fixed:
    return Fixed(f"{LRI}{escaped(clean_line(text))}{PDI}")


def handle(username: str) -> Fixed:
    """The @name of a bot or a channel, with or without its @."""
    return Fixed(f"{LRI}@{escaped(clean_line(username).removeprefix('@'))}{PDI}")


def url(address: str) -> Fixed:
    """An address shown in full and tappable."""
    return _anchor(address, escaped(clean_line(address)))


def link(address: str, label: Label | Text) -> Fixed:
    """Words that lead to an address. Raises ValueError for an address that is none."""
    shown = label.inline() if isinstance(label, Text) else f"{FSI}{escaped(label.text)}{PDI}"
    return _anchor(address, shown)


def command(word: str) -> Fixed:
    """A command of the bot, with or without its slash."""
    return Fixed(f"{LRI}/{escaped(clean_line(word).removeprefix('/'))}{PDI}")


def word(text: Text) -> Fixed:
    """A text built before, as part of a sentence."""
    return Fixed(text.inline())


def _anchor(address: str, shown: str) -> Fixed:
    cleaned = clean_line(address)
    if urlsplit(cleaned).scheme not in LINK_SCHEMES:
        raise ValueError(f"{cleaned!r} is not an address to link to; it must start with https://")
    return Fixed(f'{LRI}<a href="{_html.escape(cleaned)}">{shown}</a>{PDI}')


def _isolate_for(text: str) -> str:
    """A number with Arabic letters in it, as Egyptian and Jordanian courts write them, is read from the right."""
    return FSI if has_rtl(text) else LRI
