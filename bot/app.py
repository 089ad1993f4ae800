"""The composition root: everything is built here once, runs under one supervisor, and stops in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.utils.token import TokenValidationError
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import handlers
from bot.announcements.composing import EVENT, Composing
from bot.campaigns.composing import CallComposing
from bot.campaigns.telling import ACTION
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.timing import QuietHours
from bot.errors import Misuse
from bot.events.composing import EventComposing
from bot.metrics import Metrics, Parts, add_metrics
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from bot.operations.socket import asking, listening, socket_path
from bot.petitions.composing import PetitionComposing
from bot.petitions.pulses import forget_pulses
from bot.petitions.retention import delete_answers
from bot.petitions.telling import PETITION
from bot.process import listen_to_signals, run_to_the_end, spare_the_collector
from bot.runner import queue
from bot.runner.chores import Chore, Every, repeat
from bot.runner.sending import Sending
from bot.storage.database import Database, Locked
from bot.storage.lane import Lane
from bot.storage.upgrade import head
from bot.supervisor import Supervisor
from bot.telegram.chat import Postman
from bot.telegram.commands import Vocabulary
from bot.telegram.conversation import ConversationStorage
from bot.telegram.dispatcher import handling, make_dispatcher
from bot.telegram.flood import Flood
from bot.telegram.identity import Identity
from bot.telegram.intake import BACKLOG, Intake, purge_updates
from bot.telegram.receiving import Receiving, webhook_path
from bot.telegram.server import add_webhook, health_app, serving
from bot.telegram.surface import Surface
from bot.telegram.transport import AiohttpTransport
from bot.web.calendars import add_calendars
from bot.web.letters import add_letters
from bot.web.petitions import add_petitions
from handlers.actions import AlertActions, CallActions, EventActions, PetitionActions
from handlers.campaigns.pages import ActionPages
from handlers.cases.pages import CasePages
from handlers.events.pages import EventPages
from handlers.petitions.pages import PetitionPages
from handlers.sharing.drawings import Drawings

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""How long updates already accepted are worked through when stopping; the rest is taken up at the next start."""
LAND_SECONDS = 21.0
"""How long sends on their way are waited for; the whole stop takes at most 25 s."""
FOR_REPLIES = 0.1
"""Of the rate, what senders leave to the bots where those are other processes: nobody can know what all of them send."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0


@dataclass(frozen=True, slots=True)
class Application:
    """The parts that run."""

    services: Services
    transport: AiohttpTransport
    sender: Sending
    intake: Intake
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
        typing=Flood(clock),
    )
    given = {
        "supporters": services.supporters,
        "following": services.following,
        "cases": services.cases,
        "events": services.events,
        "petitions": services.petitions,
        "calendars": services.calendars,
        "feeds": services.feeds,
        "sources": services.sources,
        "search": services.search,
        "receipts": services.receipts,
        "heads": services.petition_log.heads,
        "web": settings.web,
        "catalogues": services.catalogues,
        "organisation": organisation,
        "clock": clock,
        "surface": surface,
        "campaigns": services.campaigns,
        "letter_pages": services.letter_pages,
        "drawings": Drawings(),
        "action_pages": ActionPages(organisation.default_locale, services.catalogues.locales, clock),
        "case_pages": CasePages(organisation.default_locale),
        "petition_pages": PetitionPages(organisation.default_locale, organisation.name, services.catalogues.locales),
        "event_pages": EventPages(organisation.default_locale, clock, has_calendars=services.feeds.served),
    }
    storage = ConversationStorage(services.database, services.vault, clock)
    dispatcher = make_dispatcher(identity, storage, handlers.routers(), given)
    intake = Intake(services.database, services.vault, clock, handling(dispatcher, _bot(settings)))
    receiving = Receiving(settings.telegram, services.vault, transport, intake, clock)
    sending = _sending(services, transport, pace)
    parts = Parts(services.database, clock, pace, settings.delivery.rate, sending, intake, postman, services.reminders)
    return Application(services, transport, sending, intake, surface, receiving, Metrics(parts))


def _sending(services: Services, transport: AiohttpTransport, pace: Pace) -> Sending:
    def new_sender() -> Sender:
        return Sender(
            services.database,
            services.vault,
            transport,
            pace,
            _composing(services),
            services.clock,
            services.settings.organisation.timezone,
            QuietHours(services.settings.delivery.usual_quiet_hours, services.settings.delivery.regional_quiet_hours),
        )

    async def begin_due() -> None:
        await services.reminders.launch_due()
        await services.announcements.finish_fan_outs()

    return Sending(Lane(services.database), services.clock, new_sender, begin_due)


def _composing(services: Services) -> Composing:
    about_events = EventComposing(services.catalogues, EventActions(), services.calendars)
    about_petitions = PetitionComposing(services.catalogues, PetitionActions())
    calls = CallComposing(services.catalogues, CallActions())
    return Composing(services.catalogues, AlertActions(), {EVENT: about_events, PETITION: about_petitions, ACTION: calls})


def _pace_of_senders(services: Services) -> Pace:
    """Of a process that sends, but does not reply to anybody."""
    delivery = services.settings.delivery
    share = 1 - FOR_REPLIES if services.settings.runner.engine == "procrastinate" else 1
    return Pace(delivery.rate * share, delivery.per_chat_interval, services.clock)


def _chores(services: Services) -> list[Chore]:
    """What has to be done again and again, by whichever process."""
    database, clock = services.database, services.clock
    zone = services.settings.organisation.zone
    conversations = ConversationStorage(database, services.vault, clock)
    return [
        # A database away, or an interrupted command, leaves launches half written down.
        Chore("announcements.finish_fan_outs", Every.MINUTE, services.announcements.finish_fan_outs),
        Chore("events.fill_places", Every.MINUTE, services.events.fill_places),
        Chore("events.remind", Every.MINUTE, services.reminders.launch_due),
        Chore("events.rezone", Every.HOUR, services.reminders.rezone),
        Chore("petitions.close", Every.MINUTE, services.petitions.close_due),
        Chore("petitions.delete_answers", Every.HOUR, lambda: delete_answers(database, clock.now(), zone)),
        Chore("petitions.forget_pulses", Every.HOUR, lambda: forget_pulses(database, clock.now())),
        Chore("petitions.publish", Every.MINUTE, services.petition_log.heads.publish),
        Chore("campaigns.ask_again", Every.HOUR, services.action_calls.ask_again),
        Chore("intake.purge", Every.HOUR, lambda: purge_updates(database, clock)),
        Chore("conversations.purge", Every.HOUR, conversations.purge),
        Chore("supporters.purge", Every.HOUR, services.supporters.purge_unconsented),
        Chore("database.empty_log", Every.HOUR, database.empty_log),
    ]


def _bot(settings: Settings) -> Bot:
    try:
        return Bot(settings.telegram.token.get_secret_value())
    except TokenValidationError:
        raise Misuse("[telegram] token is missing or is not a token; set it to the one @BotFather shows.") from None


def _transport(settings: Settings) -> AiohttpTransport:
    token, telegram = settings.telegram.token.get_secret_value(), settings.telegram
    return AiohttpTransport(token, telegram.api_url, paid=settings.delivery.paid)


async def run(settings: Settings, clock: Clock | None = None, started: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT. `started` is called once it is ready. Where there are runners, it only answers
    people.

    Raises Misuse when it cannot start as it is configured.
    """
    stop = asyncio.Event()
    listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, _transport(settings) as transport:
        app = build(services, transport)
        _ensure_somebody_speaks(settings)
        async with _serving(app), _answering_staff(app), Supervisor(on_failure=stop.set) as supervisor:
            supervisor.start("intake", app.intake.run(supervisor))
            receiving = supervisor.start("receiving", app.receiving.run())
            if settings.runner.engine == "local":
                supervisor.start("sender", app.sender.run())
                for chore in _chores(services):
                    supervisor.start(chore.name, repeat(chore, services.clock))
            supervisor.start("surface", _show_surface(app))
            supervisor.start("ready", _say_when_ready(app, started))
            await stop.wait()
            if app.receiving.accepting.is_set():
                log.info("bot.stopping")
            app.stopping.set()
            receiving.cancel()
            await asyncio.gather(_drain(app.intake), _land(app.sender))


