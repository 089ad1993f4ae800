"""Many people at once, and the count of what each of them got."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import select, text

from bot.app.connecting import connect
from bot.cases.models import CaseRow
from bot.cli.demo_files import EXAMPLES
from bot.clock import SystemClock
from bot.config import load
from bot.content.opening import opened
from bot.delivery.account import Broadcast, named
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.operations import Operations
from bot.operations.operations import LocalOperations
from bot.operations.services import Services, open_services
from tests.acceptance.processes import Installation
from tests.announcements.people import add_followers, chat_of
from tests.telegram_world import TelegramWorld

CASE, UPDATE = "north-gate-five", "north-gate-five-bail"
PATIENCE = 300
"""Seconds until a wait is given up: never reached but by what hangs."""


@dataclass(frozen=True)
class Tally:
    """What became of a broadcast, in the ledger and in people's chats."""

    broadcast: Broadcast
    got: Counter[int]
    """Messages in the chats of those who have any, by number."""
    uncertain: frozenset[int]
    repeated: frozenset[int]
    """Who the ledger says may have it twice."""
    people: int

    @property
    def lost(self) -> int:
        """Those who got nothing and are not shown as uncertain."""
        return len(set(range(1, self.people + 1)) - set(self.got) - self.uncertain)

    @property
    def copies(self) -> int:
        return self.got.total() - len(self.got)

    def check(self, bound: int, of: str) -> str:
        """What was promised is so; returns it in words."""
        account = self.broadcast.account
        assert account.accepted == account.sent + account.uncertain == self.people, account
        assert self.lost == 0
        assert self.copies <= bound
        assert max(self.got.values()) <= 2
        assert {person for person, count in self.got.items() if count > 1} <= self.repeated, "every copy is on record"
        assert account.repeated == len(self.repeated)
        assert account.uncertain == len(self.uncertain)
        return (
            f"{self.people:,} people, {self.lost} lost, {self.copies} copies (bound {bound}: {of}), "
            f"shown: {account.repeated} repeated, {account.uncertain} uncertain"
        )


@dataclass(frozen=True)
class Crowd:
    """`subject` is what they are sent, `saying` what only the messages of it say."""

    world: TelegramWorld
    installation: Installation
    people: int
    subject: str = UPDATE
    saying: str = ""

    def got(self) -> Counter[int]:
        standing = self.world.standin.world.people
        chats = {number: standing[chat_of(number)].messages.values() for number in range(1, self.people + 1)}
        counts = {number: sum(self.saying in message.markup.text for message in chat) for number, chat in chats.items()}
        return Counter({number: count for number, count in counts.items() if count})

    def showing(self, words: str) -> int:
        """How many chats have a message that says this."""
        standing = self.world.standin.world.people
        chats = [standing[chat_of(number)].messages.values() for number in range(1, self.people + 1)]
        return sum(any(words in message.markup.text for message in chat) for chat in chats)

    async def rewrite(self, wrong: str, right: str) -> None:
        """Put the one for the other in the case's file, and bring that in."""
        better = self.installation.folder / "better.toml"
        better.write_text((EXAMPLES / f"{CASE}.toml").read_text().replace(wrong, right))
        async with staff_of(self.installation) as staff:
            await staff.apply_content(opened([better]), "tests", False, True)

    async def launch(self) -> None:
        """Asked of the bot where that has the database, else written down beside it; nothing is sent from here."""
        if is_shared(self.installation):
            async with services_of(self.installation) as services:
                await LocalOperations(services, launched=lambda: None).launch(UPDATE, False)
        else:
            async with staff_of(self.installation) as staff:
                await staff.launch(UPDATE, False)

    async def until_got(self, messages: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.got().total() < messages:
                await asyncio.sleep(0.02)

    async def until_over(self, subject: str | None = None) -> Broadcast:
        async with asyncio.timeout(PATIENCE), staff_of(self.installation) as staff:
            while (broadcast := await staff.delivery(subject or self.subject)).state is not BroadcastState.DONE:
                await asyncio.sleep(0.1)
            return broadcast

    async def tally(self) -> Tally:
        """While no process has the database."""
        async with services_of(self.installation) as services, services.database.read() as session:
            owed = select(DeliveryRow).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
            rows = list((await session.execute(owed.where(named(self.subject)))).scalars())
        async with staff_of(self.installation) as staff:
            return Tally(
                await staff.delivery(self.subject),
                self.got(),
                frozenset(row.supporter_id for row in rows if row.state is DeliveryState.UNCERTAIN),
                frozenset(row.supporter_id for row in rows if row.attempts > 1),
                self.people,
            )


async def gather_crowd(world: TelegramWorld, installation: Installation, people: int) -> Crowd:
    """So many people who follow the case, before any process runs."""
    async with services_of(installation) as services:
        async with services.database.read() as session:
            case_id = (await session.execute(select(CaseRow.id).where(CaseRow.slug == CASE))).scalar_one()
        await add_followers(services.database, services.clock, case_id, people, vault=services.vault)
    joining = [{"id": chat_of(number), "first_name": f"Sam {number}", "started": True} for number in range(1, people + 1)]
    async with world.control.post("/control/people", json=joining) as response:
        assert response.status == 200
    return Crowd(world, installation, people)


async def expire_leases(installation: Installation) -> None:
    """What a process that is gone had claimed is free now, instead of a minute and a half later. Nothing to do on SQLite,
    where one that starts owns everything."""
    if is_shared(installation):
        async with services_of(installation) as services, services.database.write() as session:
            await session.execute(text("UPDATE deliveries SET leased_until = now() - interval '1 second' WHERE state = 'leased'"))


def is_shared(installation: Installation) -> bool:
    """Whether several processes may have the database."""
    return "postgresql" in installation.config.read_text()


@asynccontextmanager
async def services_of(installation: Installation) -> AsyncIterator[Services]:
    async with open_services(load(installation.config, environment={}), SystemClock()) as services:
        yield services


@asynccontextmanager
async def staff_of(installation: Installation) -> AsyncIterator[Operations]:
    """The verbs, asked of the running bot or done here."""
    async with connect(load(installation.config, environment={})) as staff:
        yield staff


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not reached():
            await asyncio.sleep(0.02)
