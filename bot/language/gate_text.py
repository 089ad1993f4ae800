"""What one translation may get wrong, each a check of its own."""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.language.builder import PLACEHOLDER, SHORTEST_VALUE
from bot.language.extraction import LIMITS, PLACE
from bot.language.letters import NAMES, Finding, letter_findings, script_findings, words
from bot.language.marks import BIDI_CONTROLS, utf16_length
from bot.language.markup import check_markup
from bot.language.reader import is_rtl

_PLACE = re.compile(rf"{PLACE}(\w+)(?:, at most (\d+) letters)?")
_TAG = re.compile(r"</?[a-z][^<>]*>")
_LATIN_MARK = re.compile(r"[?;](?=\s|$)|(?<![A-Za-z0-9/])[?;]|,(?![0-9])")
_FOREIGN_DIGIT = re.compile("[٠-٩۰-۹]")
_URDU_STOP = re.compile(r"[\u0600-\u06ff}>]\.(?=\s|$|<)")
_CONTROLS = re.compile(f"[{BIDI_CONTROLS}]")
_ARABIC_MARKS = {"?": "؟", ",": "،", ";": "؛"}


@dataclass(frozen=True, slots=True)
class Said:
    """A translation beside its source. `optional` are placeholders it may leave out."""

    locale: str
    is_source: bool
    source: str
    text: str
    place: str
    limit: int
    optional: frozenset[str] = frozenset()

    @property
    def bare(self) -> str:
        """The words alone: no tags, no placeholders."""
        return PLACEHOLDER.sub("", html.unescape(_TAG.sub("", self.text)))


def place_of(comments: Iterable[str]) -> tuple[str, int]:
    """Where a message is shown and how long it may be there; the narrowest place when there are several."""
    places = [(match[1], int(match[2] or LIMITS.get(match[1], LIMITS["text"])))
              for match in map(_PLACE.match, comments) if match]  # fmt: skip
    return min(places, key=lambda place: place[1], default=("text", LIMITS["text"]))


def findings(said: Said) -> Iterator[Finding]:
    if not said.text.strip():
        yield Finding("it is not translated", "write the translation")
        return
    for check in CHECKS:
        yield from check(said)


def _placeholders(said: Said) -> Iterator[Finding]:
    wanted, used = set(PLACEHOLDER.findall(said.source)), set(PLACEHOLDER.findall(said.text))
    for lost in sorted(wanted - used - said.optional):
        yield Finding(f"{{{lost}}} is missing", f"put {{{lost}}} where its value belongs")
    for unknown in sorted(used - wanted - said.optional):
        yield Finding(f"{{{unknown}}} is not in the source", "keep the names in braces as they are in English")
    if re.search("[{}]", PLACEHOLDER.sub("", said.text)):
        yield Finding("a brace stands alone", "write placeholders as {name}, letters and digits only")


def _same_as_source(said: Said) -> Iterator[Finding]:
    if not said.is_source and said.text == said.source and set(words(said.bare)) - NAMES:
        yield Finding("it is the same as the English", "translate it")


def _tags(said: Said) -> Iterator[Finding]:
    if said.place != "text":
        if _TAG.search(said.text):
            yield Finding(f"a {said.place} cannot hold tags", "remove them")
        return
    for fault in check_markup(said.text):
        yield Finding(fault, "write the tags as in the source")
    if Counter(_TAG.findall(said.text)) != Counter(_TAG.findall(said.source)):
        yield Finding("its tags are not those of the source", "keep every tag, each with its end")


def _ends(said: Said) -> Iterator[Finding]:
    for where, stripped in (("begins", str.lstrip), ("ends", str.rstrip)):
        if _space(said.text, stripped) != _space(said.source, stripped):
            yield Finding(f"it {where} with other spaces or line breaks than the source", "make them the same")


def _space(text: str, stripped: Callable[[str], str]) -> str:
    return text.replace(stripped(text), "", 1)


def _punctuation(said: Said) -> Iterator[Finding]:
    if not is_rtl(said.locale):
        return
    shown = html.unescape(_TAG.sub("", said.text))
    for mark in sorted(set(_LATIN_MARK.findall(shown))):
        yield Finding(f"a Latin {mark} stands in it", f"write {_ARABIC_MARKS[mark]}")
    if said.locale == "ar" and "۔" in said.text:
        yield Finding("an Urdu full stop ends a sentence", "write a full stop")
    if said.locale == "ur" and _URDU_STOP.search(said.text):
        yield Finding("a Latin full stop ends a sentence", "write ۔")


def _letters(said: Said) -> Iterator[Finding]:
    yield from letter_findings(said.locale, said.bare)
    if said.text != said.source:
        yield from script_findings(said.locale, said.source, said.bare)


def _digits(said: Said) -> Iterator[Finding]:
    if _FOREIGN_DIGIT.search(said.text):
        yield Finding("it mixes systems of digits", "write 0 to 9; each reader is shown the digits they chose")


def _marks(said: Said) -> Iterator[Finding]:
    if _CONTROLS.search(said.text):
        yield Finding("it holds invisible direction marks", "delete them, the program adds what is needed")


def _length(said: Said) -> Iterator[Finding]:
    values = len(PLACEHOLDER.findall(said.text)) * SHORTEST_VALUE
    length = utf16_length(PLACEHOLDER.sub("", html.unescape(_TAG.sub("", said.text)))) + values
    # One for the mark in front of a right-to-left line.
    if length + 1 > said.limit:
        yield Finding(f"it is too long for a {said.place}: {length} of {said.limit}", "say it in fewer words")


CHECKS: tuple[Callable[[Said], Iterator[Finding]], ...] = (
    _placeholders,
    _same_as_source,
    _tags,
    _ends,
    _punctuation,
    _letters,
    _digits,
    _marks,
    _length,
)
