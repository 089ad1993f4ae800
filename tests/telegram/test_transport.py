"""What the lean transport really puts on the wire."""

import json
from typing import Any

from aiohttp import web

from bot.delivery.transport import Payload
from bot.telegram.transport import AiohttpTransport

PAYLOAD = Payload("en", b'{"text":"Hello"}')


async def asked(*, paid: bool) -> list[tuple[str, Any]]:
    """What a server gets of a send, an edit and a deletion."""
    seen: list[tuple[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append((request.match_info["method"], json.loads(await request.read())))
        return web.json_response({"ok": True, "result": True})

    app = web.Application()
    app.router.add_post("/botTOKEN/{method}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = "http://{}:{}".format(*runner.addresses[0][:2])
        async with AiohttpTransport("TOKEN", url, paid=paid) as transport:
            await transport.send(7, PAYLOAD, silent=True)
            await transport.edit(7, 70, PAYLOAD)
            await transport.delete(7, 70)
    finally:
        await runner.cleanup()
    return seen


async def test_a_send_an_edit_and_a_deletion_say_no_more_than_they_must() -> None:
    assert await asked(paid=False) == [
        ("sendMessage", {"chat_id": 7, "disable_notification": True, "text": "Hello"}),
        ("editMessageText", {"chat_id": 7, "message_id": 70, "text": "Hello"}),
        ("deleteMessage", {"chat_id": 7, "message_id": 70}),
    ]


async def test_only_who_pays_lets_telegram_charge_and_only_for_what_is_sent() -> None:
    assert ["allow_paid_broadcast" in body for _, body in await asked(paid=True)] == [True, False, False]
