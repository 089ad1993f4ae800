"""Measure everything and write docs/benchmarks.md: python -m bench [--quick] [FIGURE …]

Every ratio is between two things measured one after the other in the same run, each in a process of its own.
"""

import argparse
import asyncio
import os
import statistics
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from rich.console import Console
from rich.table import Table

from bench import house, machine, starting, updates
from bench.api import TOKEN, yes_api
from bench.children import ROOT, Figures, fast_loop, run_child

PAGE = ROOT / "docs" / "benchmarks.md"
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
    followers: int
    updates: int
    rounds: int


WHOLE, QUICK = Size(10_000, 100_000, 5_000, 3), Size(2_000, 10_000, 1_000, 1)


async def sending(size: Size) -> list[Result]:
    """Against the stand-in, which is strict, with its limits off."""
    ours, bare = [], []
    async with standin() as url:
        for number in range(size.rounds):
            await join(url, size.messages)
            with TemporaryDirectory() as name:
                await house.build(Path(name), size.messages, url, TOKEN)
                await in_child("bench.sending:write_payloads", folder=name)
                bare.append(await in_child("bench.sending:bare_aiogram", folder=name, count=size.messages, at_once=1))
                ours.append(await in_child("bench.sending:announce", folder=name))
            console.print(f"sending, round {number + 1}: {ours[-1]['cpu_us']:.0f} µs against {bare[-1]['cpu_us']:.0f} µs")
    ratio = middle(each["cpu_us"] / other["cpu_us"] for each, other in zip(ours, bare, strict=True))
    return [
        Result(
            "CPU of a delivered message, ledger included, against a bare aiogram loop", f"{ratio:.2f} ×", "≤ 0.7", ratio <= 0.7
        ),
        Result("… in the ledger's process", f"{middle(each['cpu_us'] for each in ours):.0f} µs"),
        Result("… in the bare loop's", f"{middle(each['cpu_us'] for each in bare):.0f} µs"),
    ]


async def answering(size: Size) -> list[Result]:
    ours, bare = [], []
    for number in range(size.rounds):
        bare.append(await updates.bare_aiogram(size.updates))
        ours.append(await updates.nida(size.updates))
        console.print(f"updates, round {number + 1}: {ours[-1]['per_second']:.0f}/s against {bare[-1]['per_second']:.0f}/s")
    ratio = middle(each["per_second"] / other["per_second"] for each, other in zip(ours, bare, strict=True))
    what = "Webhook updates a second through intake, database and /case, against a bare aiogram handler"
    return [
        Result(what, f"{ratio:.2f} ×", "≥ 0.5", ratio >= 0.5),
        Result("… Nida", f"{middle(each['per_second'] for each in ours):.0f}/s"),
        Result("… aiogram alone", f"{middle(each['per_second'] for each in bare):.0f}/s"),
    ]


async def memory(size: Size) -> list[Result]:
    peaks = []
    for followers in (1_000, size.followers):
        with TemporaryDirectory() as name:
            async with yes_api() as api:
                await house.build(Path(name), followers, api.url, TOKEN)
                peaks.append((await in_child("bench.sending:announce", folder=name))["peak_mb"])
        console.print(f"memory: {peaks[-1]:.0f} MB announcing to {followers:,}")
    ratio = peaks[1] / peaks[0]
    what = f"Peak memory announcing to {size.followers:,} followers, against 1,000"
    return [
        Result(what, f"{ratio:.2f} ×", "≤ 1.2", ratio <= 1.2),
        Result("… MB", f"{peaks[1]:.0f} against {peaks[0]:.0f}"),
    ]


async def start_up(_: Size) -> list[Result]:
    helped, bare = await asyncio.to_thread(lambda: (starting.help_cpu(), starting.import_seconds()))
    ready = await starting.ready_seconds()
    console.print(f"start-up: help {helped:.2f} s, ready {ready:.2f} s, import of aiogram {bare:.2f} s")
    what = "`nida run` until ready, against the bare import of aiogram"
    return [
        Result("CPU of `nida --help`", f"{helped:.2f} s", "≤ 0.4 s", helped <= 0.4),
        Result(what, f"{ready / bare:.2f} ×", "≤ 1.5", ready <= bare * 1.5),
        Result("… seconds", f"{ready:.2f} against {bare:.2f}"),
    ]


async def composing(_: Size) -> list[Result]:
    alert = await in_child("bench.composing:one", count=2_000)
    crowd = await in_child("bench.composing:many", count=1_000)
    console.print(f"composing: {alert['us']:.0f} µs an alert, {crowd['seconds']:.3f} s for {crowd['readers']:.0f} readers")
    return [
        Result("Writing a typical alert in Arabic", f"{alert['us']:.0f} µs", "≤ 60 µs", alert["us"] <= 60),
        Result(
            "Writing and encoding the alerts of 1,000 readers who all read differently",
            f"{crowd['seconds']:.3f} s",
            "≤ 0.1 s",
            crowd["seconds"] <= 0.1,
        ),
    ]


FIGURES: dict[str, Callable[[Size], Awaitable[list[Result]]]] = {
    "sending": sending,
    "updates": answering,
    "memory": memory,
    "start": start_up,
    "composing": composing,
}


def middle(values: Iterable[float]) -> float:
    return statistics.median(values)


async def in_child(function: str, **arguments: object) -> Figures:
    return await asyncio.to_thread(run_child, function, **arguments)


@asynccontextmanager
async def standin() -> AsyncIterator[str]:
    """The stand-in for Telegram without limits, in a process of its own."""
    command = (sys.executable, "-m", "bot.standin", "--port", "0", "--unlimited", "--token", TOKEN)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        first = (await process.stdout.readline()).decode()
        yield first.split()[-1].rstrip("/")
    finally:
        process.terminate()
        await process.wait()


async def join(url: str, count: int) -> None:
    """People the bot may write to."""
    people = [{"id": house.FIRST_CHAT + number, "first_name": "Sam", "started": True} for number in range(1, count + 1)]
    async with aiohttp.ClientSession(url) as http:
        for first in range(0, count, 1000):
            async with http.post("/control/people", json=people[first : first + 1000]) as response:
                response.raise_for_status()


def table(results: Iterable[Result]) -> Table:
    shown = Table("what", "measured", "wanted", "", title="Nida, measured")
    for result in results:
        mark = {True: "[green]good", False: "[red]not yet", None: ""}[result.good]
        shown.add_row(result.what, result.measured, result.wanted, mark)
    return shown


def page(results: Iterable[Result]) -> str:
    rows = [f"| {result.what} | {result.measured} | {result.wanted} |" for result in results]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Each ratio is between two things measured one after the other in the same run, each in a",
        "process of its own on the same event loop; where there are several rounds, the middle one counts.",
        "",
        *(f"- {line}" for line in machine.describe()),
        "",
        "| what | measured | wanted |",
        "|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


async def measure(names: list[str], size: Size) -> list[Result]:
    results: list[Result] = []
    for name in names:
        results += await FIGURES[name](size)
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
    if len(names) == len(FIGURES) and not options.quick:
        PAGE.write_text(page(results), encoding="utf-8")
        console.print(f"Written to {os.path.relpath(PAGE)}.")
    return 0 if all(result.good is not False for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
