"""The composition root: everything is built here once, runs under one supervisor, and stops in order."""

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.utils.token import TokenValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import handlers
from bot.announcements.composing import Composing
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.errors import Misuse
from bot.metrics import Metrics, Parts, add_metrics
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from bot.operations.socket import asking, listening, socket_path
from bot.storage.database import Locked
from bot.storage.lane import Lane
from bot.storage.upgrade import head
from bot.supervisor import Supervisor
from bot.telegram.chat import Postman
from bot.telegram.commands import Vocabulary
from bot.telegram.conversation import ConversationStorage
from bot.telegram.dispatcher import handling, make_dispatcher
from bot.telegram.flood import Flood
from bot.telegram.identity import Identity
from bot.telegram.intake import BACKLOG, Intake
from bot.telegram.receiving import Receiving, webhook_path
from bot.telegram.server import add_webhook, health_app, serving
from bot.telegram.surface import Surface
from bot.telegram.transport import AiohttpTransport
from handlers.actions import AlertActions
from handlers.cases.pages import CasePages

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""How long updates already accepted are worked through when stopping; the rest is taken up at the next start."""
HOUSEKEEPING_SECONDS = 3600.0
LAUNCHES_SECONDS = 60.0
LAND_SECONDS = 21.0
"""How long sends on their way are waited for; the whole stop takes at most 25 s."""
STANDBY_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0


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
    metrics: Metrics
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


def build(services: Services, transport: AiohttpTransport) -> Application:
    """Wire the bot. Raises Misuse when the token cannot be one."""
    settings, clock = services.settings, services.clock
    organisation = settings.organisation
    pace = Pace(settings.delivery.rate, settings.delivery.per_chat_interval, clock)
    surface = Surface(transport, services.catalogues, organisation.name, organisation.default_locale)
    postman = Postman(transport, pace, clock)
    identity = Identity(
        services.supporters,
        services.catalogues,
        postman,
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
    sender = _sender(services, transport, pace)
    metrics = Metrics(Parts(services.database, clock, pace, settings.delivery.rate, sender, intake, postman))
    return Application(services, transport, sender, intake, storage, surface, receiving, metrics)


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
    token, telegram = settings.telegram.token.get_secret_value(), settings.telegram
    return AiohttpTransport(token, telegram.api_url, paid=settings.delivery.paid)


async def run(settings: Settings, clock: Clock | None = None, started: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT. `started` is called once it is ready.

    Raises Misuse when it cannot start as it is configured.
    """
    stop = asyncio.Event()
    _listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, _transport(settings) as transport:
        app = build(services, transport)
        _ensure_somebody_speaks(settings)
        async with _serving(app), _answering_staff(app), Supervisor(on_failure=stop.set) as supervisor:
            supervisor.start("intake", app.intake.run(supervisor))
            supervisor.start("sender", _send(services, app.sender))
            receiving = supervisor.start("receiving", app.receiving.run())
            supervisor.start("housekeeping", _keep_house(app))
            supervisor.start("launches", _finish_launches(app))
            supervisor.start("surface", _show_surface(app))
            supervisor.start("ready", _say_when_ready(app, started))
            await stop.wait()
            if app.receiving.accepting.is_set():
                log.info("bot.stopping")
            app.stopping.set()
            receiving.cancel()
            await asyncio.gather(_drain(app.intake), _land(app.sender))


def _ensure_somebody_speaks(settings: Settings) -> None:
    if not settings.organisation.name:
        raise Misuse("[organisation] name is empty; people are greeted with it, so write it into the configuration.")


async def _say_when_ready(app: Application, started: Callable[[], None]) -> None:
    await app.receiving.accepting.wait()
    spare_the_collector()
    log.info("bot.ready", mode=app.services.settings.telegram.mode)
    started()


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
    with contextlib.suppress(SQLAlchemyError, OSError):  # it only spares what is left a wrong suspicion
        await asyncio.wait_for(intake.release(), DRAIN_SECONDS)


async def _land(sender: Sender) -> None:
    try:
        await asyncio.wait_for(sender.stop(), LAND_SECONDS)
    except TimeoutError:
        log.warning("delivery.not_settled")


def _serving(app: Application) -> AbstractAsyncContextManager[None]:
    """Serve /healthz, /readyz, /metrics and, with it, the webhook."""
    telegram = app.services.settings.telegram
    expected = head()
    served = health_app(lambda: what_is_wrong(app, expected))
    add_metrics(served, app.metrics, app.services.settings.metrics.token.get_secret_value())
    if telegram.mode == "webhook":
        add_webhook(served, webhook_path(app.services.vault, telegram), telegram.webhook_secret.get_secret_value(), app.intake)
    return serving(served, telegram.listen)


async def what_is_wrong(app: Application, expected: str) -> str | None:
    try:
        async with app.services.database.read() as session:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError) as error:
        return f"the database does not answer: {type(error).__name__}"
    if found != expected:
        return f"the database has the shape of revision {found}, this version expects {expected}: `nida db upgrade`"
    if app.stopping.is_set():
        return "it is stopping"
    if not app.receiving.accepting.is_set():
        return "Telegram has not been told where updates go; see the log"
    return "too many updates are waiting" if app.intake.backlog >= BACKLOG else None


async def _send(services: Services, sender: Sender) -> None:
    """Send while the lane is ours; until then stand by, with the database away too."""
    lane = Lane(services.database)
    while not await _worked("lane.take", lane.take()):
        await services.clock.sleep(STANDBY_SECONDS)
    try:
        await _worked("announcements.finish_fan_outs", services.announcements.finish_fan_outs())
        await sender.run()
    finally:
        await lane.leave()


async def _keep_house(app: Application) -> None:
    while True:
        await app.services.clock.sleep(HOUSEKEEPING_SECONDS)
        await _worked("intake.purge", app.intake.purge())
        await _worked("conversations.purge", app.conversations.purge())
        await _worked("supporters.purge", app.services.supporters.purge_unconsented())


async def _finish_launches(app: Application) -> None:
    """Go on with launches that a database away, or an interrupted command, left half written down."""
    while True:
        await app.services.clock.sleep(LAUNCHES_SECONDS)
        await _worked("announcements.finish_fan_outs", app.services.announcements.finish_fan_outs())


async def _worked(what: str, work: Awaitable[object]) -> bool:
    """Whether it was done and did not say no. A database that is away is no reason to end: it is tried again later."""
    try:
        return await work is not False
    except (SQLAlchemyError, OSError) as error:
        log.error("database.away", what=what, error=type(error).__name__)
        return False


async def _show_surface(app: Application) -> None:
    await app.receiving.accepting.wait()
    pause = FIRST_PAUSE
    while not await app.surface.set_up():
        await app.services.clock.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


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

        try:
            yield start
        finally:  # also when the command is interrupted: what is on its way is waited for, so that nobody gets it twice
            if started:
                await _land(sender)


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