async def run_runner(settings: Settings, clock: Clock | None = None) -> None:
    """Send, or stand by to, and do the periodic work with the other runners, until SIGTERM or SIGINT.

    Raises Misuse when it cannot start as it is configured.
    """
    if settings.runner.engine == "local":
        raise Misuse('`nida run` sends by itself; runners are for [runner] engine = "procrastinate".')
    stop = asyncio.Event()
    listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, _transport(settings) as transport:
        await asyncio.to_thread(queue.ensure_ready, settings.database_url)
        pace = _pace_of_senders(services)
        sending = _sending(services, transport, pace)
        metrics = Metrics(
            Parts(services.database, services.clock, pace, settings.delivery.rate, sending, reminders=services.reminders)
        )
        async with _serving_runner(services, metrics), Supervisor(on_failure=stop.set) as supervisor:
            supervisor.start("sender", sending.run())
            supervisor.start("queue", queue.share(settings.database_url, _chores(services), services.clock))
            spare_the_collector()
            log.info("runner.ready")
            await stop.wait()
            log.info("runner.stopping")
            await _land(sending)


def _ensure_somebody_speaks(settings: Settings) -> None:
    if not settings.organisation.name.strip():
        raise Misuse("[organisation] name is empty; people are greeted with it, so write it into the configuration.")


