"""Who may read /metrics: whoever shows the token, or without one this machine itself. Everybody else is told there is nothing."""

import hmac
from ipaddress import ip_address

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.metrics.collecting import Metrics

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""What a proxy adds: a call through it comes from this machine, but from nobody knows where before that."""


def add_metrics(app: web.Application, metrics: Metrics, token: str) -> None:
    async def read(request: web.Request) -> web.Response:
        if not _may_read(request, token):
            return web.Response(status=404, text="404: Not Found")
        return web.Response(body=await metrics.text(), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    app.router.add_get("/metrics", read)


def _may_read(request: web.Request, token: str) -> bool:
    if token:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), f"Bearer {token}".encode())
    return _is_this_machine(request.remote) and _names_this_machine(request) and not any(map(request.headers.get, FORWARDED))


def _is_this_machine(address: str | None) -> bool:
    try:
        return address is not None and ip_address(address).is_loopback
    except ValueError:
        return False


def _names_this_machine(request: web.Request) -> bool:
    """A browser that a web page sends to a name of its own which leads here says that name."""
    host = request.url.host
    return host == "localhost" or _is_this_machine(host)
