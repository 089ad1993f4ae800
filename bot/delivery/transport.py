"""The port through which messages leave. Delivery defines it; what speaks HTTP implements it."""

from dataclasses import dataclass
from typing import Protocol

from bot.delivery.outcome import Seen

SEND_TIMEOUT = 30.0
"""Seconds after which a transport must have given up. Telegram's own server may absorb 8 s of waiting before it answers."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A message encoded once for all who read alike: `body` is the JSON object of a sendMessage without `chat_id` and
    `disable_notification`, never empty; `locale` is the language it is in."""

    locale: str
    body: bytes


class Transport(Protocol):
    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        """Send once, within SEND_TIMEOUT, and say what was seen. Never raises for what the network or the server did."""
