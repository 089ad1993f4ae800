"""Direction marks, and the characters that must not travel inside a value."""

import re
import unicodedata

LRM, RLM = "\u200e", "\u200f"
LRI, RLI, FSI, PDI = "\u2066", "\u2067", "\u2068", "\u2069"
ISOLATES = LRI + RLI + FSI

BIDI_CONTROLS = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ARROWS = frozenset("←→↖↗↘↙⇐⇒⇦⇨↩↪↰↱⬅➡➔➜◀▶◁▷◂▸◄►‹›⏩⏪⏭⏮👈👉")
"""What points to a side. Telegram turns none of it round for who reads from the right, so no message holds any."""
_NEWLINES = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Joiners stay: Urdu and emoji need them. Unassigned and private letters stay too, they harm nobody.
_UNWANTED = re.compile(f"[{BIDI_CONTROLS}\ufeff\u00ad\u2060\u180e\ufff9-\ufffb\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_MARKS = re.compile(f"[{BIDI_CONTROLS}\ufeff]")

_CLOSED_BY = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys(ISOLATES, PDI)}
_CLOSERS = frozenset(_CLOSED_BY.values())

_LATIN = "0123456789"
_SHOWN = {
    "arabic": str.maketrans(_LATIN, "٠١٢٣٤٥٦٧٨٩"),
    "urdu": str.maketrans(_LATIN, "۰۱۲۳۴۵۶۷۸۹"),
}


def without_marks(text: str) -> str:
    """The text with every direction mark and byte order mark gone: what commands and words are compared by."""
    return _MARKS.sub("", text)


def clean_line(text: str) -> str:
    """One line of somebody else's text: no marks, no control characters, white space as single spaces."""
    return _SPACE.sub(" ", _UNWANTED.sub("", _NEWLINES.sub(" ", text))).strip()


def clean_lines(text: str) -> str:
    """Somebody else's text with its line breaks kept, each as one newline."""
    return _UNWANTED.sub("", _NEWLINES.sub("\n", text))


def are_balanced(line: str) -> bool:
    """Whether every embedding and isolate of a line is closed by what closes its kind, the one opened last first."""
    opened: list[str] = []
    for letter in line:
        if letter in _CLOSED_BY:
            opened.append(_CLOSED_BY[letter])
        elif letter in _CLOSERS and (not opened or opened.pop() != letter):
            return False
    return not opened


def digits_shown(text: str, digits: str) -> str:
    return text.translate(_SHOWN.get(digits, {}))


def first_strong(text: str) -> str | None:
    """ "ltr" or "rtl" by the first strong letter, looking into isolates too, as some desktop apps do; else None."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return None


def has_rtl(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def utf16_length(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
