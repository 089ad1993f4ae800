"""What staff do, senders over a scripted Telegram that remembers what each chat shows, and what the ledger says of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from sqlalchemy import text

from bot.announcements.amending import Amendments
from bot.announcements.announcement import Announcement
from bot.announcements.composing import Composing
from bot.announcements.service import Announcements
from bot.clock import Clock
from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.language import Catalogues
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from handlers.below import AlertActions
from tests.announcements.people import VAULT, add_case, add_followers, announcement
from tests.databases import SqliteTemplate
from tests.delivery.crashing import cut_off, pass_turns
from tests.delivery.ledger_world import running
from tests.delivery.transports import Asked, Reply, Script, ScriptedTransport, accepted
from tests.delivery.virtual import VirtualClock, in_virtual_time

SUBJECT = "update:mill-lane-bail"
LOCALES = ("en", "ar", "ur")


@dataclass
class Stage:
    """The senders, and where what is sent can be looked up."""

    database: Database
    clock: Clock
    transports: list[ScriptedTransport] = field(default_factory=list)
    main: ClassVar[str]
    """The subject that is meant when none is named."""
    composing: ClassVar[Composing]

    async def install(self) -> None:
        async with self.database.write() as session:
            session.add(InstallationRow(key_check=b"", created_at=self.clock.now()))

    def sender(self, script: Script = accepted, rate: float = 1000) -> Sender:
        transport = ScriptedTransport(self.clock, script, first_number=1000 * len(self.transports))
        self.transports.append(transport)
        return Sender(self.database, VAULT, transport, Pace(rate, 0, self.clock), self.composing, self.clock)

    async def show(self, subject: str | None = None) -> Broadcast:
        return await Broadcasts(self.database).show(subject or self.main)

    async def until(self, reached: Callable[[Broadcast], bool], subject: str | None = None) -> Broadcast:
        async with asyncio.timeout(3600 if isinstance(self.clock, VirtualClock) else 60):
            while not reached(broadcast := await self.show(subject)):
                await self.clock.sleep(0.05)
            return broadcast

    async def done(self, subject: str | None = None) -> Broadcast:
        return await self.until(lambda broadcast: broadcast.state is BroadcastState.DONE, subject)

    def asked(self) -> list[Asked]:
        return [asked for transport in self.transports for asked in transport.asked]


@dataclass
class Amending(Stage):
    """One case with followers, and updates that are corrected and recalled."""

    main = SUBJECT
    composing = Composing(Catalogues.load(LOCALES), AlertActions())

    def __post_init__(self) -> None:
        self.announcements = Announcements(self.database, self.clock, LOCALES, rate=30)
        self.amendments = Amendments(self.database, self.clock, rate=30)
        self.control = Control(self.database, self.clock)

    async def set(self, people: int) -> None:
        await add_case(self.database)
        for number in range(1, people + 1):
            await add_followers(self.database, self.clock, 1, 1, LOCALES[number % 3], first=number)
        await self.install()

    async def launch(self) -> None:
        await self.announcements.launch(announcement(), hold_untranslated=False)

    async def sent_to_everybody(self) -> None:
        await self.launch()
        async with running(self.sender()):
            await self.done()

    async def correct(self, told: Announcement) -> str:
        subject = await self.amendments.correct(told)
        await self.announcements.finish_fan_outs()
        return subject

    async def recall(self, subject: str = SUBJECT) -> str:
        recall = await self.amendments.recall(subject, "Amina")
        await self.announcements.finish_fan_outs()
        return recall

    async def sql(self, statement: str) -> None:
        async with self.database.write() as session:
            await session.execute(text(statement))

    @property
    def shown(self) -> dict[int, list[bytes]]:
        """What every chat shows: its messages that are not deleted."""
        latest: dict[tuple[int, int], bytes] = {}
        for transport in self.transports:
            latest |= transport.shown
        chats: dict[int, list[bytes]] = {}
        for (chat, _), body in latest.items():
            chats.setdefault(chat, []).extend([body] if body else [])
        return chats

    def edits(self) -> list[Asked]:
        return [asked for asked in self.asked() if asked.edits is not None]


@dataclass
class Crash:
    """A sender dies so many turns of the loop after what its broadcast brings was amended."""

    begun: Callable[[Amending, Broadcast], bool]
    """Whether the broadcast is as far as it should be when the amendment is made."""
    amend: Callable[[Amending], Awaitable[str]]
    script: Callable[[Asked], Reply] = accepted

    async def happens(self, stage: Amending, turns: int) -> tuple[str, bool]:
        """Which amendment it was, and whether the sender was still at work on it."""
        sender = stage.sender(self.script, rate=4)
        async with cut_off(sender.run()):
            await stage.until(lambda broadcast: self.begun(stage, broadcast))
            amendment = await self.amend(stage)
            sender.notify()
            await pass_turns(turns)
            return amendment, (await stage.show(amendment)).state is not BroadcastState.DONE


def crash_at_every_turn(scene: Callable[[Database, int], Awaitable[bool]], template: SqliteTemplate, folder: Path) -> None:
    """Play it with ever more turns before the crash, each time on a database of its own, until nothing was cut off."""

    async def play(url: str, turns: int) -> bool:
        database = Database(url)
        try:
            return await scene(database, turns)
        finally:
            await database.close()

    turns, at_work = 0, True
    while at_work:
        with template.clone(folder) as url:
            at_work = in_virtual_time(play(url, turns))
        turns += 3
    assert turns > 20
