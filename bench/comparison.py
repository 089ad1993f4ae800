"""The same 10,000 people with the same faults, through Nida and through aiogram-broadcaster: who got nothing, who got it twice,
how long it took.

One in fifty has blocked the bot, one in a hundred answers is lost although the message arrived, one in five hundred messages ends
at a gateway, now and then everybody is asked to wait a second; and in the middle the process is killed. A process that
ends is started anew.
"""

import asyncio
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram_broadcaster import Broadcaster
from aiogram_broadcaster.contents import TextContent
from aiogram_broadcaster.storages.file import FileStorage
from aiogram_broadcaster.utils.retry_after_handler import setup_retry_after_handler
from sqlalchemy import select

from bench import house
from bench.api import TOKEN, Api, answering, has_blocked
from bench.children import ROOT, Figures
from bench.results import Result, Size, console
from bench.updates import free_port, started
from bot.app.connecting import connect
from bot.clock import SystemClock
from bot.config import load
from bot.delivery.models import BroadcastState, DeliveryRow, DeliveryState
from bot.operations import Operations
from bot.operations.services import open_services
from bot.storage.vault import Cell
from bot.supporters.models import SupporterRow

RATE = 1_000
LONGEST = 240.0
"""Seconds after which what has not come by then counts as lost."""
LOOK_EVERY = 1.0
QUIET = 10.0
"""Seconds without a message after which nothing more is expected of a process that is still there."""


async def figures(size: Size) -> list[Result]:
    theirs, ours = await _compared(_theirs, size.messages), await _compared(_ours, size.messages)
    what = f"aiogram-broadcaster to {size.messages:,} people with blocks, lost answers, 502s, 429s and a `kill -9`"
    return [
        Result(what, _told(theirs)),
        Result("… Nida, the same", _told(ours), "none lost", ours["lost"] == 0),
        Result("… nobody can know, and the account says so", f"{ours['shown']:,.0f}"),
    ]


def _told(figures: Figures) -> str:
    return f"{figures['lost']:,.0f} lost, {figures['copied']:,.0f} copied, {figures['seconds']:.0f} s"


async def _compared(run: Callable[[Path, Api, int], Awaitable[None]], people: int) -> Figures:
    with TemporaryDirectory() as name:
        async with answering(faults=True) as api:
            await house.build(Path(name), house.Plan(people, api.url, rate=RATE, listen=f"127.0.0.1:{free_port()}", webhook=True))
            began = time.perf_counter()
            await run(Path(name), api, people)
        shown = await _shown(Path(name))
    reachable = [chat for chat in range(house.FIRST_CHAT + 1, house.FIRST_CHAT + people + 1) if not has_blocked(chat)]
    figures = {
        "lost": float(sum(chat not in api.copies and chat not in shown for chat in reachable)),
        "shown": float(len(shown)),
        "copied": float(sum(api.copies[chat] > 1 for chat in reachable)),
        "seconds": (api.arrived[-1] - began) if api.arrived else 0.0,
    }
    console.print(f"{run.__name__.strip('_')}: {_told(figures)}")
    return figures


async def _shown(folder: Path) -> set[int]:
    """Who may have got it or not, says Nida's account: the connection broke twice, or the process was killed at the second."""
    unknown = (
        select(SupporterRow.id, SupporterRow.telegram_id)
        .join(DeliveryRow, DeliveryRow.supporter_id == SupporterRow.id)
        .where(DeliveryRow.state == DeliveryState.UNCERTAIN)
    )
    async with open_services(load(folder / "config.toml", {}), SystemClock()) as services, services.database.read() as session:
        opened = (
            services.vault.open(chat, Cell("supporters", "telegram_id", person))
            for person, chat in await session.execute(unknown)
        )
        return {int(chat) for chat in opened}


async def _ours(folder: Path, api: Api, people: int) -> None:
    settings = load(folder / "config.toml", {})
    ready = f"http://{settings.telegram.listen}/readyz"
    command = (sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run")
    async with started(ready, *command) as process:
        async with connect(settings) as staff:
            await staff.launch(house.UPDATE, False)
            await _until_half_is_sent(api, staff, people)
        process.kill()
        await process.wait()
    async with started(ready, *command) as process:
        await _until_quiet(api, process)


async def _until_half_is_sent(api: Api, staff: Operations, people: int) -> None:
    """What stands still says why: it may be held."""
    began = time.perf_counter()
    while api.messages < people // 2:
        broadcast = await staff.delivery(house.UPDATE)
        if broadcast.state is BroadcastState.HELD or time.perf_counter() - began > LONGEST:
            raise RuntimeError(f"it stands still: {broadcast}")
        await asyncio.sleep(LOOK_EVERY)


async def _theirs(folder: Path, api: Api, people: int) -> None:
    command = (sys.executable, "-m", "bench.comparison", api.url, str(folder / "mailers.json"), str(people))
    began, killed, finished = time.perf_counter(), False, False
    while not finished and time.perf_counter() - began < LONGEST:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
        while process.returncode is None and time.perf_counter() - began < LONGEST:
            await asyncio.sleep(0.05)
            if not killed and api.messages >= people // 2:
                killed = True
                process.kill()
        finished = process.returncode == 0
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_quiet(api: Api, process: Process) -> None:
    seen = -1
    while process.returncode is None and api.messages != seen:
        seen = api.messages
        await asyncio.sleep(QUIET)


async def broadcast(url: str, file: str, people: int) -> None:
    """What its documentation shows: a storage, so that it can be restored, and the handler that waits when asked to."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(TOKEN, session=session) as bot:
        storage = FileStorage(file)
        broadcaster = Broadcaster(bot, storage=storage)
        setup_retry_after_handler(broadcaster.event)
        await storage.startup()
        await broadcaster.restore_mailers()
        if not broadcaster.mailers:
            chats = range(house.FIRST_CHAT + 1, house.FIRST_CHAT + people + 1)
            await broadcaster.create_mailer(chats=chats, content=TextContent(text=house.SUMMARY["en"]))
        for mailer in list(broadcaster.mailers.values()):
            await mailer.start()


if __name__ == "__main__":
    asyncio.run(broadcast(sys.argv[1], sys.argv[2], int(sys.argv[3])))
