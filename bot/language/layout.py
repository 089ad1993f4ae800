"""How a line of HTML is laid out: its direction mark, what of it the reader sees, how it is shortened."""

import html as _html
import re

from bot.language.marks import FSI, LRI, LRM, PDI, RLI, RLM, first_strong, utf16_length

_TAG = re.compile(r"<[^>]*>")
_LOOSE = " \n\u200c\u200d\ufe0f"
"""What must not be left hanging before an ellipsis."""
_BLOCKS = re.compile(r"(<pre>.*?</pre>|</?blockquote[^>]*>)", re.DOTALL)


def visible(html: str) -> str:
    return _html.unescape(_TAG.sub("", html)) if "<" in html or "&" in html else html


def escaped(text: str) -> str:
    return _html.escape(text, quote=False)


def settled(html: str, *, rtl: bool) -> str:
    """The lines with the mark each needs in front: always in a right-to-left text, and where a left-to-right one
    begins with Arabic letters. A quotation begins lines of its own; code blocks stay as they are, they are copied."""
    if "<pre>" in html or "blockquote" in html:
        parts = _BLOCKS.split(html)
        return "".join([part if _BLOCKS.fullmatch(part) else _settled_lines(part, rtl) for part in parts])
    return _settled_lines(html, rtl)


def _settled_lines(html: str, rtl: bool) -> str:
    if "\n" in html:
        return "\n".join([_settled_line(line, rtl) for line in html.split("\n")])
    return _settled_line(html, rtl)


def settled_plain(text: str, *, rtl: bool) -> str:
    """The same for a place that takes no HTML."""
    return "\n".join([_settled_plain_line(line, rtl) for line in text.split("\n")])


def _settled_plain_line(line: str, rtl: bool) -> str:
    if not line or line.isspace():
        return line
    if rtl:
        return RLM + line
    return LRM + line if first_strong(line) == "rtl" else line


def _settled_line(line: str, rtl: bool) -> str:
    if rtl:
        return _marked(line, RLM)
    if line.isascii() or first_strong(visible(line)) != "rtl":
        return line
    return _marked(line, LRM)


def _marked(line: str, mark: str) -> str:
    if not line or line[0] in {RLM, LRM} or line.isspace():
        return line
    if line[0] == "<" and not visible(line).strip():
        return line
    return mark + line


def shortened(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, ending in an ellipsis where something was cut; isolates stay balanced."""
    if utf16_length(text) <= limit:
        return text
    kept = text[:limit]
    while utf16_length(kept + "…" + closing(kept)) > limit:
        kept = kept[:-1]
    kept = kept.rstrip(_LOOSE)
    return kept + "…" + closing(kept)


def closing(text: str) -> str:
    """What closes the isolates still open at the end of the text."""
    opened = sum(text.count(isolate) for isolate in (LRI, RLI, FSI))
    return PDI * (opened - text.count(PDI)) if opened else ""
