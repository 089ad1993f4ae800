"""A database with people and a broadcast, and a sender over a scripted transport."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import insert, select, text, update

from bot.clock import Clock
from bot.delivery.account import Account, Broadcast, Broadcasts
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.transport import Payload
from bot.language import Reader
from bot.runner.sending import Sending
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from bot.storage.vault import Cell, Vault
from bot.supporters.erasing import erase
from bot.supporters.models import SupporterRow
from tests.delivery.transports import Script, ScriptedTransport, accepted

VAULT = Vault(b"a secret of the tests, 32 bytes.")
FIRST_CHAT = 5_000_000
LOCALES = ("en", "ar", "ur")
AnySender = TypeVar("AnySender", Sender, Sending)


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    return Payload(reader.locale, f'{{"text":"{content["text"]} {reader.locale}"}}'.encode())


def chat_of(person: int) -> int:
    return FIRST_CHAT + person


def _tag_of(person: int) -> bytes:
    return VAULT.tag("supporters.telegram_id", str(chat_of(person)).encode())


@dataclass
class LedgerWorld:
    database: Database
    clock: Clock
    people: int = 0
    compose: Callable[[dict[str, Any], Reader], Payload] = compose
    _broadcasts: list[int] = field(default_factory=list)
    _senders: list[Sender] = field(default_factory=list)

    async def install(self) -> None:
        async with self.database.write() as session:
            session.add(InstallationRow(key_check=b"", created_at=self.clock.now()))

    async def subscribe(self, count: int) -> list[int]:
        """So many people, numbered from 1 on, reading each language in turn."""
        new = list(range(self.people + 1, self.people + count + 1))
        self.people += count
        async with self.database.write() as session:
            await session.execute(insert(SupporterRow), [self._person(number) for number in new])
        return new

    async def erase(self, *people: int) -> None:
        for number in people:
            async with self.database.write() as session:
                assert await erase(session, _tag_of(number))

    def _person(self, number: int) -> dict[str, Any]:
        chat = str(chat_of(number)).encode()
        return {
            "id": number,
            "tag": _tag_of(number),
            "telegram_id": VAULT.seal(chat, Cell("supporters", "telegram_id", number)),
            "locale": LOCALES[number % 3],
            "digits": "latin",
            "muted_kinds": 0,
            "consented_at": self.clock.now(),
            "created_at": self.clock.now(),
        }

    async def launch(self, people: Iterable[int], subject: str = "update:a", **values: Any) -> int:
        row = BroadcastRow(
            subject=subject,
            state=BroadcastState.SENDING,
            content={"text": subject},
            created_at=self.clock.now(),
            launched_at=self.clock.now(),
            **{"audience": {}, **values},
        )
        async with self.database.write() as session:
            session.add(row)
            await session.flush()
            rows = [
                {"broadcast_id": row.id, "supporter_id": person, "state": "pending", "attempts": 0, "place": at}
                for at, person in enumerate(people)
            ]
            if rows:
                await session.execute(insert(DeliveryRow), rows)
        self._broadcasts.append(row.id)
        for sender in self._senders:
            sender.notify()
        return row.id

    def sender(self, transport: ScriptedTransport, rate: float = 1000, per_chat: float = 0) -> Sender:
        sender = Sender(self.database, VAULT, transport, Pace(rate, per_chat, self.clock), self.compose, self.clock)
        self._senders.append(sender)
        return sender

    def transport(self, script: Script = accepted) -> ScriptedTransport:
        return ScriptedTransport(self.clock, script)

    async def change(self, person: int, **values: Any) -> None:
        async with self.database.write() as session:
            await session.execute(update(SupporterRow).where(SupporterRow.id == person).values(**values))

    async def sql(self, statement: str, **values: Any) -> Any:
        async with self.database.write() as session:
            return await session.execute(text(statement), values)

    async def put(self, broadcast_id: int, state: BroadcastState) -> None:
        async with self.database.write() as session:
            await session.execute(update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(state=state))

    async def rows(self) -> list[DeliveryRow]:
        async with self.database.read() as session:
            return list((await session.execute(select(DeliveryRow).order_by(DeliveryRow.place))).scalars())

    async def broadcast(self, broadcast_id: int | None = None) -> Broadcast:
        return await Broadcasts(self.database).show(str(broadcast_id or self._broadcasts[-1]))

    async def named(self, subject: str) -> Broadcast:
        return await Broadcasts(self.database).show(subject)

    async def expire_leases(self) -> None:
        """What a sender that is gone had claimed is free now. On SQLite whoever starts owns everything anyway."""
        if not self.database.is_sqlite:
            await self.sql("UPDATE deliveries SET leased_until = now() - interval '1 second' WHERE state = 'leased'")

    async def account(self) -> Account:
        return (await self.broadcast()).account

    async def until_done(self, pause: float = 0.02) -> Broadcast:
        return await self.until(lambda broadcast: broadcast.state is BroadcastState.DONE, pause=pause)

    async def until(
        self, reached: Callable[[Broadcast], bool], broadcast_id: int | None = None, *, seconds: float = 3600, pause: float = 0.02
    ) -> Broadcast:
        async with asyncio.timeout(seconds):
            while True:
                broadcast = await self.broadcast(broadcast_id)
                if reached(broadcast):
                    return broadcast
                await self.clock.sleep(pause)
                pause = min(1.0, pause * 1.05)


@asynccontextmanager
async def ledger_world(url: str, clock: Clock, *, install: bool = True) -> AsyncIterator[LedgerWorld]:
    database = Database(url)
    try:
        world = LedgerWorld(database, clock)
        if install:
            await world.install()
        yield world
    finally:
        await database.close()


@asynccontextmanager
async def running(sender: AnySender) -> AsyncIterator[AnySender]:
    """Run the sender during the block, then stop it in order."""
    async with asyncio.TaskGroup() as group:
        group.create_task(sender.run())
        await asyncio.sleep(0)
        yield sender
        await sender.stop()
