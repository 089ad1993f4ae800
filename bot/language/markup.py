"""The small set of tags editors may use in content: checked when content comes in, made safe when it goes out."""

import html as _html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.language.layout import escaped, settled, visible
from bot.language.marks import FSI, LRI, PDI, RLI, are_balanced, clean_lines
from bot.language.reader import is_rtl
from bot.language.text import KEY, Text
from bot.language.translated import Chosen

ALLOWED = ("b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler", "tg-time")
_INSTEAD = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s", "q": "blockquote"}
_ALONE = frozenset({"code", "pre"})

_TOKEN = re.compile(r"<[^<>]*>|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[<>&]|[^<>&]+")
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?P<attributes>(?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?)*)\s*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'))?")
_ADDRESS = re.compile(r"(https://[^\s/]+\S*|tg://\S+)\Z")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)

# What a right-to-left line would show in the wrong order: addresses of the web and of houses, handles, commands, phones, dates,
# case numbers, ranges of hours. Each starts where no Latin word runs into it.
_WORD = r"[A-Z](?:[A-Za-z'-]|\.(?= [A-Z]))*"
_FOREIGN = re.compile(
    r"(?<![\w@/])(?:"
    r"https?://[^\s<>]*[^\s<>.,;:!?)\u060c\u061b\u06d4]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[@/][A-Za-z]\w*"
    r"|\+\d[\d ()-]{4,}\d"
    rf"|\d{{1,5}}[A-Za-z]?(?: {_WORD})+(?:, {_WORD}(?: {_WORD})*)*"
    r"|\d{1,2}:\d{2}\s*[–-]\s*\d{1,2}:\d{2}"
    r"|[A-Za-z0-9]+(?:[-/.:][A-Za-z0-9]+)+"
    r")",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    closing: bool
    attributes: tuple[tuple[str, str | None], ...]


@lru_cache(maxsize=64)
def markup(chosen: Chosen) -> Text:
    """Content as it goes out, each line in the direction of the language it is written in.

    Raises ValueError for a text that `check_markup` would have refused.
    """
    if faults := check_markup(chosen.text):
        raise ValueError(faults[0])
    rtl = is_rtl(chosen.locale)
    return Text(settled("".join(_safe(clean_lines(chosen.text).strip(), rtl)), rtl=rtl), rtl, KEY)


def plain_text(chosen: Chosen) -> Chosen:
    """The same choice without its tags, for a place that shows none."""
    return Chosen(visible("".join(_safe(chosen.text, rtl=False))), chosen.locale, chosen.fallback)


def check_markup(html: str) -> list[str]:
    """What an editor must mend, one sentence each with its line; empty when the text is good."""
    return [*_tag_faults(html), *mark_faults(html)]


def unbalanced(html: str) -> str | None:
    """Why this HTML is not what the builder writes; None when tags and isolates are balanced."""
    if faults := list(_tag_faults(html)):
        return faults[0]
    for line in visible(html).split("\n"):
        depth = 0
        for letter in line:
            depth += (letter in {LRI, RLI, FSI}) - (letter == PDI)
            if depth < 0:
                break
        if depth:
            return f"isolates are not balanced in {line!r}"
    return None


def _safe(text: str, rtl: bool) -> Iterator[str]:
    inside: list[str] = []
    for piece in _TOKEN.findall(text):
        tag = _tag(piece)
        if tag is None:
            bare = escaped(_html.unescape(piece) if piece[0] == "&" else piece)
            yield _isolated_runs(bare) if rtl and not {"a", "code", "pre", "tg-time"} & set(inside) else bare
        elif tag.closing:
            inside.pop()
            yield f"</{tag.name}>{PDI if tag.name == 'code' and rtl else ''}"
        else:
            inside.append(tag.name)
            yield f"{LRI if tag.name == 'code' and rtl else ''}{_written(tag)}"


def _isolated_runs(text: str) -> str:
    return _FOREIGN.sub(rf"{LRI}\g<0>{PDI}", text)


def _written(tag: _Tag) -> str:
    attributes = "".join(f" {name}" if value is None else f' {name}="{_html.escape(value)}"' for name, value in tag.attributes)
    return f"<{tag.name}{attributes}>"


def _tag(piece: str) -> _Tag | None:
    match = _TAG.fullmatch(piece)
    if match is None:
        return None
    attributes = tuple(
        (found[1].lower(), _html.unescape(found[2][1:-1]) if found[2] else None)
        for found in _ATTRIBUTE.finditer(match["attributes"])
    )
    return _Tag(match["name"].lower(), bool(match["close"]), attributes)


def _tag_faults(html: str) -> Iterator[str]:
    inside: list[tuple[str, int]] = []
    line = 1
    for piece in _TOKEN.findall(html):
        for fault in _token_faults(piece, inside, line):
            yield f"line {line}: {fault}"
        line += piece.count("\n")
    for name, opened in inside:
        yield f"line {opened}: <{name}> is never closed; write </{name}> where it ends"


def _token_faults(piece: str, inside: list[tuple[str, int]], line: int) -> Iterator[str]:
    if piece == "<":
        yield "a < that begins no tag; write &lt;"
    if piece[0] != "<" or piece == "<":
        return
    tag = _tag(piece)
    if tag is None:
        yield f"{piece} is not a tag Telegram reads; remove it, or write &lt; for a bare <"
    elif tag.name not in ALLOWED:
        yield _not_allowed(piece, tag.name)
    elif tag.closing:
        yield from _closing_faults(tag, inside)
    else:
        yield from _opening_faults(tag, [name for name, _ in inside])
        inside.append((tag.name, line))


def _not_allowed(piece: str, name: str) -> str:
    if _BREAK_TAG.fullmatch(piece) or name == "p":
        return f"<{name}> is not allowed; begin a new line instead"
    if name in _INSTEAD:
        return f"<{name}> is not allowed; write <{_INSTEAD[name]}>"
    return f"<{name}> is not allowed; the tags are {' '.join(ALLOWED)}"


def _closing_faults(tag: _Tag, inside: list[tuple[str, int]]) -> Iterator[str]:
    if not inside:
        yield f"</{tag.name}> closes nothing; remove it"
    elif inside[-1][0] == tag.name:
        inside.pop()
    else:
        yield f"</{tag.name}> comes before </{inside[-1][0]}>; close the tags in the reverse order of opening"
        if tag.name in [name for name, _ in inside]:
            while inside.pop()[0] != tag.name:
                pass


def _opening_faults(tag: _Tag, inside: list[str]) -> Iterator[str]:
    if _ALONE & set(inside) and not (tag.name == "code" and inside[-1] == "pre"):
        yield f"<{tag.name}> stands inside <{inside[-1]}>, where Telegram allows no other tag; close that first"
    if tag.name in inside:
        yield f"<{tag.name}> stands inside another <{tag.name}>; close the first one before"
    attributes = dict(tag.attributes)
    yield from _attribute_faults(tag.name, attributes)


def _attribute_faults(name: str, attributes: dict[str, str | None]) -> Iterator[str]:
    known = {"a": {"href"}, "blockquote": {"expandable"}, "tg-time": {"unix", "format"}}.get(name, set())
    for stray in attributes.keys() - known:
        yield f"<{name}> takes no {stray}; remove it"
    if name == "a" and not _ADDRESS.match(attributes.get("href") or ""):
        yield 'a link needs an address that starts with https:// or tg://, as in <a href="https://example.org">'
    if name == "tg-time" and not (attributes.get("unix") or "").isdecimal():
        yield '<tg-time> needs its moment in seconds, as in <tg-time unix="1764756000" format="">'


def mark_faults(text: str) -> Iterator[str]:
    """The lines whose invisible direction marks are not balanced: they would turn what stands behind them."""
    for at, line in enumerate(text.split("\n"), start=1):
        if not are_balanced(line):
            yield f"line {at}: it holds invisible direction marks that are not balanced; type the line anew"


def tags_dropped(source: str, translation: str) -> list[str]:
    """The tags of one text, by name, that another has fewer of."""
    return sorted(_opened(source) - _opened(translation))


def _opened(html: str) -> Counter[str]:
    tags = filter(None, map(_tag, _TOKEN.findall(html)))
    return Counter(tag.name for tag in tags if not tag.closing)


def restored(html: str, *, rtl: bool) -> Text:
    """A text that was built here, kept as its HTML in the ledger, and is now to be sent.

    Raises ValueError when the HTML is not what the builder writes: tags or marks unbalanced.
    """
    if fault := unbalanced(html):
        raise ValueError(fault)
    return Text(html, rtl, KEY)
