"""PostgreSQL's connections: none is waited for for ever, at neither end.

The kernel notices a machine that is gone. It does not notice one that takes our words and says nothing: a server that is
frozen, a proxy in between whose other side is dead. Then this side gives up.

Nor is one handed out that the server has closed (docs/decisions/0022-connections-are-asked-when-in-doubt.md).
"""

import select
import time
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
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


def parameters() -> dict[str, Any]:
    """What every connection is made with, beside the address."""
    server = {f"tcp_{name}": value for name, value in PROBES.items()} | {
        "tcp_user_timeout": round(ANSWER_SECONDS * 1000),
        "statement_timeout": round(STATEMENT_SECONDS * 1000),
        # Whoever gave up on a silent proxy leaves, behind it, a transaction that nobody ends, and with it its locks.
        "idle_in_transaction_session_timeout": round(ANSWER_SECONDS * 1000),
        "timezone": "UTC",
    }
    return {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": round(ANSWER_SECONDS * 1000),
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
        **PROBES,
    }


async def connect(url: str, **more: Any) -> Connection:
    return await Connection.connect(url, **{**parameters(), **more})


registry.register("postgresql.asked", __name__, "Dialect")
