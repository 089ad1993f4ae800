"""A million people: how long it takes to write them into the ledger, what that costs in memory and on the disk, and how soon
sending goes on after the process was killed in the middle."""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import databases
from bench.api import Api, answering
from bench.results import Result, Size, at_most, console, in_child
from bench.updates import free_port, started

FEW = 1_000
RATE = 1_000
MOST_BYTES, MOST_MB, MOST_SECONDS, MOST_PAUSE = 120, 15, 10, 3
Opened = Callable[[Path], AbstractContextManager[str]]


async def figures(size: Size) -> list[Result]:
    return [
        *await _on("SQLite", databases.sqlite, size.people),
        *await _on("PostgreSQL", databases.postgresql, size.people),
    ]


async def memory(size: Size) -> list[Result]:
    few, many = await _memory(FEW), await _memory(size.people)
    console.print(f"memory: {many:.0f} MB announcing to {size.people:,}, {few:.0f} MB to {FEW:,}")
    more = at_most(f"Memory announcing to {size.people:,}, above what {FEW:,} take", many - few, MOST_MB, "{:.0f} MB")
    return [more, Result("… MB in all", f"{many:.0f} against {few:.0f}")]


async def _on(database: str, opened: Opened, people: int) -> list[Result]:
    with TemporaryDirectory() as name, opened(Path(name)) as url:
        async with answering() as api:
            port = free_port()
            listen = f"127.0.0.1:{port}"
            plan = {"people": people, "api_url": api.url, "rate": RATE, "listen": listen, "webhook": True, "database": url}
            console.print(f"{database}: making {people:,} people")
            await in_child("bench.house:build_here", folder=name, **plan)
            before = databases.size(url)
            seconds = (await in_child("bench.sending:launch", folder=name))["seconds"]
            row = (databases.size(url) - before) / people
            pause = await _pause_after_a_kill(Path(name), api, f"http://{listen}/readyz")
    console.print(f"{database}: written in {seconds:.1f} s, {row:.0f} bytes a row; sending {pause:.2f} s after ready")
    return [
        at_most(f"Writing {people:,} people into the ledger, {database}", seconds, MOST_SECONDS, "{:.1f} s"),
        at_most("… bytes a row, with its indexes", row, MOST_BYTES, "{:.0f}"),
        at_most("… first send after `kill -9` and a new start, counted from ready", pause, MOST_PAUSE, "{:.2f} s"),
    ]


async def _pause_after_a_kill(folder: Path, api: Api, ready_url: str) -> float:
    command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
    async with started(ready_url, *command) as process:
        await asyncio.wait_for(api.messages_reach(RATE), 60)
        process.kill()
        await process.wait()
    await asyncio.sleep(0.5)  # what had left by then arrives
    sent = api.messages
    async with started(ready_url, *command):
        ready = time.perf_counter()
        await asyncio.wait_for(api.messages_reach(sent + 1), 60)
    return max(0.0, api.arrived[sent] - ready)


async def _memory(people: int) -> float:
    """Peak, in MB, of a process that announces to so many from the first to the last. What leaves is answered at once within
    the process, as a million over the network would take too long to wait for."""
    with TemporaryDirectory() as name:
        await in_child("bench.house:build_here", folder=name, people=people, api_url="http://127.0.0.1:1")
        return (await in_child("bench.sending:announce_to_nobody", folder=name))["peak_mb"]
