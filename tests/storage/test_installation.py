"""A database is bound to one key, and each start of a sender gets a number of its own."""

import asyncio

import pytest
from sqlalchemy import select

from bot.clock import to_the_hour
from bot.errors import Misuse
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches, next_epoch
from bot.storage.models import InstallationRow
from bot.storage.vault import Vault
from tests.clocks import FrozenClock


async def test_a_new_database_is_bound_to_its_key(database: Database, vault: Vault, clock: FrozenClock) -> None:
    await ensure_key_matches(database, vault, clock)
    await ensure_key_matches(database, vault, clock)
    async with database.read() as session:
        (row,) = (await session.execute(select(InstallationRow))).scalars()
    assert row.created_at == to_the_hour(clock.now())


async def test_another_key_is_refused(database: Database, vault: Vault, clock: FrozenClock) -> None:
    await ensure_key_matches(database, vault, clock)
    with pytest.raises(Misuse, match="key file belongs to another database"):
        await ensure_key_matches(database, Vault(b"another secret, 32 bytes as well"), clock)


async def test_two_first_starts_at_once_agree(database: Database, vault: Vault, clock: FrozenClock) -> None:
    async with asyncio.TaskGroup() as starts:
        for _ in range(8):
            starts.create_task(ensure_key_matches(database, vault, clock))


async def test_each_start_of_a_sender_gets_the_next_number(database: Database, vault: Vault, clock: FrozenClock) -> None:
    await ensure_key_matches(database, vault, clock)
    numbers = []
    for _ in range(3):
        async with database.write() as session:
            numbers.append(await next_epoch(session))
    assert numbers == [1, 2, 3]
