"""Rules for the texts themselves: the language they may not lack, allowed tags, and what fits into a message."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.campaigns.letters import OWN_LINES
from bot.language import Chosen, Unreviewed, Written, check_markup, markup, plain
from bot.language.letters import letter_findings, script_findings
from bot.language.markup import mark_faults, tags_dropped
from bot.language.reader import is_rtl

LIMITS: Final = {
    "title": 120,
    "headline": 200,
    "summary": 3000,
    "body": 3000,
    "expected": 120,
    "about": 1000,
    "venue": 250,
    "asked": 400,
    "bring": 400,
    "arrive": 400,
    "access": 400,
    "phones": 400,
    "reason": 300,
    "target": 200,
    "goal": 300,
    "subject": 150,
    "letter": 3000,
    "script": 2000,
    "text": 2000,
    "outcome": 1500,
}
"""In Telegram's units, as sent, entities resolved. A message holds 4096, with all texts of a case, an update, an event or a
petition: the rest is for the heading, labels, the note on a missing translation, the source and why somebody gets it."""
MARKED_UP: Final = frozenset({"summary", "body", "about", "asked", "bring", "arrive", "access", "phones", "text", "outcome"})
OPTIONAL: Final = frozenset({"expected", "venue", "about", "asked", "bring", "arrive", "access", "phones", "outcome", "goal"})
"""Texts that may be left out, or emptied."""
LINES: Final = frozenset({"letter", "script"})
"""What leaves Telegram, or is read out: no tags, but several lines."""
_LINE = re.compile(r"line (\d+): ")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

_QUOTED = re.compile(r"<(blockquote|code|pre)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)

RULES: Final = {("action", "body"): "letter"}
"""Fields of a file that are another thing than their name says elsewhere."""

Finding = tuple[str | None, int, str]
"""Language, line of the text counting from 1, sentence. No language: about the field as a whole."""


def text_faults(field: str, texts: Mapping[str, Written], source: str) -> Iterator[Finding]:
    if field in OPTIONAL and source in texts and not plain(texts[source]).strip():
        return
    if not plain(texts.get(source, "")).strip():
        yield None, 1, f"needs its text in {source}, the language the others fall back to."
    elif isinstance(texts[source], Unreviewed):
        yield source, 1, "is what the others are translated from and cannot be a draft; write it as a text."
    for locale, written in texts.items():
        found = faults_of(field, locale, plain(written), plain(texts.get(source, "")))
        yield from ((locale, line, said) for line, said in found)


def rule_of(table: str, field: str) -> str:
    """By what name `LIMITS` and the like know a field of a file."""
    return RULES.get((table, field), field)


def stripped(texts: Mapping[Any, Written]) -> dict[str, Written]:
    return {
        locale: Unreviewed(text.text.strip()) if isinstance(text, Unreviewed) else text.strip() for locale, text in texts.items()
    }


def faults_of(field: str, locale: str, text: str, source: str) -> Iterator[tuple[int, str]]:
    """What is wrong with one text: its line, counting from 1, and a sentence. An empty text has no faults.

    `source` is what it translates, or the text itself.
    """
    if text.strip():
        yield from _faults(field, locale, text)
        if field == "letter" and text.count(OWN_LINES) != source.count(OWN_LINES):
            yield 1, f"does not have the line {OWN_LINES} as the source text has it: there people's own lines go."
        if is_rtl(locale):
            yield from _letter_faults(locale, text, source)


def note_on(field: str, source: str, text: str) -> str | None:
    """What a translation dropped, for somebody to look at: it may be meant."""
    dropped = tags_dropped(source, text) if field in MARKED_UP and text.strip() else []
    if not dropped:
        return None
    return (
        f"lacks {', '.join(f'<{name}>' for name in dropped)} of the source text; put it in where it belongs, if it was forgotten."
    )


def _faults(field: str, locale: str, text: str) -> Iterator[tuple[int, str]]:
    if field not in MARKED_UP:
        yield from _plain_faults(field, text)
        return
    found = check_markup(text)
    yield from map(_placed, found)
    if not found:
        yield from _length_faults(field, markup(Chosen(text, locale)).length)


def _letter_faults(locale: str, text: str, source: str) -> Iterator[tuple[int, str]]:
    """Quotations and code may be in letters of another language."""
    bare = _bare(_QUOTED.sub(lambda quoted: "\n" * quoted[0].count("\n"), text))
    found = [(1, finding) for finding in script_findings(locale, _bare(source).strip(), bare.strip())]
    for at, line in enumerate(bare.split("\n"), start=1):
        found += [(at, finding) for finding in letter_findings(locale, line)]
    yield from ((at, f"{finding.fault}; {finding.mend}.") for at, finding in found)


def _bare(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def _plain_faults(field: str, text: str) -> Iterator[tuple[int, str]]:
    if "\n" in text.strip() and field not in LINES:
        yield 1, f"{_a(field)} is one line."
    if tag := _TAG.search(text):
        yield 1, f"{tag[0]} is not allowed here; {_a(field)} takes no tags."
    yield from map(_placed, mark_faults(text))
    yield from _length_faults(field, len(text.encode("utf-16-le", "surrogatepass")) // 2)


def _a(field: str) -> str:
    return "what is expected" if field == "expected" else f"a {field}"


def _placed(fault: str) -> tuple[int, str]:
    line = _LINE.match(fault)
    return (int(line[1]) if line else 1), f"{_LINE.sub('', fault, count=1)}."


def _length_faults(field: str, length: int) -> Iterator[tuple[int, str]]:
    limit = LIMITS[field]
    if length > limit:
        yield 1, f"is too long for Telegram: {length} letters of at most {limit}; shorten it, or split it in two."
