"""The port through which messages leave. Delivery defines it; what speaks HTTP implements it."""

from dataclasses import dataclass
from typing import Protocol

from bot.delivery.outcome import Seen

SEND_TIMEOUT = 30.0
"""Seconds after which a transport must have given up. Telegram's own server may absorb 8 s of waiting before it answers."""


LONGEST_CAPTION = 1024
"""UTF-16 units of text that may come with a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is sent with its text: `media_type` is what phones choose the program by that opens it."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Payload:
    """A message encoded once for all who read alike: `body` is what a sendMessage and an editMessageText have in common, as
    a JSON object that is never empty; `locale` is the language it is in.

    With a document, the text is its caption. An edit leaves the document as it is; where there may be one though the edit has
    none, the text is `captioned`.
    """

    locale: str
    body: bytes
    document: Document | None = None
    captioned: bool = False


class Transport(Protocol):
    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        """Send once, within SEND_TIMEOUT, and say what was seen. Never raises for what the network or the server did."""

    async def edit(self, telegram_id: int, message_id: int, payload: Payload) -> Seen:
        """Put another text into a message, in the same way."""

    async def delete(self, telegram_id: int, message_id: int) -> Seen:
        """Take a message away, in the same way."""
