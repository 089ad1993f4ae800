"""How well words that somebody types name something: whole words, beginnings, parts, and near misses, folded alike."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from bot.language import fold

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
    """0 to 1: 0 as soon as one of the wanted words is not there at all. `misspelt`: near misses count, too."""
    total = 0.0
    for word in wanted:
        if not (found := _of_one(word, words, misspelt=misspelt)):
            return 0.0
        total += found
    return total / len(wanted) if wanted else 0.0


def _of_one(wanted: str, words: frozenset[str], *, misspelt: bool) -> float:
    if wanted in words:
        return 1.0
    if any(word.startswith(wanted) for word in words):
        return 0.9
    if len(wanted) >= SHORTEST_PART and any(wanted in word for word in words):
        return 0.8
    if not misspelt or len(wanted) < SHORTEST_MISSPELT:
        return 0.0
    nearest = extractOne(wanted, words, scorer=ratio, score_cutoff=NEAR)
    return nearest[1] / 200 if nearest else 0.0
