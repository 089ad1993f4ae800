"""Pseudo-languages: what is not from a catalogue, or would not fit, shows at a glance.

The messages are the English ones with every letter replaced and two fifths more of them; placeholders and tags stay as they
are. A plain Latin letter on a screen then is text that no translator will ever see.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.language.catalogue import Catalogue, Catalogues

_KEPT = re.compile(r"(\{\w+\}|<[^>]*>|&#?\w+;)")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKED = "áƀçđéƒǵħíĵķłɱñóƥɋŕšŧúṽŵẋýžÁƁÇĐÉƑǴĦÍĴĶŁṀÑÓƤɊŔŠŦÚṼŴẊÝŽ"
_TURNED = "ابجدهفغحيجكلمنوبقرستوفوكيز"
_GROWTH = 1.4

ACCENTED: Mapping[int, str] = dict(zip(map(ord, _LETTERS), _MARKED, strict=True))
"""Read from the left, as English."""
MIRRORED: Mapping[int, str] = dict(zip(map(ord, _LETTERS), _TURNED + _TURNED, strict=True))
"""Read from the right: Arabic letters, which mean nothing here."""
LETTERS: Mapping[str, Mapping[int, str]] = {"en": ACCENTED, "ar": MIRRORED, "ur": MIRRORED}
"""Those put in place of each language."""


class PseudoCatalogue(Catalogue):
    """A catalogue without a file: it answers every message."""

    def __init__(self, letters: Mapping[int, str]) -> None:
        super().__init__()
        self._letters = letters

    def gettext(self, message: str) -> str:
        return pseudo(message, self._letters)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


def pseudo_catalogues(now: Callable[[], datetime]) -> Catalogues:
    """The accented one in place of English, the mirrored one in place of Arabic and Urdu; dates and digits stay theirs."""
    return Catalogues({locale: PseudoCatalogue(letters) for locale, letters in LETTERS.items()}, now)


def pseudo(message: str, letters: Mapping[int, str] = ACCENTED) -> str:
    """The message in other letters, every line two fifths longer."""
    return "\n".join([_grown(line, letters) for line in message.split("\n")])


def _grown(line: str, letters: Mapping[int, str]) -> str:
    parts = _KEPT.split(line)
    said = "".join(parts[::2])
    missing = round(len(said) * _GROWTH) - len(said)
    for at in range(0, len(parts), 2):
        share = round(missing * len(parts[at]) / len(said)) if said else 0
        parts[at] = _lengthened(parts[at].translate(letters), share)
    return "".join(parts)


def _lengthened(text: str, by: int) -> str:
    """Longer by so many letters: each one twice, from the first on; other signs stay single."""
    grown = []
    for sign in text:
        doubled = by > 0 and sign.isalpha()
        grown.append(sign * 2 if doubled else sign)
        by -= doubled
    return "".join(grown)
