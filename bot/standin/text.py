"""Text as Telegram's servers keep it: lengths in UTF-16 units, and what they quietly take out of what was sent."""

import re
from bisect import bisect_left
from dataclasses import dataclass

# Embeddings, overrides and the two separators, three combining lines that would overlap the neighbours, and returns.
_DELETED = re.compile("[\u2028-\u202e\u0333\u033f\u030a\r]")
_CONTROLS = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_RUN_OF_MARKS = re.compile("[\u200e\u200f]{2,}")
_TRIMMED = " \n"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00a0\u2800 \n"
ZWNJ = "\u200c"


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers; offset and length in UTF-16 units."""
    raw = text.encode("utf-16-le")
    return raw[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def is_empty(text: str) -> bool:
    return not text.strip(_INVISIBLE)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text after cleaning, and where each position of the text before it has gone."""

    text: str
    deleted: tuple[int, ...]
    """UTF-16 positions, in the text before, of the units that are no longer there (each was one unit)."""
    led: int
    """How many units were trimmed from the beginning, counted after the deletions."""

    def moved(self, offset: int) -> int:
        position = offset - bisect_left(self.deleted, offset) - self.led
        return min(max(position, 0), units(self.text))


def clean(text: str) -> Cleaned:
    """Delete what the servers delete, turn controls into spaces, keep one mark of each run, trim."""
    kept, deleted = _without_deleted(_CONTROLS.sub(" ", text))
    kept = _RUN_OF_MARKS.sub(lambda run: ZWNJ * (len(run[0]) - 1) + run[0][-1], kept)
    trimmed = kept.lstrip(_TRIMMED)
    return Cleaned(trimmed.rstrip(_TRIMMED), deleted, len(kept) - len(trimmed))


def _without_deleted(text: str) -> tuple[str, tuple[int, ...]]:
    if not _DELETED.search(text):
        return text, ()
    places = tuple(units(text[: found.start()]) for found in _DELETED.finditer(text))
    return _DELETED.sub("", text), places
