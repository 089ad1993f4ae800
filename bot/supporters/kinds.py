"""The kinds of update. A supporter can mute each; they are kept as bits so that an audience is one SQL condition."""

from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    NEWS = "news"
    HEARING = "hearing"
    FILING = "filing"
    RULING = "ruling"
    ACTION = "action"

    @property
    def bit(self) -> int:
        return 1 << list(Kind).index(self)


@cache
def kinds_of(bits: int) -> frozenset[Kind]:
    return frozenset(kind for kind in Kind if bits & kind.bit)
