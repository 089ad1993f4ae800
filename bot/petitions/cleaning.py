"""What people type when a petition asks them something: one line without marks, of a length that can be printed."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Final

from babel import Locale
from rapidfuzz import fuzz, process

from bot.language.folding import fold
from bot.language.marks import clean_line
from bot.petitions.models import Ask

LONGEST: Final = {Ask.NAME: 80, Ask.CITY: 60, Ask.COUNTRY: 60, Ask.COMMENT: 500}
"""Letters, once it is clean."""
_MARKS_ON_A_LETTER: Final = 4
_JOINERS: Final = "\u200c\u200d"
_KEPT_APART: Final = re.compile("(?<=[\u0600-\u06ff])\u200c+(?=[\u0600-\u06ff])")
"""Two words of Arabic script with a non-joiner in the place of a space."""
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""They count as letters and nobody sees them."""


class Why(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too long"
    NO_LETTERS = "no letters"
    NO_COUNTRY = "no country"


class NotAnAnswer(ValueError):
    """`limit` is how many letters there may be."""

    def __init__(self, ask: Ask, why: Why) -> None:
        super().__init__(f"{ask}: {why}")
        self.ask, self.why, self.limit = ask, why, LONGEST[ask]


def clean_answer(ask: Ask, text: str) -> str:
    """What is kept of it; for a country its code. Raises NotAnAnswer."""
    answer = _inert(clean_line(unicodedata.normalize("NFC", text)), joiners=_JOINERS if ask is Ask.COMMENT else "")
    if not answer:
        raise NotAnAnswer(ask, Why.EMPTY)
    if len(answer) > LONGEST[ask]:
        raise NotAnAnswer(ask, Why.TOO_LONG)
    if ask is Ask.COUNTRY:
        if (code := country_of(answer)) is None:
            raise NotAnAnswer(ask, Why.NO_COUNTRY)
        return code
    if not any(letter.isalpha() for letter in answer):
        raise NotAnAnswer(ask, Why.NO_LETTERS)
    return answer


def country_of(text: str) -> str | None:
    """The code of a country named in any of our languages, in their letters or in Latin ones, or by its code or flag."""
    if (code := _code_or_flag(text)) is not None:
        return code
    wanted, names = fold(text), _countries()
    if (code := names.get(wanted) or names.get(_without_article(wanted))) is not None:
        return code
    if len(wanted) < _LONG_ENOUGH:
        return None
    near = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
    nearest = {names[name] for name, alike, _ in near if alike == near[0][1]}
    return nearest.pop() if len(nearest) == 1 else None


def _code_or_flag(text: str) -> str | None:
    """A code only in capitals, as many are words: "in", "is", "to"."""
    written = _without_flags(text)
    is_flag = written != text
    return written if written in _codes() and (is_flag or written not in _REFUSALS) else None


_LONG_ENOUGH: Final = 5
_NEAR: Final = 85
"""How alike two names must be, in a hundred: a slip of the finger. Everybody sees the country before they confirm it."""
_REFUSALS: Final = {"NA", "NO"}
"""In capitals, too, how people say that they would rather not."""
_NO_COUNTRIES: Final = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_ALSO: Final = {
    "AE": "UAE, Emirates, Imarat, الامارات, امارات",
    "BA": "Bosnia, البوسنة, بوسنیا",
    "CD": "Congo, Congo Kinshasa, DR Congo, DRC, Zaire, الكونغو, کانگو",
    "CI": "Ivory Coast, آئیوری کوسٹ",
    "CZ": "Czech Republic",
    "DE": "Almania, Jarmani",
    "DZ": "Jazair",
    "EG": "Misr, Masr",
    "ES": "Isbania, Hispania",
    "FR": "Faransa, Fransa",
    "GB": "UK, GB, England, Scotland, Wales, Northern Ireland, Britain, Great Britain, Bartania, Britania, Inglistan, "
    "انجلترا, إنكلترا, بريطانيا, برطانیہ, انگلینڈ, انگلستان, اسکاٹ لینڈ, ویلز",
    "GR": "Younan, Yunan",
    "HK": "Hong Kong, هونغ كونغ, ہانگ کانگ",
    "IN": "Hindustan, Bharat, ہندوستان, انڈیا",
    "IQ": "Irak",
    "JO": "Urdun, Ordon",
    "KR": "Korea, كوريا, کوریا",
    "LB": "Lubnan, Libnan",
    "LY": "Lybia",
    "MA": "Maghrib, Maroc, Marakish, مراکش",
    "MK": "Macedonia, مقدونيا, مقدونیہ",
    "MM": "Burma, Myanmar, بورما, برما",
    "MO": "Macao, Macau",
    "NL": "Holland, ہالینڈ",
    "PK": "Pak, PK",
    "PS": "Palestine, Falasteen, Falastin, Filistin, فلسطين, فلسطین",
    "SA": "KSA, Saudi, Saudia, Saudi Arab, السعودية, سعودیہ, سعودی عرب",
    "SD": "Soudan",
    "SY": "Suriya, Souria, Sham, شام",
    "SZ": "Swaziland",
    "TN": "Tounes, Tunis",
    "TR": "Turkey, Turkiye, Turkia, ترکی, ترکیہ",
    "US": "US, USA, America, Amreeka, Amrika, امريكا, امریکا, امریکہ",
    "YE": "Yaman",
}
"""What people call a country that lists of names do not have."""


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    codes = (code for code, _ in Locale("en").territories.items())
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Codes by folded name."""
    names: dict[str, str] = {}
    for language in ("en", "ar", "ur"):
        for code, name in Locale(language).territories.items():
            if code in _codes():
                names.setdefault(_without_article(fold(name)), code)
    for code, also in _ALSO.items():
        names |= {_without_article(fold(name)): code for name in also.split(",")}
    return names


def _without_article(folded: str) -> str:
    return re.sub(r"^(?:ال|al |the )(?=.{3})", "", folded)


def _without_flags(text: str) -> str:
    """A flag is two letters of another alphabet."""
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) if "\U0001f1e6" <= letter <= "\U0001f1ff" else letter for letter in text)


def _inert(line: str, joiners: str) -> str:
    """Without what cannot be seen, and without towers of marks."""
    if not joiners:
        line = _KEPT_APART.sub(" ", line)
    kept: list[str] = []
    marks = 0
    for letter in line:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        hidden = category == "Cf" and letter not in joiners
        if not hidden and letter not in _BLANK_LETTERS and marks <= _MARKS_ON_A_LETTER:
            kept.append(letter)
    return " ".join("".join(kept).split())
