"""What people ask for by buttons and words: a page of a list, a thing by its slug or number."""

import re
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LARGEST_ID: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`offset` is where this page really begins: an offset behind the end leads to the last page."""

    items: tuple[Item, ...]
    offset: int
    limit: int
    total: int


def page_start(offset: int, limit: int, total: int) -> int:
    """Where the page begins: an old button may point behind the end, a forged one before the beginning."""
    last_page = max(0, total - 1) // limit * limit
    return min(max(0, offset), last_page)


def may_exist(reference: str | int) -> bool:
    """Databases refuse some of what people can send: numbers too large for a column, letters no text may hold."""
    if isinstance(reference, int):
        return 0 < reference <= LARGEST_ID
    return SLUG.fullmatch(reference) is not None
