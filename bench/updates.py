"""Updates a second: `nida run` behind its webhook, answering /case from the database, against aiogram answering from nothing."""

import asyncio
import json
import os
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bench import house
from bench.api import TOKEN, Api, answering
from bench.children import ROOT, Figures
from bench.results import Result, Size, at_least, console, middle, middle_ratio
from bot.config import load
from bot.storage.vault import open_vault
from bot.telegram.receiving import webhook_path

CONNECTIONS = 40
"""Telegram's own default for the webhooks it sends at once."""
WARM_UP = 300
HEADERS = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": house.SECRET}


async def figures(size: Size) -> list[Result]:
    ours, bare = [], []
    for number in range(size.rounds):
        bare.append((await bare_aiogram(size.updates))["per_second"])
        ours.append((await nida(size.updates))["per_second"])
        console.print(f"updates, round {number + 1}: {ours[-1]:.0f}/s against {bare[-1]:.0f}/s")
    what = "Webhook updates a second through intake, database and /case, against a bare aiogram handler"
    return [
        at_least(what, middle_ratio(ours, bare), 0.6),
        Result("… Nida", f"{middle(ours):.0f}/s"),
        Result("… aiogram alone", f"{middle(bare):.0f}/s"),
    ]


async def nida(count: int) -> Figures:
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        async with answering() as api:
            await house.build(folder, house.Plan(WARM_UP + count, api.url, listen=f"127.0.0.1:{port}", webhook=True))
            command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
            async with started(f"http://127.0.0.1:{port}/readyz", *command):
                return await measured(api, webhook_url(folder, port), count)


def webhook_url(folder: Path, port: int) -> str:
    settings = load(folder / "config.toml", {})
    return f"http://127.0.0.1:{port}{webhook_path(open_vault(settings.key_path), settings.telegram)}"


async def bare_aiogram(count: int) -> Figures:
    port = free_port()
    async with answering() as api:
        command = (sys.executable, "-m", "bench.bare_webhook", str(port), api.url, TOKEN, house.SECRET)
        async with started(f"http://127.0.0.1:{port}/readyz", *command):
            return await measured(api, f"http://127.0.0.1:{port}/webhook", count)


async def measured(api: Api, url: str, count: int) -> Figures:
    """Send updates as Telegram would and time it until the last of them is answered in its chat."""
    async with aiohttp.ClientSession(headers=HEADERS) as http:
        await _send(http, url, range(1, WARM_UP + 1))
        await api.messages_reach(WARM_UP)
        began = time.perf_counter()
        await _send(http, url, range(WARM_UP + 1, WARM_UP + count + 1))
        await api.messages_reach(WARM_UP + count)
        seconds = time.perf_counter() - began
    return {"count": count, "seconds": seconds, "per_second": count / seconds}


async def _send(http: aiohttp.ClientSession, url: str, numbers: range) -> None:
    bodies = iter([(number, update(number)) for number in numbers])

    async def connection() -> None:
        for _, body in bodies:
            while True:
                async with http.post(url, data=body) as response:
                    await response.read()
                    if response.status == 200:
                        break
                await asyncio.sleep(0.05)

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))


def update(number: int) -> bytes:
    """Somebody else each time, asking for the case."""
    person = {"id": house.FIRST_CHAT + number, "is_bot": False, "first_name": "Sam", "language_code": "en"}
    text = f"/case {house.CASE}"
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": person["id"], "type": "private", "first_name": "Sam"},
        "from": person,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }
    return json.dumps({"update_id": number, "message": message}).encode()


@asynccontextmanager
async def started(ready_url: str, *command: str) -> AsyncIterator[Process]:
    """The process, once it says that it is ready."""
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL, env=_environment())
    try:
        await answers(ready_url, process)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def answers(url: str, process: Process, seconds: float = 60) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(seconds):
        while process.returncode is None:
            try:
                async with http.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.01)
    raise RuntimeError("it ended before it was ready")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("NIDA_")}
