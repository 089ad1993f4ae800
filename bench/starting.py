"""How soon it starts: the command line's help, and the bot against the bare import of aiogram."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import house
from bench.api import answering
from bench.children import ROOT
from bench.results import Result, Size, at_most, console
from bench.updates import free_port, started

TRIES = 5


async def figures(_: Size) -> list[Result]:
    helped, bare = await asyncio.to_thread(lambda: (help_cpu(), import_seconds()))
    ready = await ready_seconds()
    console.print(f"start-up: help {helped:.2f} s, ready {ready:.2f} s, import of aiogram {bare:.2f} s")
    return [
        at_most("CPU of `nida --help`", helped, 0.4, "{:.2f} s"),
        at_most("`nida run` until ready, against the bare import of aiogram", ready / bare, 1.5),
        Result("… seconds", f"{ready:.2f} against {bare:.2f}"),
    ]


def help_cpu() -> float:
    """Seconds of CPU of `nida --help`, the best of several."""
    return min(_cpu_of("-m", "bot", "--help") for _ in range(TRIES))


def import_seconds() -> float:
    """Seconds that importing aiogram takes in a new process, the best of several."""
    return min(_seconds_of("-c", "import aiogram") for _ in range(TRIES))


async def ready_seconds() -> float:
    """Seconds from starting `nida run` until it says that it is ready, the best of several."""
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        async with answering() as api:
            await house.build(folder, house.Plan(10, api.url, listen=f"127.0.0.1:{port}", webhook=True))
            command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
            return min([await _until_ready(f"http://127.0.0.1:{port}/readyz", command) for _ in range(TRIES)])


async def _until_ready(url: str, command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    async with started(url, *command):
        return time.perf_counter() - began


def _cpu_of(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _seconds_of(*arguments: str) -> float:
    began = time.perf_counter()
    _run(*arguments)
    return time.perf_counter() - began


def _run(*arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIDA_")}
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True, env=environment)
