"""Whom an announcement or a call would reach if it were launched now, language by language, and how long that takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bot.language import State


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of one language. `falls_back` says they get the source text, `held` that they get nothing yet."""

    locale: str
    count: int
    state: State
    falls_back: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """`total` counts those it goes to; `seconds` at the configured rate. `already` when it was launched before; `adds` when
    some languages were left out then, and these are their readers. Of a call to do something, `rested` counts those who
    would get it, had they not been asked within the days before, and `adds` whom it could not go to then."""

    subject: str
    readers: tuple[Readers, ...]
    total: int
    held: int
    seconds: float
    already: bool
    adds: bool = False
    rested: int = 0

    @classmethod
    def of(
        cls, subject: str, readers: tuple[Readers, ...], rate: float, *, already: bool, adds: bool = False, rested: int = 0
    ) -> Self:
        """At `rate` messages a second."""
        total = sum(each.count for each in readers if not each.held)
        held = sum(each.count for each in readers if each.held)
        return cls(subject, readers, total, held, total / rate, already, adds, rested)


def readers_of(
    counts: Mapping[str, int], locales: Sequence[str], state: Callable[[str], State], *, hold: bool
) -> tuple[Readers, ...]:
    """Of each language in `locales`, and of those offered no longer, whose readers get the source text and count like everybody.
    With `hold`, who would get the source text gets nothing yet."""

    def of(locale: str) -> Readers:
        standing = state(locale) if locale in locales else State.missing
        missing = standing is not State.ready
        return Readers(locale, counts.get(locale, 0), standing, falls_back=missing and not hold, held=missing and hold)

    return tuple(of(locale) for locale in (*locales, *sorted(counts.keys() - set(locales))))
