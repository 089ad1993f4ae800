"""What goes out: `Text` for messages, `Label` for buttons, `Notice` for callback answers, `Description` for the profile.

None of them can be made from a plain string outside this package: only the builder holds the key.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from bot.language.layout import visible
from bot.language.marks import LRI, LRM, PDI, RLI, RLM, utf16_length
from bot.language.splitting import pieces

MESSAGE_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
LABEL_LIMIT: Final = 64
NOTICE_LIMIT: Final = 200

_BLOCK = re.compile(r"\n|<blockquote|<pre")


class Key:
    """Held by the builder alone."""


KEY: Final = Key()


def _need_key(key: Key, kind: str) -> None:
    if key is not KEY:
        raise TypeError(f"{kind} is made by Words (say, count, label, notice), never from a plain string.")


class Text:
    """A finished text of a message or caption, as Telegram's HTML, each line with its direction settled."""

    __slots__ = ("__dict__", "html", "rtl")

    def __init__(self, html: str, rtl: bool, key: Key) -> None:
        _need_key(key, "Text")
        self.html: Final = html
        self.rtl: Final = rtl

    def __repr__(self) -> str:
        return f"Text({self.html!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and other.html == self.html

    def __hash__(self) -> int:
        return hash(self.html)

    @cached_property
    def plain(self) -> str:
        """The letters the reader sees: no tags, no entities."""
        return visible(self.html)

    @property
    def length(self) -> int:
        """In UTF-16 units after entities, as Telegram's limit of 4096 counts it."""
        return utf16_length(self.plain)

    @property
    def is_block(self) -> bool:
        """Whether it has lines of its own and so cannot stand inside a line."""
        return _BLOCK.search(self.html) is not None

    def bold(self) -> "Text":
        return self._in("<b>", "</b>")

    def italic(self) -> "Text":
        return self._in("<i>", "</i>")

    def underlined(self) -> "Text":
        return self._in("<u>", "</u>")

    def struck(self) -> "Text":
        return self._in("<s>", "</s>")

    def quote(self, *, expandable: bool = False) -> "Text":
        return self._in("<blockquote expandable>" if expandable else "<blockquote>", "</blockquote>")

    def split(self, limit: int = MESSAGE_LIMIT) -> "list[Text]":
        """The same text as messages of at most `limit` units: cut at a paragraph where one ends, never inside a tag."""
        if self.length <= limit:
            return [self]
        return [Text(piece, self.rtl, KEY) for piece in pieces(self.html, limit)]

    def inline(self) -> str:
        """As it stands inside a line of another text: isolated, without the marks that begin lines."""
        if self.is_block:
            return self.html
        return f"{RLI if self.rtl else LRI}{self.html.replace(RLM, '').replace(LRM, '')}{PDI}"

    def _in(self, opening: str, closing: str) -> "Text":
        return Text(f"{opening}{self.html}{closing}", self.rtl, KEY)


class _Plain:
    """Plain text for a place of Telegram's that takes no HTML."""

    __slots__ = ("text",)

    def __init__(self, text: str, key: Key) -> None:
        _need_key(key, type(self).__name__)
        self.text: Final = text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class Label(_Plain):
    """A button's text, at most 64 UTF-16 units."""


class Notice(_Plain):
    """The answer to a tapped button, at most 200 UTF-16 units."""


class Description(_Plain):
    """A text of the bot's profile or command menu."""


def lines(*texts: Text | None) -> Text:
    """The texts, one a line; None is left out."""
    return _joined(texts, "\n")


def paragraphs(*texts: Text | None) -> Text:
    """The texts with an empty line between; None is left out."""
    return _joined(texts, "\n\n")


def bulleted(*texts: Text) -> Text:
    """The texts as a list, one a line, each behind a bullet that stands on its reading side."""
    return _joined([_with_bullet(text) for text in texts], "\n")


def _with_bullet(text: Text) -> Text:
    mark = RLM if text.rtl else LRM
    return Text(f"{mark}• {text.html.removeprefix(mark)}", text.rtl, KEY)


def _joined(texts: Iterable[Text | None], between: str) -> Text:
    present = [text for text in texts if text is not None and text.html]
    return Text(between.join([text.html for text in present]), any(text.rtl for text in present), KEY)
