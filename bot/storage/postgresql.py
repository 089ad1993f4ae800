"""PostgreSQL's connections: none is waited for for ever, at neither end.

The kernel notices a machine that is gone. It does not notice one that takes our words and says nothing: a server that is
frozen, a proxy in between whose other side is dead. Then this side gives up.

Nor is one handed out that the server has closed (docs/decisions/0022-connections-are-asked-when-in-doubt.md). And what was cut
off in the middle of a sentence is ended at the server, which would wait for the rest of it (0023-cut-off-sentences.md).
"""

import select
import time
from contextlib import suppress
from typing import Any, Final, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.engine.url import URL

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 12.0
"""Less than an answer is waited for: a slow statement is ended by the server, which then says so."""
ANSWER_SECONDS = 15.0
PROBES = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds, seconds and times: without them both ends would believe in a machine that was switched off for hours."""
TRUSTED_SECONDS = PROBES["keepalives_idle"]
"""So long after an answer the kernel does not ask either whether the other end is there."""
LEFT_SECONDS = 3600.0
"""So long a connection stands that nobody uses, at the server: behind a silent proxy nobody can."""
APPLICATION: Final = "nida"
_END_CUT_OFF: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = %s AND usename = current_user AND datname = current_database()
        AND state = 'active' AND wait_event_type = 'Client' AND state_change < clock_timestamp() - %s * interval '1 second'
"""
T = TypeVar("T")


class Connection(psycopg.AsyncConnection[Any]):
    """One that is closed when an answer takes longer than `patience` seconds; what was asked may have been done or not."""

    patience: float | None = None
    """ANSWER_SECONDS unless told."""
    answered_at = 0.0

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109 - psycopg's own
        try:
            answer = await super().wait(gen, interval, timeout or self.patience or ANSWER_SECONDS)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database server does not answer") from None
        self.answered_at = time.monotonic()
        return answer

    def is_surely_there(self) -> bool:
        """It answered just now, and nothing came since: a server that closes a connection says so, or its kernel does."""
        if self.closed or time.monotonic() - self.answered_at > TRUSTED_SECONDS:
            return False
        unread = select.poll()
        unread.register(self.fileno(), select.POLLIN)
        return not unread.poll(0)


class Dialect(PGDialectAsync_psycopg):
    """Asks a connection of the pool whether it is there only where that is in doubt: it is a way to the server and back."""

    driver = "asked"
    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[Self]:  # its parent's names the parent
        return cls

    def do_ping(self, dbapi_connection: Any) -> bool:
        connection: Connection = dbapi_connection.driver_connection
        return connection.is_surely_there() or bool(super().do_ping(dbapi_connection))  # type: ignore[no-untyped-call]


class CutOff:
    """Ends the transactions of ours, of whichever process, for which the server waits in the middle of a sentence, or of its
    answer.

    None of its time limits counts there, so that their locks would stand until the network says that the other side is gone,
    which a silent proxy never does. Looked for after every trouble, before the next connection is handed out; `in_doubt`:
    before the first, too.
    """

    def __init__(self, *, in_doubt: bool = False) -> None:
        self._in_doubt = in_doubt

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "handle_error", self._note)
        event.listen(engine, "checkout", self._end)

    def _note(self, context: ExceptionContext) -> None:
        self._in_doubt |= isinstance(context.original_exception, psycopg.OperationalError)

    def _end(self, connection: Any, *_: object) -> None:
        if not self._in_doubt:
            return
        self._in_doubt = False
        with suppress(psycopg.Error):  # who asked for a connection that died hears of it; any other is theirs, as good as new
            try:
                connection.cursor().execute(*ending())
            finally:
                connection.rollback()


def ending() -> tuple[str, tuple[str, float]]:
    """The statement with which `CutOff` does it, and its values."""
    return _END_CUT_OFF, (APPLICATION, STATEMENT_SECONDS)


async def end_cut_off(url: str) -> None:
    """What `CutOff` does, for who has connections without an engine and came into trouble."""
    with suppress(psycopg.Error):
        async with await connect(url, autocommit=True) as connection:
            await connection.execute(*ending())


def parameters() -> dict[str, Any]:
    """What every connection is made with, beside the address."""
    server = {f"tcp_{name}": value for name, value in PROBES.items()} | {
        "tcp_user_timeout": round(ANSWER_SECONDS * 1000),
        "statement_timeout": round(STATEMENT_SECONDS * 1000),
        # Whoever gave up on a silent proxy leaves, behind it, a transaction that nobody ends, and with it its locks.
        "idle_in_transaction_session_timeout": round(ANSWER_SECONDS * 1000),
        "idle_session_timeout": round(LEFT_SECONDS * 1000),
        "timezone": "UTC",
    }
    return {
        "application_name": APPLICATION,
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": round(ANSWER_SECONDS * 1000),
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
        **PROBES,
    }


def patient_parameters() -> dict[str, Any]:
    """For a command that goes through everything there is: a statement may take as long as it takes, waiting may not."""
    given = parameters()
    given["options"] += (
        f" -c statement_timeout=0 -c lock_timeout={round(STATEMENT_SECONDS * 1000)}"
        f" -c idle_session_timeout={round(ANSWER_SECONDS * 1000)}"
    )
    return given


async def connect(url: str, **more: Any) -> Connection:
    return await Connection.connect(url, **{**parameters(), **more})


registry.register("postgresql.asked", __name__, "Dialect")
