"""A transport inside the process: answers as it is told to, and remembers what it was asked and what arrived."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.delivery.transport import Payload

DELETED = Payload("", b"")


@dataclass(frozen=True)
class Asked:
    number: int
    at: float
    telegram_id: int
    payload: Payload
    silent: bool
    edits: int | None = None
    """The message that is edited or deleted."""


@dataclass(frozen=True)
class Reply:
    seen: Seen
    arrived: bool
    seconds: float = 0.05
    after: asyncio.Event | None = None
    """What the answer waits for besides."""


def accepted(asked: Asked) -> Reply:
    return Reply(Answered(200, {"ok": True, "result": {"message_id": asked.number}}), arrived=True)


def refused(status: int, description: str = "", **parameters: int) -> Reply:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return Reply(Answered(status, body), arrived=False)


def not_sent() -> Reply:
    return Reply(NotSent("connection refused"), arrived=False)


def unclear(*, arrived: bool) -> Reply:
    return Reply(Unclear("no answer"), arrived=arrived)


Script = Callable[[Asked], Reply]


@dataclass
class ScriptedTransport:
    clock: Clock
    script: Script = accepted
    asked: list[Asked] = field(default_factory=list)
    arrived: Counter[int] = field(default_factory=Counter)
    numbers_arrived: set[int] = field(default_factory=set)
    shown: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """What each message says now, by chat and number."""
    first_number: int = 0
    in_flight: int = 0
    most_in_flight: int = 0

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        return await self._answer(telegram_id, payload, silent, None)

    async def edit(self, telegram_id: int, message_id: int, payload: Payload) -> Seen:
        return await self._answer(telegram_id, payload, False, message_id)

    async def delete(self, telegram_id: int, message_id: int) -> Seen:
        return await self._answer(telegram_id, DELETED, False, message_id)

    async def _answer(self, telegram_id: int, payload: Payload, silent: bool, edits: int | None) -> Seen:
        asked = Asked(self.first_number + len(self.asked) + 1, self.clock.monotonic(), telegram_id, payload, silent, edits)
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            reply = self.script(asked)
            if reply.arrived and edits is None:
                self.arrived[telegram_id] += 1
                self.numbers_arrived.add(asked.number)
                self.shown[telegram_id, asked.number] = payload.body
            elif reply.arrived:
                self.shown[telegram_id, edits or 0] = payload.body
            await self.clock.sleep(reply.seconds)
            if reply.after is not None:
                await reply.after.wait()
            return reply.seen
        finally:
            self.in_flight -= 1

    @property
    def times(self) -> list[float]:
        return [asked.at for asked in self.asked]
