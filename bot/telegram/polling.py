"""Asking Telegram for updates. The next offset is sent only once what came before is on disk."""

import math
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.delivery.outcome import Answered, Seen
from bot.errors import Misuse
from bot.telegram.intake import Intake, Overloaded
from bot.telegram.transport import AiohttpTransport

log = structlog.get_logger()

ASK_FOR_SECONDS = 20
LONGEST_PAUSE = 30.0
CONFLICT_OVER_AFTER = 300.0
"""Seconds without a conflict, after which the next one is said again."""
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member", "inline_query", "chosen_inline_result")
"""What the conversation handles. Telegram remembers the last list it was given, so it is sent every time."""


class TokenRefused(Misuse):
    """Telegram does not know the token."""


def ensure_token_taken(seen: Seen) -> None:
    """Raises TokenRefused for an answer that says so."""
    if isinstance(seen, Answered) and seen.status in {401, 404}:
        raise TokenRefused("Telegram refuses the token; set [telegram] token to the one @BotFather shows.")


class Polling:
    def __init__(self, transport: AiohttpTransport, intake: Intake, clock: Clock) -> None:
        self._transport = transport
        self._intake = intake
        self._clock = clock
        self._offset = 0
        self._pause = 1.0
        self._conflict_over_at = -math.inf

    async def run(self) -> None:
        """Ask until cancelled. Raises TokenRefused when Telegram no longer knows the token."""
        while True:
            updates = await self._ask()
            if updates is not None and await self._accepted(updates):
                self._pause = 1.0
            else:
                await self._clock.sleep(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _ask(self) -> list[dict[str, Any]] | None:
        parameters = {"offset": self._offset, "timeout": ASK_FOR_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        seen = await self._transport.call("getUpdates", parameters)
        if isinstance(seen, Answered) and seen.body is not None and seen.body.get("ok"):
            updates: list[dict[str, Any]] = seen.body["result"]
            return updates
        ensure_token_taken(seen)
        self._report(seen)
        return None

    async def _accepted(self, updates: list[dict[str, Any]]) -> bool:
        try:
            await self._intake.accept(updates)
        except (Overloaded, SQLAlchemyError, OSError) as error:
            log.warning("polling.not_accepted", error=type(error).__name__)
            return False
        if updates:
            self._offset = updates[-1]["update_id"] + 1
        return True

    def _report(self, seen: object) -> None:
        if isinstance(seen, Answered) and seen.status == 409:
            self._report_conflict()
        else:
            log.warning("polling.no_answer", seen=type(seen).__name__, status=getattr(seen, "status", None))

    def _report_conflict(self) -> None:
        """Once, until there was none for a while: two pollers cut each other off again and again."""
        now = self._clock.monotonic()
        if now >= self._conflict_over_at:
            log.error("polling.conflict", hint="another program uses this token, or a webhook is set; stop the other one")
        self._conflict_over_at = now + CONFLICT_OVER_AFTER
