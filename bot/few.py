"""Numbers of people by what they have in common, as staff see them: a group of a few could point to somebody, so it is counted
with others. One rule for whatever is counted."""

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 5

Groups = tuple[tuple[str | None, int], ...]


def merged(groups: Mapping[str, int] | Mapping[str | None, int], named: Mapping[str | None, int] | None = None) -> Groups:
    """The largest first; under None, last, those together of whose group there are few, and those who are in none. Where only few
    are left over, the smallest group joins them: else what is missing from the number of all would tell them apart.

    `named` are those of them whose names stand beside: whoever takes these off shall not be left with few either.
    """
    known = named or {}
    large = sorted(
        ((key, people) for key, people in groups.items() if key is not None and not _few(people, people - known.get(key, 0))),
        key=lambda each: (-each[1], each[0]),
    )
    rest = sum(groups.values()) - sum(people for _, people in large)
    unnamed = rest - sum(known.values()) + sum(known.get(key, 0) for key, _ in large)
    while large and rest and _few(rest, unnamed):
        key, people = large.pop()
        rest, unnamed = rest + people, unnamed + people - known.get(key, 0)
    return (*large, (None, rest)) if rest else tuple(large)


def _few(people: int, unnamed: int) -> bool:
    return people < FEWEST or 0 < unnamed < FEWEST
