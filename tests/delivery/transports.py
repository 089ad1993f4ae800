"""A transport inside the process: answers as it is told to, and remembers what it was asked and what arrived."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.delivery.transport import Payload


@dataclass(frozen=True)
class Asked:
    number: int
    at: float
    telegram_id: int
    payload: Payload
    silent: bool


@dataclass(frozen=True)
class Reply:
    seen: Seen
    arrived: bool
    seconds: float = 0.05


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
    in_flight: int = 0
    most_in_flight: int = 0

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        asked = Asked(len(self.asked) + 1, self.clock.monotonic(), telegram_id, payload, silent)
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            reply = self.script(asked)
            if reply.arrived:
                self.arrived[telegram_id] += 1
                self.numbers_arrived.add(asked.number)
            await self.clock.sleep(reply.seconds)
            return reply.seen
        finally:
            self.in_flight -= 1

    @property
    def times(self) -> list[float]:
        return [asked.at for asked in self.asked]
