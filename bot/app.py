"""The composition root: everything is built here once, runs under one supervisor, and stops in order."""

import asyncio
import errno
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.utils.token import TokenValidationError
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import handlers
from bot.announcements.composing import Composing
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.delivery.outcome import Answered
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.errors import Misuse
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from bot.operations.socket import asking, listening, socket_path
from bot.storage.database import Locked
from bot.storage.lane import Lane
from bot.supervisor import Supervisor
from bot.telegram.chat import Postman
from bot.telegram.commands import Vocabulary
from bot.telegram.conversation import ConversationStorage
from bot.telegram.dispatcher import handling, make_dispatcher
from bot.telegram.flood import Flood
from bot.telegram.identity import Identity
from bot.telegram.intake import BACKLOG, Intake
from bot.telegram.receiving import Receiving, webhook_path
from bot.telegram.server import add_webhook, health_app
from bot.telegram.surface import Surface
from bot.telegram.transport import AiohttpTransport
from handlers.actions import AlertActions
from handlers.cases.pages import CasePages

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""How long updates already accepted are worked through when stopping; the rest is taken up at the next start."""
HOUSEKEEPING_SECONDS = 3600.0
STANDBY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Application:
    """The parts that run."""

    services: Services
    transport: AiohttpTransport
    sender: Sender
    intake: Intake
    conversations: ConversationStorage
    surface: Surface
    receiving: Receiving


def build(services: Services, transport: AiohttpTransport) -> Application:
    """Wire the bot. Raises Misuse when the token cannot be one."""
    settings, clock = services.settings, services.clock
    organisation = settings.organisation
    pace = Pace(settings.delivery.rate, settings.delivery.per_chat_interval, clock)
    surface = Surface(transport, services.catalogues, organisation.name, organisation.default_locale)
    identity = Identity(
        services.supporters,
        services.catalogues,
        Postman(transport, pace, clock),
        Vocabulary(services.catalogues),
        Flood(clock),
    )
    given = {
        "supporters": services.supporters,
        "following": services.following,
        "cases": services.cases,
        "catalogues": services.catalogues,
        "organisation": organisation,
        "clock": clock,
        "surface": surface,
        "case_pages": CasePages(organisation.default_locale),
    }
    storage = ConversationStorage(services.database, services.vault, clock)
    dispatcher = make_dispatcher(identity, storage, handlers.routers(), given)
    intake = Intake(services.database, services.vault, clock, handling(dispatcher, _bot(settings)))
    receiving = Receiving(settings.telegram, services.vault, transport, intake, clock)
    return Application(services, transport, _sender(services, transport, pace), intake, storage, surface, receiving)


def _sender(services: Services, transport: AiohttpTransport, pace: Pace) -> Sender:
    return Sender(
        services.database,
        services.vault,
        transport,
        pace,
        Composing(services.catalogues, AlertActions()),
        services.clock,
        services.settings.organisation.timezone,
    )


def _bot(settings: Settings) -> Bot:
    try:
        return Bot(settings.telegram.token.get_secret_value())
    except TokenValidationError:
        raise Misuse("[telegram] token is missing or is not a token; set it to the one @BotFather shows.") from None


def _transport(settings: Settings) -> AiohttpTransport:
    return AiohttpTransport(settings.telegram.token.get_secret_value(), settings.telegram.api_url)


async def run(settings: Settings, clock: Clock | None = None, started: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT. `started` is called once it is ready.

    Raises Misuse when it cannot start as it is configured.
    """
    stop = asyncio.Event()
    _listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, _transport(settings) as transport:
        app = build(services, transport)
        async with _serving(app), _answering_staff(app), Supervisor(on_failure=stop.set) as supervisor:
            await _ensure_token_is_good(app)
            supervisor.start("intake", app.intake.run(supervisor))
            sending = supervisor.start("sender", _send(services, app.sender))
            receiving = supervisor.start("receiving", app.receiving.run())
            supervisor.start("housekeeping", _keep_house(app))
            supervisor.start("surface", app.surface.set_up())
            spare_the_collector()
            log.info("bot.ready", mode=settings.telegram.mode)
            started()
            await stop.wait()
            log.info("bot.stopping")
            receiving.cancel()
            await asyncio.gather(_drain(app.intake), app.sender.stop())
            sending.cancel()


