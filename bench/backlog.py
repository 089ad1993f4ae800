"""What waits at Telegram after a night without the bot: how fast it is taken in and worked through, and in how much memory."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.children import Figures
from bot.clock import SystemClock
from bot.storage.database import Database
from bot.storage.upgrade import upgrade
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram.intake import Intake, Overloaded

BATCH, PEOPLE = 100, 5_000


async def backlog(count: int) -> Figures:
    """Offer so many updates a batch at a time, as polling does; to be run in a process of its own, for its `peak_mb`."""

    async def handle(_: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)

    with TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'nida.db'}"
        await asyncio.to_thread(upgrade, url)
        database = Database(url)
        intake = Intake(database, Vault(b"a secret of the bench, 32 bytes."), SystemClock(), handle)
        began = time.perf_counter()
        async with Supervisor() as supervisor:
            supervisor.start("intake", intake.run(supervisor))
            for first in range(1, count + 1, BATCH):
                await _taken(intake, [_message(number) for number in range(first, min(first + BATCH, count + 1))])
            await intake.drain()
        seconds = time.perf_counter() - began
        await database.close()
    commits = sum(intake.commits.counts)
    return {"count": count, "seconds": seconds, "per_second": count / seconds, "commits": commits}


async def _taken(intake: Intake, updates: list[dict[str, Any]]) -> None:
    while True:
        try:
            await intake.accept(updates)
        except Overloaded:
            await asyncio.sleep(0.01)
        else:
            return


def _message(number: int) -> dict[str, Any]:
    person = {"id": 10_000 + number % PEOPLE, "is_bot": False, "first_name": "Sam", "language_code": "en"}
    chat = {"id": person["id"], "type": "private", "first_name": "Sam"}
    words = "When is the next hearing?"
    return {"update_id": number, "message": {"message_id": number, "date": 1, "chat": chat, "from": person, "text": words}}
