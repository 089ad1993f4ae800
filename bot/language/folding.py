"""Folding: what two spellings of one word have in common, whatever keyboard they were typed on."""

import re
import unicodedata

# Each Urdu letter goes with the Arabic one its readers type when they have only the other keyboard.
_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("یىےېۍ", "ي"),
        **dict.fromkeys("کڪ", "ك"),
        **dict.fromkeys("ہۃةھەۀ", "ه"),
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        "ں": "ن",
        "ؤ": "و",
        "ئ": "ي",
        "ء": None,
        "ـ": None,
    }
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text as words are compared: no marks, case, punctuation or tatweel; one letter for each family of letters;
    Latin digits; single spaces. Folding twice changes nothing."""
    letters = _bare(_bare(text).translate(_UNIFIED).casefold()).translate(_UNIFIED)
    return _BETWEEN_WORDS.sub(" ", letters).strip()


def _bare(text: str) -> str:
    return "".join([_latin_digit(letter) for letter in unicodedata.normalize("NFKD", text) if _is_kept(letter)])


def _is_kept(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Mn", "Me", "Cf"}


def _latin_digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
