"""aiogram's own webhook with one handler and no database: python -m bench.bare_webhook PORT API_URL TOKEN SECRET."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bench.children import fast_loop
from bench.house import SUMMARY, TITLE

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Follow", callback_data="follow:1")],
        [InlineKeyboardButton(text="What happened so far", callback_data="timeline:1")],
        [InlineKeyboardButton(text="All cases", callback_data="cases")],
    ]
)


async def show_case(message: Message) -> None:
    await message.answer(f"<b>{TITLE['en']}</b>\n\nStatus: Open\n\n{SUMMARY['en']}", reply_markup=KEYBOARD)


async def ready(_: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def serve(port: int, api_url: str, token: str, secret: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher()
    dispatcher.message.register(show_case, Command("case"))
    app = web.Application()
    app.router.add_get("/readyz", ready)
    SimpleRequestHandler(dispatcher, bot, secret_token=secret).register(app, "/webhook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=fast_loop) as loop:
        loop.run(serve(int(sys.argv[1]), *sys.argv[2:]))
