"""What Telegram finds in a text by itself: commands, mentions, hashtags, addresses, numbers."""

import re
from collections.abc import Iterator
from typing import Final

from bot.standin.tags import Span
from bot.standin.text import units

_DOMAIN: Final = (
    r"(?:[\w-]+\.)+(?:com|org|net|info|edu|gov|int|io|me|uk|pk|jo|eg|sa|ae|example|test|app|dev|online|site|[a-z]{2})"
)
_IN_LINK: Final = r"[^\s<>«»\"\u2000-\u200b\u200e-\u206f]"
_FINDERS: Final = (
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}\b")),
    (
        "url",
        re.compile(rf"(?i)(?<![\w@./-])(?:(?:https?|tg|ton)://{_IN_LINK}+|{_DOMAIN}\b(?::\d+)?(?:/{_IN_LINK}*)?)"),
    ),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@])")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=[\w]*[^\W\d])[\w\u200c]{1,256}")),
    ("phone_number", re.compile(r"(?<![\w+])\+[0-9][0-9 ()-]{6,18}[0-9](?!\w)")),
)
_TRAILING = ".,:;!?…'\"()[]{}*~_،؛؟۔\u2066\u2067\u2068\u2069\u200e\u200f"
_MAY_HOLD = re.compile(r"[/@#+]|\.\w")


def detect(text: str, taken: list[Span]) -> list[Span]:
    """Entities of the text outside those already given (a link inside a code block is only code)."""
    if not _MAY_HOLD.search(text):
        return []
    found: list[Span] = []
    for kind, finder in _FINDERS:
        found.extend(span for span in _found(kind, finder, text) if not _meets(span, [*found, *taken]))
    return found


def _found(kind: str, finder: re.Pattern[str], text: str) -> Iterator[Span]:
    for match in finder.finditer(text):
        piece = match[0].rstrip(_TRAILING) if kind == "url" else match[0]
        yield Span(kind, units(text[: match.start()]), units(piece))


_BLOCKS: Final = frozenset({"code", "pre", "text_link", "custom_emoji", "date_time", "text_mention"}) | {
    kind for kind, _ in _FINDERS
}


def _meets(span: Span, others: list[Span]) -> bool:
    return any(
        other.kind in _BLOCKS and span.offset < other.offset + other.length and other.offset < span.offset + span.length
        for other in others
    )
