"""How long a person waits for an answer while the bot sends to many at the full rate, against when it has nothing else to do."""

import asyncio
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bench import house
from bench.api import DELAYS, Api, answering
from bench.children import Figures
from bench.rates import FREE
from bench.results import Result, Size, at_most, console
from bench.updates import HEADERS, free_port, started, update, webhook_url
from bot.app.connecting import connect
from bot.config import load

EVERY = 0.2
"""Seconds between two questions: five a second, out of the thirty."""
STRANGERS = 500_000
"""Those who ask are others than those who are sent to."""


async def figures(size: Size) -> list[Result]:
    asks = int(size.seconds / 2 / EVERY)
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        async with answering(FREE, DELAYS) as api:
            people = int(FREE * size.seconds)
            plan = house.Plan(people, api.url, rate=FREE, listen=f"127.0.0.1:{port}", webhook=True)
            await house.build(folder, plan)
            command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
            async with started(f"http://127.0.0.1:{port}/readyz", *command):
                url = webhook_url(folder, port)
                await _ask(api, url, range(1, 20))
                idle = await _ask(api, url, range(20, 20 + asks))
                async with connect(load(folder / "config.toml", {})) as staff:
                    await staff.launch(house.UPDATE, False)
                await api.messages_reach(api.messages + FREE)
                busy = await _ask(api, url, range(20 + asks, 20 + 2 * asks))
    shown, left = ([each[name] * 1000 for each in (busy, idle)] for name in ("shown", "left"))
    console.print(f"replies: p99 {shown[0]:.0f} ms while sending {FREE}/s, {shown[1]:.0f} ms idle")
    what = f"p99 of a reply while a broadcast fills {FREE}/s, against idle, Telegram's 80 to 250 ms included"
    return [
        at_most(what, shown[0] / shown[1], 2),
        Result("… until it is in the chat", f"{shown[0]:.0f} ms against {shown[1]:.0f} ms"),
        Result(
            "… until it leaves us; it may have to wait for its turn, up to 33 ms", f"{left[0]:.0f} ms against {left[1]:.0f} ms"
        ),
    ]


async def _ask(api: Api, url: str, numbers: range) -> Figures:
    """The p99, in seconds, from the question's arrival until the answer is in the chat and confirmed, and until it leaves us."""
    async with aiohttp.ClientSession(headers=HEADERS) as http, asyncio.TaskGroup() as asking:
        tasks = []
        for number in numbers:
            tasks.append(asking.create_task(_one(api, http, url, number)))
            await asyncio.sleep(EVERY)
    left, shown = zip(*(task.result() for task in tasks), strict=True)
    return {"shown": statistics.quantiles(shown, n=100)[98], "left": statistics.quantiles(left, n=100)[98]}


async def _one(api: Api, http: aiohttp.ClientSession, url: str, number: int) -> tuple[float, float]:
    stranger = STRANGERS + number
    answer = api.awaited[house.FIRST_CHAT + stranger] = asyncio.get_running_loop().create_future()
    asked = time.perf_counter()
    async with http.post(url, data=update(stranger)) as response:
        response.raise_for_status()
    left, shown = await asyncio.wait_for(answer, 60)
    return left - asked, shown - asked
