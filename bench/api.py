"""A Bot API that answers fast, so that the speed of what is measured shows and not its own. What must be strict runs against
the stand-in; of Telegram's ways this one knows the limit, the delay, and, asked to, the faults.
"""

import asyncio
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from bot.standin.rates import Limits, Rates
from bot.standin.refusals import Refusal

TOKEN = "123456:bench"
ME = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Nida",
    "username": "NidaBenchBot",
    "can_join_groups": False,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
DELAYS = 0.08, 0.25
"""Seconds between which Telegram usually answers."""
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'chat_id"?[:=] *"?(-?\d+)')
_SENT = '{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":%d,"type":"private"},"text":"."}}'


@dataclass
class Api:
    """`rate` messages a second are let through by the stand-in's own rule; over it, everything is refused for a second.

    With `faults` some have blocked the bot, some answers are lost although the message arrived, some messages end at a
    gateway, and now and then everybody is asked to wait.
    """

    rate: int | None = None
    delays: tuple[float, float] | None = None
    faults: bool = False
    url: str = ""
    messages: int = 0
    refused: int = 0
    arrived: list[float] = field(default_factory=list)
    """When each message was let through, on the clock all processes share."""
    copies: Counter[int] = field(default_factory=Counter)
    """How many messages each chat got."""
    awaited: dict[int, "asyncio.Future[tuple[float, float]]"] = field(default_factory=dict)
    """Chats whose next message somebody waits for: when it arrived here, and when it was in the chat and confirmed."""
    delay: float = 0.0
    """Of the answer being given."""
    _limits: Rates = field(init=False)
    _held_until: float = 0.0
    _failed: set[int] = field(default_factory=set)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._limits = Rates(Limits(self.rate, per_chat=None, edits_per_minute=None))

    async def messages_reach(self, count: int) -> None:
        while self.messages < count:
            self._more.clear()
            await self._more.wait()

    def answer(self, method: bytes, body: bytes) -> tuple[int, str] | None:
        """The status and what is said, after `delay` seconds; None when the connection breaks instead."""
        self.delay = random.uniform(*self.delays) if self.delays else 0.0  # noqa: S311
        if method not in (b"sendMessage", b"editMessageText"):
            return _ok(ME if method == b"getMe" else [] if method == b"getUpdates" else True)
        found = _CHAT.search(body)
        if found is None:
            raise ValueError(body)
        return self._message(int(found[1]), time.perf_counter())

    def _message(self, chat: int, now: float) -> tuple[int, str] | None:
        if self._is_over_the_rate(now) or (self.faults and (self.messages + self.refused) % 2500 == 2499):
            self._held_until = max(self._held_until, now + 1.0)
            self.refused += 1
            return 429, json.dumps({"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": _WAIT})
        if self.faults and has_blocked(chat):
            return 403, json.dumps({"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"})
        if self.faults and ends_at_the_gateway(chat) and chat not in self._failed:
            self._failed.add(chat)
            return 502, "<html><h1>502 Bad Gateway</h1></html>"
        self.messages += 1
        self.arrived.append(now)
        self.copies[chat] += 1
        if (awaited := self.awaited.pop(chat, None)) is not None:
            awaited.set_result((now, now + self.delay))
        self._more.set()
        if self.faults and loses_answers(chat) and chat not in self._failed:
            self._failed.add(chat)
            return None
        return 200, _SENT % (self.messages, chat)

    def _is_over_the_rate(self, now: float) -> bool:
        try:
            self._limits.message(0, now)
        except Refusal:
            return True
        return now < self._held_until


_WAIT = {"retry_after": 1}


def has_blocked(chat: int) -> bool:
    return chat % 50 == 7


def loses_answers(chat: int) -> bool:
    return chat % 100 == 11


def ends_at_the_gateway(chat: int) -> bool:
    return chat % 500 == 13


class _Connection(asyncio.Protocol):
    """As much of HTTP/1.1 as clients that wait for each answer need."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not derived from it

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._received[:end]
        length = _LENGTH.search(head)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._received) < whole:
            return
        body, self._received = self._received[end + 4 : whole], self._received[whole:]
        path = head.split(b" ", 2)[1]
        self._reply(self._api.answer(path.rsplit(b"/", 1)[1], body))

    def _reply(self, answer: tuple[int, str] | None) -> None:
        if self._api.delay:
            asyncio.get_running_loop().call_later(self._api.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: tuple[int, str] | None) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if answer is None:
            self._transport.close()
            return
        status, body = answer[0], answer[1].encode()
        head = b"HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self._transport.write(head % (status, len(body)) + body)


@asynccontextmanager
async def answering(
    rate: int | None = None, delays: tuple[float, float] | None = None, *, faults: bool = False
) -> AsyncIterator[Api]:
    """Serve while the block runs."""
    api = Api(rate, delays, faults)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(api), "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield api
    finally:
        server.close()


def _ok(result: object) -> tuple[int, str]:
    return 200, json.dumps({"ok": True, "result": result})
