"""Measure everything and write docs/benchmarks.md: python -m bench [--quick] [FIGURE …]

Every ratio is between two things measured one after the other in the same run, each in a process of its own.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterable

from rich.table import Table

from bench import calendars, cards, comparison, events, machine, million, petitions, rates, replying, starting, updates, verifying
from bench.children import ROOT, fast_loop
from bench.results import QUICK, WHOLE, Result, Size, at_most, console, in_child

PAGE = ROOT / "docs" / "benchmarks.md"


async def composing(_: Size) -> list[Result]:
    alert = await in_child("bench.composing:one", count=2_000)
    crowd = await in_child("bench.composing:many", count=1_000)
    console.print(f"composing: {alert['us']:.0f} µs an alert, {crowd['seconds']:.3f} s for {crowd['readers']:.0f} readers")
    everybody = "Writing and encoding the alerts of 1,000 readers who all read differently"
    return [
        at_most("Writing a typical alert in Arabic", alert["us"], 60, "{:.0f} µs"),
        at_most(everybody, crowd["seconds"], 0.1, "{:.3f} s"),
    ]


FIGURES: dict[str, Callable[[Size], Awaitable[list[Result]]]] = {
    "filling": rates.filling,
    "sending": rates.sending,
    "million": million.figures,
    "events": events.figures,
    "replying": replying.figures,
    "updates": updates.figures,
    "start": starting.figures,
    "composing": composing,
    "calendars": calendars.figures,
    "petitions": petitions.figures,
    "cards": cards.figures,
    "verifying": verifying.figures,
    "memory": million.memory,
    "comparison": comparison.figures,
}

TOGETHER = ("memory", "comparison")
"""No speed is judged in these, and they take long: they run side by side."""


def table(results: Iterable[Result]) -> Table:
    shown = Table("what", "measured", "wanted", "", title="Nida, measured")
    for result in results:
        mark = {True: "[green]reached", False: "[red]not reached", None: ""}[result.good]
        shown.add_row(result.what, result.measured, result.wanted, mark)
    return shown


def page(results: Iterable[Result], names: list[str]) -> str:
    whole = len(names) == len(FIGURES)
    by = "`make bench`." if whole else f"`python -m bench {' '.join(names)}`; the others wait for a whole run."
    reached = {True: "reached", False: "**not reached**", None: ""}
    rows = [f"| {result.what} | {result.measured} | {result.wanted} | {reached[result.good]} |" for result in results]
    lines = [
        "# Benchmarks",
        "",
        f"Written by {by}",
        "Each ratio is between two things measured one after the other in the same run, each in a process of its own on the",
        "same event loop; where there are several rounds, the middle one counts.",
        "",
        *(f"- {line}" for line in machine.describe()),
        "",
        "| what | measured | wanted | |",
        "|---|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


async def measure(names: list[str], size: Size) -> list[Result]:
    alone = [name for name in names if name not in TOGETHER]
    console.print(f"measuring {', '.join(names)}: a quarter of an hour for all, and the machine should have nothing else to do")
    results: list[Result] = []
    for name in alone:
        console.print(f"[bold]{name}")
        os.sync()  # or what one figure has left unwritten delays the commits of the next
        results += await FIGURES[name](size)
    for last in await asyncio.gather(*(FIGURES[name](size) for name in names if name in TOGETHER)):
        results += last
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("figures", nargs="*", choices=[*FIGURES, []], help="all when none is named")
    parser.add_argument("--quick", action="store_true", help="small numbers, only to see that it works; writes nothing")
    options = parser.parse_args()
    names = options.figures or list(FIGURES)
    with asyncio.Runner(loop_factory=fast_loop) as runner:
        results = runner.run(measure(names, QUICK if options.quick else WHOLE))
    console.print(table(results))
    if not options.quick:
        PAGE.write_text(page(results, names), encoding="utf-8")
        console.print(f"Written to {os.path.relpath(PAGE)}.")
    return 0 if all(result.good is not False for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
