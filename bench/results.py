"""What a figure is, and what all of them need to be measured."""

import asyncio
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console

from bench.children import Figures, run_child

console = Console()


@dataclass(frozen=True)
class Result:
    """`good` is None for a line that only explains another."""

    what: str
    measured: str
    wanted: str = ""
    good: bool | None = None


@dataclass(frozen=True)
class Size:
    messages: int
    updates: int
    rounds: int
    people: int
    """Where the issue is how many there are."""
    seconds: float
    """How long a rate is held."""


WHOLE = Size(messages=10_000, updates=3_000, rounds=3, people=1_000_000, seconds=60)
QUICK = Size(messages=5_000, updates=500, rounds=1, people=10_000, seconds=5)


def at_least(what: str, value: float, wanted: float, shown: str = "{:.2f} ×") -> Result:
    return Result(what, shown.format(value), "≥ " + shown.format(wanted), value >= wanted)


def at_most(what: str, value: float, wanted: float, shown: str = "{:.2f} ×") -> Result:
    return Result(what, shown.format(value), "≤ " + shown.format(wanted), value <= wanted)


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


def middle_ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """Of pairs measured one after the other."""
    return middle(each / other for each, other in zip(ours, theirs, strict=True))


async def in_child(function: str, **arguments: object) -> Figures:
    return await asyncio.to_thread(run_child, function, **arguments)
