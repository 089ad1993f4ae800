"""A Bot API that says yes: for what is measured against speed alone. What must be strict runs against the stand-in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

TOKEN = "123456:bench"
ME = {"id": 123456, "is_bot": True, "first_name": "Nida", "username": "NidaBenchBot", "can_join_groups": False}


class YesApi:
    """Counts the messages it was given."""

    def __init__(self) -> None:
        self.messages = 0
        self.url = ""
        self._more = asyncio.Event()

    async def messages_reach(self, count: int) -> None:
        while self.messages < count:
            self._more.clear()
            await self._more.wait()

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "sendMessage":
            chat = await _chat_of(request)
            self.messages += 1
            self._more.set()
            return _ok({"message_id": self.messages, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}, "text": "."})
        return _ok(ME if method == "getMe" else [] if method == "getUpdates" else True)


@asynccontextmanager
async def yes_api() -> AsyncIterator[YesApi]:
    api = YesApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield api
    await runner.cleanup()


async def _chat_of(request: web.Request) -> int:
    if request.content_type == "application/json":
        return int((await request.json())["chat_id"])
    return int(str((await request.post())["chat_id"]))


def _ok(result: object) -> web.Response:
    return web.Response(body=json.dumps({"ok": True, "result": result}).encode(), content_type="application/json")
