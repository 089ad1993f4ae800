"""Updates as Telegram hands them over, an intake that takes them in, and a handler that remembers them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import update

from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram.handling import Handle, person_of
from bot.telegram.intake import Intake
from bot.telegram.models import ReceiverRow
from tests.clocks import START, FrozenClock
from tests.databases import in_use

SECRET_WORDS = "مرحبا, this was private"


def message(number: int, person: int = 7, text: str = SECRET_WORDS) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 1, "from": {"id": person}, "chat": {"id": person}, "text": text}}


def tap(number: int, person: int = 7) -> dict[str, Any]:
    return {"update_id": number, "callback_query": {"id": "1", "from": {"id": person}}}


def block(number: int, person: int = 7) -> dict[str, Any]:
    return {"update_id": number, "my_chat_member": {"from": {"id": person}, "chat": {"id": person}}}


class Seen:
    """Remembers what was handled, and can be made to wait or fail first."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.at_once: dict[int, int] = {}
        self.most_at_once_for_one = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: list[BaseException] = []

    async def __call__(self, update: Mapping[str, Any]) -> None:
        person = person_of(update)
        self.at_once[person] = self.at_once.get(person, 0) + 1
        self.most_at_once_for_one = max(self.most_at_once_for_one, self.at_once[person])
        try:
            await self.gate.wait()
            if self.failures:
                raise self.failures.pop(0)
            self.numbers.append(update["update_id"])
        finally:
            self.at_once[person] -= 1


@asynccontextmanager
async def running(database: Database, vault: Vault, clock: FrozenClock, handle: Handle) -> AsyncIterator[Intake]:
    intake = Intake(database, vault, clock, handle)
    async with Supervisor() as supervisor:
        supervisor.start("intake", intake.run(supervisor))
        yield intake
        await nothing_is_asked(database)
    await everybody_looks_dead(database)


async def nothing_is_asked(database: Database) -> None:
    """Whoever is cut off while a statement runs leaves its connection to the collector, which the driver complains of."""
    while in_use(database):
        await asyncio.sleep(0.001)


async def everybody_looks_dead(database: Database) -> None:
    """As after ten seconds without a word."""
    async with database.write() as session:
        await session.execute(update(ReceiverRow).values(beat_at=START))
