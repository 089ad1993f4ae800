"""Rules for the texts themselves: the language they may not lack, allowed tags, and what fits into a message."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from bot.language import Chosen, Unreviewed, Written, check_markup, markup, plain

LIMITS: Final = {"title": 120, "headline": 200, "summary": 3000, "body": 3000}
"""In Telegram's units, as sent, entities resolved. A message holds 4096: the rest is for the heading, labels, the note on a
missing translation, the source and why somebody gets it."""
MARKED_UP: Final = frozenset({"summary", "body"})
_LINE = re.compile(r"line (\d+): ")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

Finding = tuple[str | None, int, str]
"""Language, line of the text counting from 1, sentence. No language: about the field as a whole."""


def text_faults(field: str, texts: Mapping[str, Written], source: str) -> Iterator[Finding]:
    if not plain(texts.get(source, "")).strip():
        yield None, 1, f"needs its text in {source}, the language the others fall back to."
    elif isinstance(texts[source], Unreviewed):
        yield source, 1, "is what the others are translated from and cannot be a draft; write it as a text."
    for locale, written in texts.items():
        yield from ((locale, line, said) for line, said in faults_of(field, locale, plain(written)))


def faults_of(field: str, locale: str, text: str) -> Iterator[tuple[int, str]]:
    """What is wrong with one text: its line, counting from 1, and a sentence. An empty text has no faults."""
    if text.strip():
        yield from _faults(field, locale, text)


def _faults(field: str, locale: str, text: str) -> Iterator[tuple[int, str]]:
    if field not in MARKED_UP:
        yield from _plain_faults(field, text)
        return
    found = check_markup(text)
    for fault in found:
        line = _LINE.match(fault)
        yield (int(line[1]) if line else 1), f"{_LINE.sub('', fault, count=1)}."
    if not found:
        yield from _length_faults(field, markup(Chosen(text, locale)).length)


def _plain_faults(field: str, text: str) -> Iterator[tuple[int, str]]:
    if "\n" in text.strip():
        yield 1, f"a {field} is one line."
    if tag := _TAG.search(text):
        yield 1, f"{tag[0]} is not allowed here; a {field} takes no tags."
    yield from _length_faults(field, len(text.encode("utf-16-le", "surrogatepass")) // 2)


def _length_faults(field: str, length: int) -> Iterator[tuple[int, str]]:
    limit = LIMITS[field]
    if length > limit:
        yield 1, f"is too long for Telegram: {length} letters of at most {limit}; shorten it, or split it in two."
