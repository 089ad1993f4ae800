"""Announcing through the application as it is wired, and the same messages through aiogram and python-telegram-bot alone."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions
from sqlalchemy import select
from telegram.request import HTTPXRequest

from bench.api import TOKEN
from bench.children import Figures
from bench.house import FIRST_CHAT, UPDATE
from bot.announcements.composing import Composing
from bot.app.building import build
from bot.clock import SystemClock
from bot.config import load
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.delivery.outcome import Answered, Seen
from bot.delivery.transport import Payload
from bot.language import Reader
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.process import spare_the_collector
from bot.storage.database import Database
from bot.supervisor import Supervisor
from bot.telegram.transport import AiohttpTransport
from handlers.below import AlertActions

PAYLOADS = "payloads.json"
Send = Callable[[int, dict[str, Any]], Awaitable[object]]


@dataclass(frozen=True)
class House:
    staff: LocalOperations
    database: Database
    sending: asyncio.Task[None]

    async def done(self) -> None:
        """Wait without counting, which would be measured too; raises what ended the sender, had it not sent everything."""
        state = None
        while state is not BroadcastState.DONE:
            if self.sending.done():
                self.sending.result()
                raise RuntimeError("the sender stopped before everything was sent")
            await asyncio.sleep(0.25)
            async with self.database.read() as session:
                state = await session.scalar(select(BroadcastRow.state))


class NoTransport(AiohttpTransport):
    """Says yes without leaving the process: for so many messages that the network would take the most of the time."""

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        await asyncio.sleep(0)
        return Answered(200, {"ok": True, "result": {"message_id": 1}})


@asynccontextmanager
async def opened(folder: str, kind: type[AiohttpTransport] = AiohttpTransport) -> AsyncIterator[House]:
    settings = load(Path(folder) / "config.toml", {})
    async with (
        open_services(settings, SystemClock()) as services,
        kind(TOKEN, settings.telegram.api_url) as transport,
        Supervisor() as supervisor,
    ):
        sender = build(services, transport).sender
        sending = supervisor.start("sender", sender.run())
        await asyncio.sleep(0.2)
        spare_the_collector()  # as the bot does once it has started
        yield House(LocalOperations(services, sender.notify), services.database, sending)
        await sender.stop()


async def launch(folder: str) -> Figures:
    """Only write the audience down."""
    settings = load(Path(folder) / "config.toml", {})
    async with open_services(settings, SystemClock()) as services:
        staff = LocalOperations(services, lambda: None)
        spare_the_collector()
        began = time.perf_counter()
        await staff.launch(UPDATE, False)
        return {"seconds": time.perf_counter() - began}


async def announce(folder: str) -> Figures:
    """Announce to everybody in the house, from the forecast to the last settling."""
    return await _announce(folder, AiohttpTransport)


async def announce_to_nobody(folder: str) -> Figures:
    """The same, but nothing leaves the process."""
    return await _announce(folder, NoTransport)


async def _announce(folder: str, kind: type[AiohttpTransport]) -> Figures:
    async with opened(folder, kind) as house:
        cpu = time.process_time()
        forecast = await house.staff.forecast(UPDATE, False)
        await house.staff.launch(UPDATE, False)
        await house.done()
        cpu = time.process_time() - cpu
        account = (await house.staff.delivery(UPDATE)).account
    if account.sent != forecast.total:
        raise RuntimeError(f"{account} is not what was to be sent")
    return _figures(forecast.total, cpu)


async def announce_for(folder: str, seconds: float) -> Figures:
    """Announce and stop after so many seconds."""
    async with opened(folder) as house:
        await house.staff.launch(UPDATE, False)
        await asyncio.sleep(seconds)
    return {}


async def write_payloads(folder: str) -> Figures:
    """Leave what an alert looks like in each language, for others to send the same."""
    settings = load(Path(folder) / "config.toml", {})
    async with open_services(settings, SystemClock()) as services:
        composing = Composing(services.catalogues, AlertActions())
        content = (await services.cases.announcement_for(UPDATE)).to_json()
        made = [json.loads(composing(content, Reader(locale)).body) for locale in settings.organisation.locales]
    (Path(folder) / PAYLOADS).write_text(json.dumps(made))
    return {}


async def bare_aiogram(folder: str, api_url: str, count: int, at_once: int) -> Figures:
    """The same messages in a loop over `Bot.send_message`, so many at once, and nothing else."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    alerts = [_for_aiogram(alert) for alert in json.loads((Path(folder) / PAYLOADS).read_text())]
    async with Bot(TOKEN, session=session) as bot:
        await bot.get_me()
        return await _in_a_loop(lambda chat, alert: bot.send_message(chat, **alert), alerts, count, at_once)


async def bare_ptb(folder: str, api_url: str, count: int, at_once: int) -> Figures:
    """The same with python-telegram-bot."""
    alerts = [_for_ptb(alert) for alert in json.loads((Path(folder) / PAYLOADS).read_text())]
    request = HTTPXRequest(connection_pool_size=at_once, pool_timeout=60)
    async with telegram.Bot(TOKEN, base_url=f"{api_url}/bot", request=request) as bot:
        return await _in_a_loop(lambda chat, alert: bot.send_message(chat, **alert), alerts, count, at_once)


async def _in_a_loop(send: Send, alerts: list[dict[str, Any]], count: int, at_once: int) -> Figures:
    numbers = iter(range(count))
    spare_the_collector()  # as in `opened`

    async def loop() -> None:
        for number in numbers:
            await send(FIRST_CHAT + 1 + number, alerts[number % len(alerts)])

    cpu = time.process_time()
    await asyncio.gather(*(loop() for _ in range(at_once)))
    return _figures(count, time.process_time() - cpu)


def _figures(count: int, cpu: float) -> Figures:
    return {"count": count, "cpu_us": cpu / count * 1e6}


def _for_aiogram(alert: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": alert["text"],
        "parse_mode": alert["parse_mode"],
        "link_preview_options": LinkPreviewOptions.model_validate(alert["link_preview_options"]),
        "reply_markup": InlineKeyboardMarkup.model_validate(alert["reply_markup"]),
    }


def _for_ptb(alert: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": alert["text"],
        "parse_mode": alert["parse_mode"],
        "link_preview_options": telegram.LinkPreviewOptions(is_disabled=True),
        "reply_markup": telegram.InlineKeyboardMarkup.de_json(alert["reply_markup"]),
    }
