"""Places readers and courts are in, found by any of their names however it is typed, and their time zones."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.language.folding import fold
from bot.language.places_table import PLACES, Place
from bot.language.text import Text
from bot.language.values import Speaker, name

if TYPE_CHECKING:
    from bot.language.catalogue import Catalogues

__all__ = ["PLACES", "Place", "place_by_key", "place_name", "place_of_zone", "search_place"]

NEAR = 0.7
"""How alike two names must be to be taken for a slip of the finger: one letter in four or so."""
_ARTICLES = ("ال", "al ", "el ")
_BY_ZONE = {place.timezone: place for place in reversed(PLACES)}
_BY_KEY = {place.key: place for place in PLACES}


def search_place(query: str, catalogues: "Catalogues", limit: int = 6) -> list[Place]:
    """The places a person may mean, best first: those so named, then those that begin so, then near misses."""
    wanted = fold(query)
    if not wanted:
        return []
    names = _names(catalogues)
    ranked = [place for found in _found(wanted, names) for place in names[found]]
    return list(dict.fromkeys(ranked))[:limit]


def place_name(words: Speaker, place: Place) -> Text:
    """The place's name in the reader's language."""
    if place.listed:
        return words.say(place.name)
    return words.show(name(place.name))


def place_by_key(key: str) -> Place | None:
    """The place somebody chose, by the key that was stored; None when it is not listed any more."""
    return _BY_KEY.get(key)


def place_of_zone(timezone: str) -> Place:
    """The place that stands for a time zone: the first listed there, else the city in the zone's own name."""
    city = timezone.rpartition("/")[2].replace("_", " ")
    return _BY_ZONE.get(timezone) or Place(timezone, city, timezone, None, listed=False)


def _found(wanted: str, names: dict[str, list[Place]]) -> Iterator[str]:
    if wanted in names:
        yield wanted
    yield from (known for known in names if known.startswith(wanted))
    yield from (known for known in names if f" {wanted}" in known)
    if len(wanted) > 2:
        yield from get_close_matches(wanted, names, n=6, cutoff=NEAR)


@lru_cache(maxsize=4)
def _names(catalogues: "Catalogues") -> dict[str, list[Place]]:
    """Every folded name, with and without its article, and the places that bear it."""
    names: dict[str, list[Place]] = {}
    for place in PLACES:
        spoken = [catalogues.translate(locale, place.name) for locale in catalogues.locales]
        for known in {variant for spelling in (place.name, *spoken, *place.aliases) for variant in _variants(spelling)}:
            names.setdefault(known, []).append(place)
    return names


def _variants(spelling: str) -> Iterator[str]:
    folded = fold(spelling)
    yield folded
    yield from (folded.removeprefix(article) for article in _ARTICLES if folded.startswith(article))
