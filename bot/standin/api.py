"""The Bot API over HTTP: one call in, one answer out, or the fault that was ordered."""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web

from bot.standin.faults import Fault
from bot.standin.keys import CLOSING, STANDIN
from bot.standin.methods import call, known
from bot.standin.refusals import Refusal, not_found, unauthorized
from bot.standin.requests import Parameters, read_parameters
from bot.standin.state import StandIn

BAD_GATEWAY = """<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.18.0</center>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes

    def response(self) -> web.Response:
        return web.Response(body=self.body, status=self.status, content_type="application/json")


def add_routes(app: web.Application) -> None:
    app.router.add_route("*", "/bot{token}/{method}", handle)
    app.router.add_get("/file/bot{token}/{path:.+}", download)


async def handle(request: web.Request) -> web.StreamResponse:
    standin = request.app[STANDIN]
    try:
        ensure_token(standin, request.match_info["token"])
        name = known(request.match_info["method"])
        given = await read_parameters(request)
    except Refusal as refusal:
        return _refused(refusal).response()
    standin.calls[name] += 1
    fault = standin.faults.take(name, _person(standin, given))
    if fault is not None:
        return await _broken(request, fault, name, given)
    return (await _reply(standin, name, given)).response()


async def download(request: web.Request) -> web.Response:
    standin = request.app[STANDIN]
    try:
        ensure_token(standin, request.match_info["token"])
        file = standin.files.at(request.match_info["path"])
        if file is None:
            raise not_found()
    except Refusal as refusal:
        return _refused(refusal).response()
    return web.Response(body=file.content, content_type="application/octet-stream")


def ensure_token(standin: StandIn, token: str) -> None:
    """Raises Refusal: 404 for what is no token, 401 for one that is not this bot's."""
    if token == standin.token:
        return
    number, _, secret = token.partition(":")
    raise unauthorized() if number.isdecimal() and secret else not_found()


async def _reply(standin: StandIn, name: str, given: Parameters) -> Reply:
    try:
        result = await call(standin, name, given)
    except Refusal as refusal:
        return _refused(refusal)
    return Reply(200, json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode())


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.code, json.dumps(refusal.as_json(), ensure_ascii=False).encode())


async def _broken(request: web.Request, fault: Fault, name: str, given: Parameters) -> web.StreamResponse:
    standin = request.app[STANDIN]
    if fault.kind == "slow":
        await _pause(request, fault.seconds)
        return (await _reply(standin, name, given)).response()
    reply = await _reply(standin, name, given) if fault.done else Reply(200, b"")
    if refusal := fault.refusal():
        if fault.kind == "too_many":
            standin.rates.hold(fault.retry_after, standin.clock.monotonic(), fault.person or 0)
        return _refused(refusal).response()
    match fault.kind:
        case "html_502":
            return web.Response(text=BAD_GATEWAY, status=502, content_type="text/html")
        case "half_body":
            return await _half(request, reply.body)
        case "hang":
            await _pause(request, fault.seconds)
    return _closed(request)


async def _half(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    _closed(request)
    return response


def _closed(request: web.Request) -> web.Response:
    """The connection ends without another byte; the response is only what aiohttp wants returned."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def _pause(request: web.Request, seconds: float) -> None:
    """Wait, unless the server is to stop first."""
    closing = request.app[CLOSING]
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return


def _person(standin: StandIn, given: Parameters) -> int | None:
    if not standin.faults.listed():
        return None
    tap = standin.world.taps.get(str(given.get("callback_query_id")))
    if tap is not None:
        return tap.person
    chat = str(given.get("chat_id", ""))
    return int(chat) if chat.removeprefix("-").isdecimal() else None
