"""CPU of one delivered message: the whole ledger against aiogram alone; and what announcing to many costs in memory."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions

from bench.children import Figures
from bench.house import FIRST_CHAT, UPDATE
from bot.announcements.composing import Composing
from bot.app import build
from bot.clock import SystemClock
from bot.config import load
from bot.delivery.account import Broadcast
from bot.delivery.models import BroadcastState
from bot.language import Reader
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.process import spare_the_collector
from bot.supervisor import Supervisor
from bot.telegram.transport import AiohttpTransport
from handlers.actions import AlertActions

PAYLOADS = "payloads.json"


async def announce(folder: str) -> Figures:
    """Announce to everybody in the house through the application as it is wired, from the forecast to the last settling."""
    settings = load(Path(folder) / "config.toml", {})
    async with (
        open_services(settings, SystemClock()) as services,
        AiohttpTransport(settings.telegram.token.get_secret_value(), settings.telegram.api_url) as transport,
        Supervisor() as supervisor,
    ):
        sender = build(services, transport).sender
        staff = LocalOperations(services, sender.notify)
        supervisor.start("sender", sender.run())
        await asyncio.sleep(0.2)
        spare_the_collector()  # as the bot does once it has started
        cpu, began = time.process_time(), time.perf_counter()
        forecast = await staff.forecast(UPDATE, False)
        await staff.launch(UPDATE, False)
        broadcast = await _done(staff)
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
        await sender.stop()
    if broadcast.account.sent != forecast.total:
        raise RuntimeError(f"{broadcast.account} is not what was to be sent")
    return {"count": forecast.total, "cpu_us": cpu / forecast.total * 1e6, "seconds": seconds}


async def _done(staff: LocalOperations) -> Broadcast:
    while (broadcast := await staff.delivery(UPDATE)).state is not BroadcastState.DONE:  # noqa: ASYNC110 - it may be elsewhere
        await asyncio.sleep(0.5)
    return broadcast


async def write_payloads(folder: str) -> Figures:
    """Leave what an alert looks like in each language, for aiogram to send the same."""
    settings = load(Path(folder) / "config.toml", {})
    async with open_services(settings, SystemClock()) as services:
        composing = Composing(services.catalogues, AlertActions())
        content = (await services.cases.announcement_for(UPDATE)).to_json()
        made = [json.loads(composing(content, Reader(locale)).body) for locale in settings.organisation.locales]
    (Path(folder) / PAYLOADS).write_text(json.dumps(made))
    return {}


async def bare_aiogram(folder: str, count: int, at_once: int) -> Figures:
    """The same messages in a loop over `Bot.send_message`, so many at once, and nothing else."""
    settings = load(Path(folder) / "config.toml", {})
    alerts = [_arguments(alert) for alert in json.loads((Path(folder) / PAYLOADS).read_text())]
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram.api_url))
    async with Bot(settings.telegram.token.get_secret_value(), session=session) as bot:
        numbers = iter(range(count))

        async def loop() -> None:
            for number in numbers:
                await bot.send_message(FIRST_CHAT + 1 + number, **alerts[number % len(alerts)])

        await bot.get_me()
        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(loop() for _ in range(at_once)))
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
    return {"count": count, "cpu_us": cpu / count * 1e6, "seconds": seconds}


def _arguments(alert: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": alert["text"],
        "parse_mode": alert["parse_mode"],
        "link_preview_options": LinkPreviewOptions.model_validate(alert["link_preview_options"]),
        "reply_markup": InlineKeyboardMarkup.model_validate(alert["reply_markup"]),
    }
