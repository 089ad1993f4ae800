"""What an app makes of a line: the order of its letters by UAX#9, its direction, and what the server does to marks."""

import re

from bidi import get_base_level, get_display

from bot.language.marks import first_strong, without_marks

_MARKS_IN_A_ROW = re.compile("[\u200e\u200f]{2,}")
_DELETED_BY_SERVER = re.compile("[\u2028-\u202e]")


def order_seen(line: str, base: str) -> str:
    """The letters from left to right as drawn, in a line whose direction is `base` (L or R)."""
    shown = get_display(line, base_dir=base)
    assert isinstance(shown, str)
    return without_marks(shown)


def direction(line: str) -> str:
    """The direction an app gives the line that follows the standard and skips isolates."""
    return "rtl" if get_base_level(line) else "ltr"


def direction_on_desktop(line: str) -> str:
    """The direction an app gives the line that looks into isolates for its first letter."""
    return first_strong(line) or "ltr"


def after_server(text: str) -> str:
    """What comes out of the server: embeddings deleted, of a run of marks only the last kept."""
    return _MARKS_IN_A_ROW.sub(lambda run: "\u200c" * (len(run[0]) - 1) + run[0][-1], _DELETED_BY_SERVER.sub("", text))


def isolates_are_balanced(line: str) -> bool:
    depth = 0
    for letter in line:
        depth += (letter in "\u2066\u2067\u2068") - (letter == "\u2069")
        if depth < 0:
            return False
    return depth == 0
