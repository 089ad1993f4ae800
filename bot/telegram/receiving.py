"""Letting updates in, in the way that is configured: asking for them, or being told."""

import asyncio

import structlog

from bot.clock import Clock
from bot.config import Telegram
from bot.delivery.outcome import Answered
from bot.storage.vault import Vault
from bot.telegram.intake import Intake
from bot.telegram.polling import ALLOWED_UPDATES, Polling, ensure_token_taken
from bot.telegram.transport import AiohttpTransport

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def webhook_path(vault: Vault, settings: Telegram) -> str:
    """Not to be guessed, the same after every start, and nothing of the token in it."""
    return f"/telegram/{vault.tag('webhook path', settings.token.get_secret_value().encode()).hex()}"


class Receiving:
    def __init__(self, settings: Telegram, vault: Vault, transport: AiohttpTransport, intake: Intake, clock: Clock) -> None:
        self._settings = settings
        self._path = webhook_path(vault, settings)
        self._transport = transport
        self._polling = Polling(transport, intake, clock)
        self._clock = clock
        self.accepting = asyncio.Event()
        """Set once Telegram knows where updates are to go."""

    async def run(self) -> None:
        """Poll until cancelled; or tell Telegram where the webhook is, and return."""
        if self._settings.mode == "polling":
            # What waits there must not be dropped: it may be somebody's STOP.
            await self._insist("deleteWebhook", {"drop_pending_updates": False})
            self.accepting.set()
            await self._polling.run()
        else:
            await self._insist("setWebhook", self._webhook())
            self.accepting.set()

    def _webhook(self) -> dict[str, object]:
        return {
            "url": self._settings.webhook_url.rstrip("/") + self._path,
            "secret_token": self._settings.webhook_secret.get_secret_value(),
            "allowed_updates": list(ALLOWED_UPDATES),
        }

    async def _insist(self, method: str, parameters: dict[str, object]) -> None:
        """Call until it works: without this no update would ever come. Raises TokenRefused when it never will."""
        pause = FIRST_PAUSE
        while True:
            seen = await self._transport.call(method, parameters)
            if isinstance(seen, Answered) and seen.status == 200:
                return
            ensure_token_taken(seen)
            said = (seen.body or {}).get("description") if isinstance(seen, Answered) else type(seen).__name__
            log.warning("telegram.refused", method=method, said=said)
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
