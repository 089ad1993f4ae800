"""One budget for several processes: each says what it used of it, and when Telegram asked it to wait.

Who answers people and who sends to many are different processes then, and Telegram counts them together. So each tells the
others once a second how many replies it sent, and for how long it was asked to wait. PostgreSQL passes that on (NOTIFY) to
whoever is there, and keeps nothing of it: a word that is lost was about a second that is over.
"""

import json
from typing import Final

import psycopg
import structlog

from bot.clock import Clock
from bot.delivery.pace import Pace
from bot.storage import postgresql

log = structlog.get_logger()

CHANNEL: Final = "nida_budget"
SAY_EVERY: Final = 1.0
PAUSE: Final = 5.0


class Budget:
    """`left` is how many messages a second this process leaves to the others in any case: only what they use above that is
    taken off its pace."""

    def __init__(self, pace: Pace, clock: Clock, left: float = 0.0) -> None:
        self._pace = pace
        self._clock = clock
        self._left = left
        self._unused = left
        self._unused_at = clock.monotonic()
        self._said_replies = 0
        self._said_holds = 0.0

    async def share(self, url: str) -> None:
        """Tell and listen until cancelled. While the database is away, everybody keeps to what they know."""
        while True:
            try:
                async with await postgresql.connect(url, autocommit=True) as connection:
                    await self._talk(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("database.away", what="budget", error=type(error).__name__)
            await self._clock.sleep(PAUSE)

    async def _talk(self, connection: postgresql.Connection) -> None:
        ourselves = connection.info.backend_pid
        connection.add_notify_handler(lambda word: None if word.pid == ourselves else self._heard(word.payload))
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        while True:  # what others said comes along with the answer
            await connection.execute(*self._statement())
            await self._clock.sleep(SAY_EVERY)

    def _statement(self) -> tuple[bytes, tuple[str, ...]]:
        replies, holds = self._pace.replies, self._pace.holds.seconds
        word = {"replies": replies - self._said_replies, "wait": self._pace.held_for if holds > self._said_holds else 0}
        self._said_replies, self._said_holds = replies, holds
        return (b"SELECT pg_notify(%s, %s)", (CHANNEL, json.dumps(word))) if any(word.values()) else (b"SELECT 1", ())

    def _heard(self, said: str) -> None:
        word = json.loads(said)
        if word["wait"]:
            self._pace.hold_too(word["wait"])
        if above := self._above_what_is_left(word["replies"]):
            self._pace.spent(above)

    def _above_what_is_left(self, replies: int) -> float:
        """How many of them do not go into what is left to the others, of which a second's worth is kept."""
        now = self._clock.monotonic()
        unused = min(self._left, self._unused + self._left * (now - self._unused_at))
        self._unused, self._unused_at = max(0.0, unused - replies), now
        return max(0.0, replies - unused)
