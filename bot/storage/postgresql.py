"""PostgreSQL's connections: none is waited for for ever.

The server ends a statement that takes too long, and the kernel notices a peer that is gone. Neither helps against one that
takes our words and says nothing: a server that is frozen, a proxy in between whose other side is dead. Then this side gives up.
"""

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

ANSWER_SECONDS = 15.0
T = TypeVar("T")


class Connection(psycopg.AsyncConnection[Any]):
    """One whose answers are waited for so long; then it is closed, and what was asked may have been done or not."""

    async def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:  # noqa: ASYNC109
        try:
            return await super().wait(gen, interval, timeout or ANSWER_SECONDS)
        except _WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("the database server does not answer") from None