def spare_the_collector() -> None:
    """What the start left behind stays for good: looking it over again took 0.2 s each time, while replies waited."""
    gc.collect()
    gc.freeze()


def _listen_to_signals(stop: asyncio.Event) -> None:
    """The first asks to stop in order; a second ends the process at once, as somebody means it."""

    def told() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told)


async def _drain(intake: Intake) -> None:
    try:
        await asyncio.wait_for(intake.drain(), DRAIN_SECONDS)
    except TimeoutError:
        log.warning("intake.left_over", updates=intake.backlog)


async def _ensure_token_is_good(app: Application) -> None:
    """Ask Telegram who we are. A wrong token ends the start; a network that is away does not, it may come back."""
    seen = await app.transport.call("getMe", {})
    if isinstance(seen, Answered) and seen.status in {401, 404}:
        raise Misuse("Telegram refuses the token; set [telegram] token to the one @BotFather shows.")
    if not isinstance(seen, Answered) or seen.status != 200:
        log.warning("telegram.away", seen=type(seen).__name__, hint="check the network and [telegram] api_url; it is tried again")


@asynccontextmanager
async def _serving(app: Application) -> AsyncIterator[None]:
    """Serve /healthz, /readyz and, with it, the webhook. Raises Misuse when the port is taken."""
    telegram = app.services.settings.telegram
    served = health_app(lambda: _what_is_wrong(app))
    if telegram.mode == "webhook":
        add_webhook(served, webhook_path(app.services.vault, telegram), telegram.webhook_secret.get_secret_value(), app.intake)
    host, _, port = telegram.listen.rpartition(":")
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, int(port)).start()
        yield
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise Misuse(f"{telegram.listen} cannot be listened on: {error.strerror}; set another [telegram] listen.") from None
    finally:
        await runner.cleanup()


async def _what_is_wrong(app: Application) -> str | None:
    try:
        async with app.services.database.read() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return f"the database does not answer: {type(error).__name__}"
    return "too many updates are waiting" if app.intake.backlog >= BACKLOG else None


async def _send(services: Services, sender: Sender) -> None:
    """Finish what a launch was interrupted in, then send, once the lane is ours."""
    lane = Lane(services.database)
    while not await lane.take():
        await services.clock.sleep(STANDBY_SECONDS)
    try:
        await services.announcements.finish_fan_outs()
        await sender.run()
    finally:
        await lane.leave()


async def _keep_house(app: Application) -> None:
    while True:
        await app.services.clock.sleep(HOUSEKEEPING_SECONDS)
        await app.intake.purge()
        await app.conversations.purge()


def _answering_staff(app: Application) -> AbstractAsyncContextManager[None]:
    """On SQLite the command line asks us; on PostgreSQL it opens the database itself."""
    if not app.services.database.is_sqlite:
        return nullcontext()
    operations = LocalOperations(app.services, app.sender.notify)
    return listening(operations, socket_path(app.services.settings.database_url))


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Operations]:
    """The verbs of the command line: asked of the running bot if it has the database, else done here.

    What is launched here is sent from here too, unless another process has the sender's lane.
    """
    async with AsyncExitStack() as stack:
        try:
            services = await stack.enter_async_context(open_services(settings, SystemClock()))
        except Locked:
            path = socket_path(settings.database_url)
            if not path.exists():
                raise
            yield await stack.enter_async_context(asking(path))
            return
        transport = await stack.enter_async_context(_transport(settings))
        sender = await stack.enter_async_context(_sender_on_demand(services, transport))
        yield LocalOperations(services, sender)


@asynccontextmanager
async def _sender_on_demand(services: Services, transport: AiohttpTransport) -> AsyncIterator[Callable[[], None]]:
    """What is yielded starts a sender the first time it is called; it is stopped in order at the end."""
    pace = Pace(services.settings.delivery.rate, services.settings.delivery.per_chat_interval, services.clock)
    sender = _sender(services, transport, pace)
    async with Supervisor() as supervisor:
        started: list[asyncio.Task[None]] = []

        def start() -> None:
            if not started:
                started.append(supervisor.start("sender", _send(services, sender)))
            sender.notify()

        yield start
        if started:
            await sender.stop()


def main(settings: Settings) -> None:
    """Run the bot on the fastest event loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run(settings))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop
