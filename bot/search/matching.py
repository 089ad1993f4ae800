"""How well words that somebody types name something: whole words, beginnings, parts, and near misses, folded alike."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from bot.language import fold
from bot.language.marks import has_rtl
from bot.language.romanised import consonants

MOST_WORDS: Final = 12
"""Of what somebody types: more of them find nothing better."""
NEAR: Final = 75
"""How alike two words are, in a hundred, for one to be the other misspelt: of four letters one may be another."""
SHORTEST_PART, SHORTEST_MISSPELT = 3, 4


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words something can be found by."""
    return frozenset(word for text in texts for word in _folded(text))


@lru_cache(maxsize=8192)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def wanted_in(query: str) -> list[str]:
    return list(dict.fromkeys(fold(query).split()))[:MOST_WORDS]


def likeness(wanted: list[str], words: frozenset[str], *, misspelt: bool = True) -> float:
    """0 to 1: how much of what is wanted is there, long words weighing more; 0 where it is half or less. `misspelt`: near
    misses count, too, and what is written in Latin letters though it is in none; else every word must be there."""
    letters = found = total = 0.0
    for word in wanted:
        likely = _of_one(word, words, misspelt=misspelt)
        letters += len(word)
        found += len(word) if likely else 0
        total += likely * len(word)
    enough = found > letters / 2 if misspelt else found == letters
    return total / letters if letters and enough else 0.0


def _of_one(wanted: str, words: frozenset[str], *, misspelt: bool) -> float:
    if wanted in words:
        return 1.0
    if any(word.startswith(wanted) for word in words):
        return 0.9
    if len(wanted) >= SHORTEST_PART and any(wanted in word for word in words):
        return 0.8
    if not misspelt or len(wanted) < SHORTEST_MISSPELT:
        return 0.0
    if (key := consonants(wanted)) and any(key == consonants(word) for word in words if has_rtl(word)):
        return 0.5
    nearest = extractOne(wanted, words, scorer=ratio, score_cutoff=NEAR)
    return nearest[1] / 200 if nearest else 0.0
