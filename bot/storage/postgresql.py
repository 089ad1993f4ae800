"""PostgreSQL's connections: none is waited for for ever, at neither end.

The kernel notices a machine that is gone. It does not notice one that takes our words and says nothing: a server that is
frozen, a proxy in between whose other side is dead. Then this side gives up.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 12.0
"""Less than an answer is waited for: a slow statement is ended by the server, which then says so."""
ANSWER_SECONDS = 15.0
PROBES = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds, seconds and times: without them both ends would believe in a machine that was switched off for hours."""
T = TypeVar("T")


class Connection(psycopg.AsyncConnection[Any]):
    """One that is closed when an answer takes longer than `patience` seconds; what was asked may have been done or not."""

    patience: float | None = None
    """ANSWER_SECONDS unless told."""

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109 - psycopg's own
        try:
            return await super().wait(gen, interval, timeout or self.patience or ANSWER_SECONDS)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database server does not answer") from None


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
