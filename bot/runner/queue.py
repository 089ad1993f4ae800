"""Chores shared by several processes: procrastinate starts each once, whichever process has its turn.

It is given coarse work only. It takes one job at a time, a job whose worker died stays begun for ever, and what finishes late
finishes all the same (docs/decisions/0012-several-machines.md). So a chore may be lost or doubled, and a sweeper retries
what was begun by a worker that no longer shows itself.

Its tables stand in a schema of their own. Nothing in them has to be kept, so another release of it makes them anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import ProcrastinateException, UniqueViolation
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg_pool import PoolTimeout

from bot.clock import Clock
from bot.errors import Misuse
from bot.runner.chores import Chore, Every
from bot.storage import postgresql

log = structlog.get_logger()

SCHEMA = "runner"
MADE_BY = f"procrastinate {procrastinate.__version__}"
SEEN_WITHIN = 30.0
"""Seconds without a sign of life after which a worker counts as dead; it gives one every ten."""
PAUSE = 5.0
_FOUND = f"SELECT obj_description(to_regclass('{SCHEMA}.procrastinate_jobs'), 'pg_class')".encode()
_LOCK = b"SELECT pg_advisory_xact_lock(1852400741)"
_MAKE = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; SET LOCAL search_path TO {SCHEMA}".encode()
_SIGN = f"COMMENT ON TABLE procrastinate_jobs IS '{MADE_BY}'".encode()


def is_ready(url: str) -> bool:
    """Whether the queue's tables are there, as the installed release needs them."""
    with _connected(url) as connection:
        return _is_ready(connection)


def make_ready(url: str) -> bool:
    """Make the queue's tables, anew if another release made them. False when there was nothing to do."""
    with _connected(url) as connection:
        connection.execute(_LOCK)
        if _is_ready(connection):
            return False
        connection.execute(_MAKE)
        connection.execute(SchemaManager.get_schema())
        connection.execute(_SIGN)
        return True


def ensure_ready(url: str) -> None:
    """Raises Misuse when the tables are missing or of another release."""
    if not is_ready(url):
        raise Misuse("The runners' queue is not in the database yet; run `nida db upgrade`.")


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(url, **postgresql.parameters()) as connection:
            yield connection
    except psycopg.Error as error:
        raise Misuse(f"The database cannot be used: {str(error).strip().splitlines()[0]}. Check [database] url.") from None


def _is_ready(connection: psycopg.Connection[Any]) -> bool:
    return connection.execute(_FOUND).fetchone() == (MADE_BY,)


async def share(url: str, chores: Sequence[Chore], clock: Clock) -> None:
    """Do chores as the queue hands them out, until cancelled. While the database is away it is tried again."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # its lines and tracebacks show statements and values
    while True:
        try:
            async with queue(url, chores).open_async() as opened:
                await opened.run_worker_async(
                    delete_jobs="always", install_signal_handlers=False, shutdown_graceful_timeout=4, listen_notify=False
                )
        except (ProcrastinateException, psycopg.Error, PoolTimeout, OSError) as error:
            _ensure_not_cancelled()
            log.error("database.away", what="queue", error=type(error).__name__)
        await clock.sleep(PAUSE)
        await postgresql.end_cut_off(url)  # nobody else may come into trouble: the queue's locks are in no other's way


def _ensure_not_cancelled() -> None:
    """A worker that is cancelled takes leave of the database, and raises what comes of that instead."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def queue(url: str, chores: Sequence[Chore]) -> procrastinate.App:
    """procrastinate's application for these chores and the sweeper, not opened yet."""
    app = procrastinate.App(connector=_connector(url))
    for chore in chores:
        _register(app, chore.name, chore.every, chore.do)
    _register(app, "queue.sweep", Every.MINUTE, lambda: sweep(app))
    return app


async def sweep(app: procrastinate.App) -> int:
    """Have done again what dead workers had begun. Returns how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SEEN_WITHIN))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:  # one of the same name waits already, and does as well
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)
    if stalled:
        log.warning("queue.retried", jobs=len(stalled))
    return len(stalled)


def _register(app: procrastinate.App, name: str, every: Every, do: Callable[[], Awaitable[object]]) -> None:
    async def chore(timestamp: int) -> None:
        try:
            await do()
        except Exception as error:  # noqa: BLE001 - its text may hold what is kept about people
            log.error("chore.failed", chore=name, error=type(error).__name__)

    # One waiting at most: after an outage what was missed is done once.
    app.periodic(cron=every.cron, periodic_id=name)(app.task(name=name, queueing_lock=name)(chore))


def _connector(url: str) -> procrastinate.PsycopgConnector:
    given = postgresql.parameters()
    given["options"] += f" -c search_path={SCHEMA}"
    return procrastinate.PsycopgConnector(
        conninfo=url,
        kwargs=given,
        connection_class=postgresql.Connection,
        min_size=1,
        max_size=4,
        timeout=postgresql.ANSWER_SECONDS,
    )
