"""Urdu and Arabic in Latin letters: nobody spells them alike, but nearly all agree on the consonants."""

import re
from functools import lru_cache
from typing import Final

SHORTEST_KEY: Final = 3
"""With fewer consonants a word sounds like too many others."""

_SOUNDS: Final = {
    **dict.fromkeys(("ت", "ط", "ٹ", "6"), "t"),
    **dict.fromkeys(("ث", "س", "ص"), "s"),
    **dict.fromkeys(("ذ", "ز", "ض", "ظ"), "z"),
    **dict.fromkeys(("خ", "ق", "ك", "5", "9", "q", "x"), "k"),
    **dict.fromkeys(("غ", "گ"), "g"),
    **dict.fromkeys(("د", "ڈ"), "d"),
    **dict.fromkeys(("ر", "ڑ"), "r"),
    **dict.fromkeys(("ح", "ه", "7"), "h"),
    **dict(zip("بپجچشفلمن", "bpjcʃflmn", strict=True)),
    **dict.fromkeys("اويعaeiouvwy23", ""),
}
_LATIN_PAIRS: Final = (("sh", "ʃ"), ("ch", "چ"), ("kh", "k"), ("gh", "g"), ("ph", "f"), ("ck", "k"))
_SOFT_C: Final = re.compile(r"c(?=[eiy])")
_ARTICLE: Final = re.compile(r"^ال(?=...)")
_TWICE: Final = re.compile(r"(.)\1+")


@lru_cache(maxsize=8192)
def consonants(word: str) -> str:
    """What a folded word of either script is known by; empty where too little of it is left."""
    spelt = _SOFT_C.sub("s", _ARTICLE.sub("", word))
    for pair, sound in _LATIN_PAIRS:
        spelt = spelt.replace(pair, sound)
    sounds = "".join(_SOUNDS.get(letter, "k" if letter == "c" else letter) for letter in spelt)
    key = _TWICE.sub(r"\1", sounds[:1] + sounds[1:].replace("h", ""))
    return key if len(key) >= SHORTEST_KEY else ""
