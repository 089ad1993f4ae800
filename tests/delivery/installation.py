"""One installation, played by a state machine: its services, and a transport that answers as the trouble ahead says."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import select

from bot.announcements.amending import Amendments
from bot.announcements.announcement import Announcement
from bot.announcements.composing import TAKEN_BACK
from bot.announcements.service import Announcements
from bot.clock import Clock, SystemClock
from bot.config import Organisation
from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState
from bot.delivery.payloads import Composer
from bot.delivery.sender import Sender
from bot.delivery.transport import Payload
from bot.errors import NidaError
from bot.language import Reader
from bot.supporters.following import Following
from bot.supporters.models import SupporterRow
from bot.supporters.service import Supporters
from bot.supporters.supporter import newcomer
from tests.announcements.people import VAULT, add_case, announcement, chat_of, translated
from tests.delivery.machine import SendingMachine
from tests.delivery.paper import PEOPLE, person_of, text_of
from tests.delivery.transports import Asked, Reply, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock

RATE = 4.0
IN_REAL_TIME = {"clock": SystemClock(), "loop_factory": asyncio.new_event_loop, "hurry": 20.0}
"""How it is played on PostgreSQL, whose time is not virtual: it is made to pass faster."""
ORGANISATION = Organisation(name="Open Door Watch")


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    if TAKEN_BACK in content:
        return Payload(reader.locale, b'{"text":"taken back"}')
    return text_of(content["subject"].removeprefix("update:"), int(content["source"]))


def written(case_id: int, update: str, version: int) -> Announcement:
    headline = translated(en=f"Bail {version}", ar=f"كفالة {version}", ur=f"ضمانت {version}")
    return announcement(case_id, subject=f"update:{update}", headline=headline, source=str(version))


class Kept(Protocol):
    """What every model of it keeps on paper."""

    subscribed: set[int]
    unreachable: set[int]

    def doubt(self, asked: Asked) -> None: ...


class Installation(SendingMachine):
    paper: Kept
    clock: Clock = VirtualClock()
    hurry = 1.0
    """How many times faster than in the model's seconds everything happens, where time is not virtual."""
    compose: Composer = staticmethod(compose)
    together = timedelta(0)

    def __init__(self) -> None:
        super().__init__()
        self.trouble: list[str] = []

    async def set_up(self) -> None:
        self.world.compose = self.compose
        database = self.world.database
        self.control = Control(database, self.clock)
        self.amendments = Amendments(database, self.clock, rate=RATE)
        self.announcements = Announcements(database, self.clock, ("en", "ar", "ur"), rate=RATE, together=self.together)
        self.supporters = Supporters(database, VAULT, self.clock, ORGANISATION)
        self.follow_service = Following(database, self.clock)
        self.transport = self.world.transport(self._answer)
        self.case_id = await add_case(database)
        for person in sorted(self.paper.subscribed):
            await self.subscribe(person)

    async def subscribe(self, person: int) -> None:
        kept = await self.supporters.subscribe(newcomer(chat_of(person), "en", ORGANISATION))
        await self.follow_service.follow(kept.id or 0, self.case_id)

    def make_sender(self) -> Sender:
        return self.world.sender(self.transport, rate=RATE * self.hurry)

    async def amended(self, decision: Awaitable[str]) -> None:
        await decision
        await self.control.close_all()
        await self.announcements.finish_fan_outs()

    def decided(self, decision: Awaitable[Any]) -> bool:
        """Whether it could be done; one sentence says why not."""
        try:
            self.run(decision)
        except NidaError:
            return False
        self.sender.notify()
        return True

    async def known_to_block(self) -> set[int]:
        """Of those who blocked the bot, whom it has found out about by writing to them."""
        return {person for person in self.paper.unreachable if (await self.supporters.recognise(chat_of(person), "en")).blocked}

    async def uncertain(self, update: str) -> int:
        return (await self.world.named(f"update:{update}")).account.uncertain

    def is_cancelled(self, update: str) -> bool:
        return bool(self.run(self.world.named(f"update:{update}")).state is BroadcastState.CANCELLED)

    async def number_of(self, supporter: int | None) -> int:
        for person in PEOPLE:
            if supporter is not None and (await self.supporters.recognise(chat_of(person), "en")).id == supporter:
                return person
        return 0

    async def known(self) -> set[int]:
        """Whoever is kept, by the ledger's numbers."""
        async with self.world.database.read() as session:
            return set(await session.scalars(select(SupporterRow.id)))

    async def broadcasts(self) -> list[Broadcast]:
        return await Broadcasts(self.world.database).list(limit=100)

    def _answer(self, asked: Asked) -> Reply:
        if person_of(asked) in self.paper.unreachable:
            return refused(403, "Forbidden: bot was blocked by the user")
        match self.trouble.pop() if self.trouble else None:
            case "lost after" | "lost before" as kind:
                self.paper.doubt(asked)
                return unclear(arrived=kind == "lost after")
            case "too many":
                return refused(429, "Too Many Requests", retry_after=2)
            case "not sent":
                return not_sent()
            case "slow":
                return Reply(accepted(asked).seen, arrived=True, seconds=8 / self.hurry)
            case _:
                return Reply(accepted(asked).seen, arrived=True, seconds=0.3 / self.hurry)
