"""What goes out: `Text` for messages, `Label` for buttons, `Notice` for callback answers, `Description` for the profile.

None of them can be made from a plain string outside this package: only the builder holds the key.
"""

import html as _html
import re
from functools import cached_property
from typing import Final, Self

from bot.language.marks import FSI, LRI, LRM, PDI, RLI, RLM, first_strong, utf16_length

MESSAGE_LIMIT: Final = 4096
LABEL_LIMIT: Final = 64
NOTICE_LIMIT: Final = 200

_TAG = re.compile(r"<[^>]*>")
_BEFORE_FIRST_LETTER = re.compile(r"(?:</?blockquote[^>]*>)*")
_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_AFTER_QUOTE = re.compile(r"(</blockquote>)(?=[^\n<])")
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

    def spoiler(self) -> "Text":
        return self._in("<tg-spoiler>", "</tg-spoiler>")

    def quote(self, *, expandable: bool = False) -> "Text":
        return self._in("<blockquote expandable>" if expandable else "<blockquote>", "</blockquote>")

    def split(self, limit: int = MESSAGE_LIMIT) -> "list[Text]":
        """The same text as messages of at most `limit` units: cut at a paragraph where one ends, never inside a tag."""
        from bot.language.splitting import pieces  # noqa: PLC0415  (splitting works on this module's visible())

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

    @classmethod
    def fitted(cls, line: str, limit: int) -> Self:
        """The line cut with an ellipsis if it is over the limit even after its values were shortened."""
        return cls(shortened(line, limit), KEY)


class Label(_Plain):
    """A button's text, at most 64 UTF-16 units."""


class Notice(_Plain):
    """The answer to a tapped button, at most 200 UTF-16 units."""


class Description(_Plain):
    """A text of the bot's profile or command menu."""


def visible(html: str) -> str:
    return _html.unescape(_TAG.sub("", html)) if "<" in html or "&" in html else html


def escaped(text: str) -> str:
    return _html.escape(text, quote=False)


def settled(html: str, *, rtl: bool) -> str:
    """The lines with the mark each needs in front: always in a right-to-left text, and where a left-to-right one
    begins with Arabic letters."""
    if "<pre>" in html:
        parts = _PRE.split(html)
        return "".join(part if part.startswith("<pre>") else settled(part, rtl=rtl) for part in parts)
    if "</blockquote>" in html:
        html = _AFTER_QUOTE.sub(rf"\1{RLM if rtl else LRM}", html)
    if "\n" in html:
        return "\n".join([_settled_line(line, rtl) for line in html.split("\n")])
    return _settled_line(html, rtl)


def _settled_line(line: str, rtl: bool) -> str:
    if rtl:
        return _marked(line, RLM)
    if line.isascii() or first_strong(visible(line)) != "rtl":
        return line
    return _marked(line, LRM)


def _marked(line: str, mark: str) -> str:
    if not line or line[0] in {RLM, LRM} or line.isspace():
        return line
    if line[0] != "<":
        return mark + line
    start = _BEFORE_FIRST_LETTER.match(line)
    at = start.end() if start else 0
    if not visible(line[at:]).strip() or line[at] in {RLM, LRM}:
        return line
    return line[:at] + mark + line[at:]


def shortened(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ending in an ellipsis where something was cut; isolates stay balanced."""
    if utf16_length(text) <= limit:
        return text
    kept = text[:limit]
    while utf16_length(kept + "…" + closing(kept)) > limit:
        kept = kept[:-1]
    kept = kept.rstrip()
    return kept + "…" + closing(kept)


def closing(text: str) -> str:
    """What closes the isolates still open at the end of the text."""
    opened = sum(text.count(isolate) for isolate in (LRI, RLI, FSI))
    return PDI * (opened - text.count(PDI)) if opened else ""


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


def _joined(texts: "tuple[Text | None, ...] | list[Text]", between: str) -> Text:
    present = [text for text in texts if text is not None and text.html]
    return Text(between.join([text.html for text in present]), any(text.rtl for text in present), KEY)


def restored(html: str, *, rtl: bool) -> Text:
    """A text that was built here, kept as its HTML in the ledger, and is now to be sent.

    Raises ValueError when the HTML is not what the builder writes: tags or marks unbalanced.
    """
    from bot.language.markup import unbalanced  # noqa: PLC0415  (markup builds on this module)

    if fault := unbalanced(html):
        raise ValueError(fault)
    return Text(html, rtl, KEY)
