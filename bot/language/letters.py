"""The letters a language is written in: Arabic and Urdu look alike, and what was typed on the other's keyboard is neither
found nor drawn as it should be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.marks import ARROWS, has_rtl
from bot.language.reader import is_rtl

_WRONG = {"ur": "يكةىه", "ar": "یکےہھۃٹڈڑں"}
_RIGHT = {"ي": "ی", "ك": "ک", "ة": "ۃ or ہ", "ى": "ی", "ه": "ہ", "ی": "ي", "ک": "ك", "ے": "ي", "ہ": "ه", "ھ": "ه",
          "ۃ": "ة", "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "ں": "ن"}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
NAMES = frozenset({"Nida", "Telegram"})
"""Written in Latin letters in every language."""


@dataclass(frozen=True, slots=True)
class Finding:
    fault: str
    mend: str


def letter_findings(locale: str, text: str) -> Iterator[Finding]:
    """What is wrong with the letters of a text without tags and placeholders."""
    for letter in sorted(set(_WRONG.get(locale, "")) & set(text)):
        yield Finding(f"the letter {letter} is of another alphabet", f"write {_RIGHT[letter]}")
    if "ـ" in text:
        yield Finding("it holds a tatweel", "delete the stretching line")
    if ARROWS & set(text):
        yield Finding("it holds an arrow, which points the wrong way for half of the readers", "say it in words")


def script_findings(locale: str, source: str, text: str) -> Iterator[Finding]:
    """Whether a whole text is in the wrong script; a name may stand as it does in the source."""
    if is_rtl(locale) and not has_rtl(text) and re.search("[A-Za-z]{3}", text) and text != source and set(words(text)) - NAMES:
        yield Finding("it is written in Latin letters", "write it in the script of the language")


def words(text: str) -> list[str]:
    return _WORD.findall(text)
