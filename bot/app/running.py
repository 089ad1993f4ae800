"""`nida run` and `nida runner`: one supervisor for all that runs, stopped in order."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.app.building import FOR_REPLIES, Application, build, pace_of_senders, sending_of, transport_of
from bot.app.chores import chores, own_chores
from bot.app.serving import serving_bot, serving_runner
from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.errors import Misuse
from bot.metrics import Metrics, Parts
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from bot.operations.socket import listening, socket_path
from bot.process import listen_to_signals, run_to_the_end, spare_the_collector
from bot.runner import queue
from bot.runner.budget import Budget
from bot.runner.chores import Chore, repeat, worked
from bot.runner.sending import Sending
from bot.supervisor import Supervisor
from bot.telegram.intake import Intake

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""How long updates already accepted are worked through when stopping; the rest is taken up at the next start."""
LAND_SECONDS = 21.0
"""How long sends on their way are waited for; the whole stop takes at most 25 s."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0


async def run(settings: Settings, clock: Clock | None = None, started: Callable[[], None] = lambda: None) -> None:
    """Run the bot until SIGTERM or SIGINT. `started` is called once it is ready. Where there are runners, it only answers
    people.

    Raises Misuse when it cannot start as it is configured.
    """
    stop = asyncio.Event()
    listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, transport_of(settings) as transport:
        app = build(services, transport)
        _ensure_somebody_speaks(settings)
        async with serving_bot(app), _answering_staff(app), Supervisor(on_failure=stop.set) as supervisor:
            supervisor.start("intake", app.intake.run(supervisor))
            receiving = supervisor.start("receiving", app.receiving.run())
            _repeat(own_chores(), services, supervisor)
            if settings.runner.engine == "local":
                supervisor.start("sender", app.sender.run())
                _repeat(chores(services), services, supervisor)
            if not services.database.is_sqlite:
                # Who only answers need not make room for the answers of others.
                left = 0.0 if settings.runner.engine == "local" else settings.delivery.rate
                supervisor.start("budget", Budget(app.pace, services.clock, left).share(settings.database_url))
            supervisor.start("surface", _show_surface(app))
            supervisor.start("feeds", _prepare_feeds(app))
            supervisor.start("ready", _say_when_ready(app, started))
            await stop.wait()
            if app.receiving.accepting.is_set():
                log.info("bot.stopping")
            app.stopping.set()
            receiving.cancel()
            await asyncio.gather(_drain(app.intake), land(app.sender))


async def run_runner(settings: Settings, clock: Clock | None = None) -> None:
    """Send, or stand by to, and do the periodic work with the other runners, until SIGTERM or SIGINT.

    Raises Misuse when it cannot start as it is configured.
    """
    if settings.runner.engine == "local":
        raise Misuse('`nida run` sends by itself; runners are for [runner] engine = "procrastinate".')
    stop = asyncio.Event()
    listen_to_signals(stop)
    async with open_services(settings, clock or SystemClock()) as services, transport_of(settings) as transport:
        await asyncio.to_thread(queue.ensure_ready, settings.database_url)
        pace = pace_of_senders(services)
        sending = sending_of(services, transport, pace)
        metrics = Metrics(
            Parts(services.database, services.clock, pace, settings.delivery.rate, sending, reminders=services.reminders)
        )
        async with serving_runner(services, metrics), Supervisor(on_failure=stop.set) as supervisor:
            supervisor.start("sender", sending.run())
            _repeat(own_chores(), services, supervisor)
            left = settings.delivery.rate * FOR_REPLIES
            supervisor.start("budget", Budget(pace, services.clock, left).share(settings.database_url))
            supervisor.start("queue", queue.share(settings.database_url, chores(services), services.clock))
            spare_the_collector()
            log.info("runner.ready")
            await stop.wait()
            log.info("runner.stopping")
            await land(sending)


def _repeat(all_of_them: Sequence[Chore], services: Services, supervisor: Supervisor) -> None:
    for chore in all_of_them:
        supervisor.start(chore.name, repeat(chore, services.clock))


def _ensure_somebody_speaks(settings: Settings) -> None:
    if not settings.organisation.name.strip():
        raise Misuse("[organisation] name is empty; people are greeted with it, so write it into the configuration.")


async def _say_when_ready(app: Application, started: Callable[[], None]) -> None:
    await app.receiving.accepting.wait()
    spare_the_collector()
    log.info("bot.ready", mode=app.services.settings.telegram.mode)
    started()


async def _prepare_feeds(app: Application) -> None:
    await app.receiving.accepting.wait()
    await worked("feeds.prepare", app.services.feeds.prepare())


async def _drain(intake: Intake) -> None:
    try:
        await asyncio.wait_for(intake.drain(), DRAIN_SECONDS)
    except TimeoutError:
        log.warning("intake.left_over", updates=intake.backlog)
    with contextlib.suppress(SQLAlchemyError, OSError):  # it only spares what is left a wrong suspicion
        await asyncio.wait_for(intake.release(), DRAIN_SECONDS)


async def land(sending: Sending) -> None:
    try:
        await asyncio.wait_for(sending.stop(), LAND_SECONDS)
    except TimeoutError:
        log.warning("delivery.not_settled")


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


def main(settings: Settings) -> None:
    """`nida run`."""
    run_to_the_end(run(settings))


def main_of_runner(settings: Settings) -> None:
    """`nida runner`."""
    run_to_the_end(run_runner(settings))
