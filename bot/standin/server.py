"""The stand-in as a server: everything on one port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.errors import Misuse
from bot.standin import api, control, page
from bot.standin.files import LARGEST_UPLOAD
from bot.standin.keys import CLOSING, STANDIN
from bot.standin.posting import ANSWER_WITHIN, Deliveries
from bot.standin.state import StandIn
from bot.supervisor import Supervisor


def make_app(standin: StandIn) -> web.Application:
    app = web.Application(client_max_size=LARGEST_UPLOAD + 1024 * 1024)
    app[STANDIN] = standin
    app[CLOSING] = asyncio.Event()
    api.add_routes(app)
    control.add_routes(app)
    page.add_routes(app)
    app.on_shutdown.append(_wake_all)
    app.cleanup_ctx.append(_deliveries)
    return app


@asynccontextmanager
async def running(standin: StandIn, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve while the block runs; gives the address, without a slash at its end. Port 0 takes a free one.

    Raises Misuse when the port is in use.
    """
    runner = web.AppRunner(make_app(standin), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError:
            raise Misuse(f"Port {port} of {host} is in use: stop what listens there or choose another port.") from None
        number = runner.addresses[0][1]
        yield f"http://{host}:{number}"
    finally:
        await runner.cleanup()


async def serve(standin: StandIn, host: str = "127.0.0.1", port: int = 8081) -> None:
    """Serve until cancelled."""
    async with running(standin, host, port):
        await asyncio.Event().wait()


async def _deliveries(app: web.Application) -> AsyncIterator[None]:
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
    async with aiohttp.ClientSession(timeout=timeout) as session, Supervisor() as supervisor:
        supervisor.start("webhook", Deliveries(app[STANDIN], supervisor, session).run())
        yield


async def _wake_all(app: web.Application) -> None:
    """Whoever waits for something must not hold up the end."""
    app[CLOSING].set()
    app[STANDIN].updates.interrupt("")
    app[STANDIN].changes.tell_all()
