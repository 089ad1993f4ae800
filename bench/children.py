"""Each thing measured runs in a process of its own, so that neither memory nor caches of one flatter the next."""

import asyncio
import importlib
import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parent.parent
Figures = dict[str, float]


def run_child(function: str, **arguments: Any) -> Figures:
    """Run `module:function` in a new process and return the figures it gives, with `peak_mb`, its peak memory."""
    command = [sys.executable, "-m", "bench.children", function, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True, env=_environment())
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("NIDA_")}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    module, _, name = sys.argv[1].partition(":")
    work: Callable[..., Awaitable[Figures]] = getattr(importlib.import_module(module), name)
    with asyncio.Runner(loop_factory=fast_loop) as runner:
        figures = runner.run(_awaited(work(**json.loads(sys.argv[2]))))
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(figures))


async def _awaited(work: Awaitable[Figures]) -> Figures:
    return await work


def fast_loop() -> asyncio.AbstractEventLoop:
    """The loop the bot runs on, for everything measured alike."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return new_event_loop()


if __name__ == "__main__":
    main()
