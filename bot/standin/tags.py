"""Telegram's HTML: a text with tags becomes a text with entities, or a refusal that names the byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.standin.refusals import Refusal, bad_request
from bot.standin.text import units

STYLES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![a-zA-Z]));?")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE_NAME = re.compile(r"""([^\s=>\"']*)\s*(=?)\s*""")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_TAG_NAME = re.compile(r"[^\s>]*")


@dataclass(frozen=True, slots=True)
class Span:
    """What a tag marks; offset and length in UTF-16 units."""

    kind: str
    offset: int
    length: int
    argument: str = ""
    extra: str = ""


@dataclass(slots=True)
class _Open:
    name: str
    attributes: dict[str, str]
    offset: int
    start: int


@dataclass(slots=True)
class _Reading:
    source: str
    place: int = 0
    offset: int = 0
    out: list[str] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def byte(self, place: int) -> int:
        return len(self.source[:place].encode())


def parse(source: str) -> tuple[str, list[Span]]:
    """Raises Refusal as Telegram does for unknown, unclosed or crossed tags. Byte offsets are UTF-8."""
    reading = _Reading(source)
    while reading.place < len(source):
        _step(reading)
    if reading.opened:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{reading.opened[-1].name}"')
    return "".join(reading.out), reading.spans


def _step(reading: _Reading) -> None:
    tag = reading.source.find("<", reading.place)
    if tag != reading.place:
        end = len(reading.source) if tag < 0 else tag
        reading.write(unescape(reading.source[reading.place : end]))
        reading.place = end
    elif reading.source.startswith("</", tag):
        _close(reading)
    else:
        _open(reading)


def unescape(text: str) -> str:
    """Only the references Telegram knows: numbers and lt, gt, amp, quot. Others stay as they were written."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, named = found.groups()
    if named:
        return _NAMED[named]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return found[0] if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def _open(reading: _Reading) -> None:
    begin = reading.place
    end = reading.source.find(">", begin)
    where = f"at byte offset {reading.byte(begin)}"
    found = _TAG_NAME.match(reading.source, begin + 1)
    name = found[0].lower() if found else ""
    if end < 0 and (not found or found.end() == len(reading.source)):
        raise _cannot(f"Unclosed start tag {where}")
    if name not in STYLES:
        raise _cannot(f'Unsupported start tag "{name}" {where}')
    attributes, reading.place = _attributes(reading.source, begin + 1 + len(name), name, where)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _cannot(f'Tag "span" must have class "tg-spoiler" {where}')
    reading.opened.append(_Open(name, attributes, reading.offset, len(reading.out)))


def _attributes(source: str, place: int, tag: str, where: str) -> tuple[dict[str, str], int]:
    attributes: dict[str, str] = {}
    while True:
        while place < len(source) and source[place].isspace():
            place += 1
        if place >= len(source):
            raise _cannot(f"Unclosed start tag {where}")
        if source[place] == ">":
            return attributes, place + 1
        name, value, place = _attribute(source, place, tag, where)
        attributes[name] = value


def _attribute(source: str, place: int, tag: str, where: str) -> tuple[str, str, int]:
    found = _ATTRIBUTE_NAME.match(source, place)
    if not found or not found[1]:
        raise _cannot(f'Empty attribute name in the tag "{tag}" {where}')
    name = found[1].lower()
    if not found[2]:
        if (tag, name) != ("blockquote", "expandable"):
            raise _cannot(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')
        return name, "", found.end()
    value, place = _value(source, found.end(), where)
    if place >= len(source):
        raise _cannot(f"Unclosed start tag {where}")
    return name, value, place


def _value(source: str, place: int, where: str) -> tuple[str, int]:
    """In quotes, or a token of letters, digits, periods and hyphens, in which case does not matter."""
    quote = source[place : place + 1]
    if quote in {'"', "'"}:
        end = source.find(quote, place + 1)
        if end < 0:
            raise _cannot(f"Unclosed start tag {where}")
        return unescape(source[place + 1 : end]), end + 1
    token = _TOKEN.match(source, place)
    end = token.end() if token else place
    if end < len(source) and not (source[end].isspace() or source[end] == ">"):
        raise _cannot(f"Unexpected end of name token at byte offset {len(source[:place].encode())}")
    return source[place:end].lower(), end


def _close(reading: _Reading) -> None:
    begin = reading.place
    where = f"at byte offset {reading.byte(begin)}"
    if not reading.opened:
        raise _cannot(f"Unexpected end tag {where}")
    end = reading.source.find(">", begin)
    if end < 0:
        raise _cannot(f"Unclosed end tag {where}")
    name = reading.source[begin + 2 : end].strip().lower()
    opened = reading.opened.pop()
    if name and name != opened.name:
        raise _cannot(f'Unmatched end tag {where}, expected "</{opened.name}>", found "</{name}>"')
    reading.place = end + 1
    if reading.offset > opened.offset:
        reading.spans.extend(_spans(reading, opened))


def _spans(reading: _Reading, opened: _Open) -> Iterator[Span]:
    kind, length = STYLES[opened.name], reading.offset - opened.offset
    argument, extra = _argument(reading, opened)
    before = reading.spans[-1] if reading.spans else None
    same = before is not None and (before.offset, before.length) == (opened.offset, length)
    if kind == "text_link" and not argument:
        return
    if kind == "pre" and before and same and before.kind == "code" and before.argument:
        reading.spans.pop()
        argument = before.argument
    yield Span(kind, opened.offset, length, argument, extra)


def _argument(reading: _Reading, opened: _Open) -> tuple[str, str]:
    given = opened.attributes
    match opened.name:
        case "a":
            return _checked_link(given.get("href") or "".join(reading.out[opened.start :])), ""
        case "code":
            name = given.get("class", "")
            return (name.removeprefix("language-") if name.startswith("language-") else ""), ""
        case "blockquote":
            return ("expandable" if "expandable" in given else ""), ""
        case "tg-emoji":
            return _whole(given.get("emoji-id", ""), "Invalid custom emoji identifier specified"), ""
        case "tg-time":
            return _whole(given.get("unix", ""), "Invalid date specified"), given.get("format", "")
        case _:
            return "", ""


def _whole(number: str, complaint: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,19}", number):
        raise _cannot(complaint)
    return number


def _checked_link(url: str) -> str:
    """A link Telegram would keep; anything else loses its tag and stays as text."""
    url = url.strip()
    if re.match(r"(?i)(https?|tg|ton|mailto|tel)://?|mailto:|tel:", url):
        return url
    return f"http://{url}" if re.fullmatch(r"(?i)[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", url) else ""


def _cannot(reason: str) -> Refusal:
    return bad_request(f"can't parse entities: {reason}")