async def _say_when_ready(app: Application, started: Callable[[], None]) -> None:
    await app.receiving.accepting.wait()
    spare_the_collector()
    log.info("bot.ready", mode=app.services.settings.telegram.mode)
    started()


async def _drain(intake: Intake) -> None:
    try:
        await asyncio.wait_for(intake.drain(), DRAIN_SECONDS)
    except TimeoutError:
        log.warning("intake.left_over", updates=intake.backlog)
    with contextlib.suppress(SQLAlchemyError, OSError):  # it only spares what is left a wrong suspicion
        await asyncio.wait_for(intake.release(), DRAIN_SECONDS)


async def _land(sending: Sending) -> None:
    try:
        await asyncio.wait_for(sending.stop(), LAND_SECONDS)
    except TimeoutError:
        log.warning("delivery.not_settled")


def _serving(app: Application) -> AbstractAsyncContextManager[None]:
    """Serve /healthz, /readyz, /metrics and, where they are configured, the webhook and calendars; and what petitions publish."""
    telegram = app.services.settings.telegram
    expected = head()
    served = health_app(lambda: what_is_wrong(app, expected))
    add_metrics(served, app.metrics, app.services.settings.metrics.token.get_secret_value())
    if telegram.mode == "webhook":
        add_webhook(served, webhook_path(app.services.vault, telegram), telegram.webhook_secret.get_secret_value(), app.intake)
    if app.services.feeds.served:
        add_calendars(served, app.services.feeds)
    add_petitions(served, app.services.petition_log)
    _serve_letters(served, app.services)
    return serving(served, telegram.listen)


def _serve_letters(served: web.Application, services: Services) -> None:
    if services.letter_pages.served:
        source = services.settings.organisation.default_locale
        add_letters(served, services.letter_pages, services.campaigns, services.catalogues, source)


def _serving_runner(services: Services, metrics: Metrics) -> AbstractAsyncContextManager[None]:
    """Serve /healthz, /readyz and /metrics, where that is configured."""
    listen, expected = services.settings.runner.listen, head()
    served = health_app(lambda: what_is_wrong_with(services.database, expected))
    add_metrics(served, metrics, services.settings.metrics.token.get_secret_value())
    return serving(served, listen) if listen else nullcontext()


async def what_is_wrong_with(database: Database, expected: str) -> str | None:
    try:
        async with database.read() as session:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError) as error:
        return f"the database does not answer: {type(error).__name__}"
    if found != expected:
        return f"the database has the shape of revision {found}, this version expects {expected}: `nida db upgrade`"
    return None


async def what_is_wrong(app: Application, expected: str) -> str | None:
    if wrong := await what_is_wrong_with(app.services.database, expected):
        return wrong
    if app.stopping.is_set():
        return "it is stopping"
    if not app.receiving.accepting.is_set():
        return "Telegram has not been told where updates go; see the log"
    return "too many updates are waiting" if app.intake.backlog >= BACKLOG else None


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
    """What is yielded starts sending the first time it is called; it is stopped in order at the end. When it fails, so does
    the block, at once."""
    sending = _sending(services, transport, _pace_of_senders(services))
    async with asyncio.TaskGroup() as group:
        started: list[asyncio.Task[None]] = []

        def start() -> None:
            if not started:
                started.append(group.create_task(sending.run()))
            sending.notify()

        try:
            yield start
        finally:  # also when the command is interrupted: what is on its way is waited for, so that nobody gets it twice
            for task in started:
                await _land(sending)
                task.cancel()


def main(settings: Settings) -> None:
    """`nida run`."""
    run_to_the_end(run(settings))


def main_of_runner(settings: Settings) -> None:
    """`nida runner`."""
    run_to_the_end(run_runner(settings))
