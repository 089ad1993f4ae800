"""What the running bot answers over HTTP: Telegram's webhook, and whether it is well."""

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Misuse
from bot.telegram.intake import Intake, Overloaded

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
Ready = Callable[[], Awaitable[str | None]]
"""None when all is well, else what is wrong."""


@asynccontextmanager
async def serving(app: web.Application, listen: str) -> AsyncIterator[None]:
    """Serve at `listen`, HOST:PORT, while the block runs. Raises Misuse when that cannot be had."""
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await _listen(runner, host.strip("[]"), int(port))
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        said = error.strerror or str(error)
        raise Misuse(f"{host}:{port} cannot be listened on: {said}; set another [telegram] listen.") from None


def health_app(ready: Ready) -> web.Application:
    """`/healthz`: the process answers. `/readyz`: the database answers, is up to date, and updates are worked through."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        wrong = await ready()
        return web.Response(text=f"{wrong or 'ok'}\n", status=503 if wrong else 200)

    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


def add_webhook(app: web.Application, path: str, secret: str, intake: Intake) -> None:
    """Accept updates at `path` from who knows the secret. Anything but a 2xx makes Telegram send an update again."""

    async def receive(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, secret.encode()):
            return web.Response(status=403)
        update = _update_in(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            await intake.accept([update])
        except (Overloaded, SQLAlchemyError, OSError) as error:
            log.warning("webhook.not_accepted", error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()

    app.router.add_post(path, receive)


def _update_in(body: bytes) -> dict[str, object] | None:
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
