"""The step a person is at and their answers: kept apart, encrypted, and forgotten."""

import pytest
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.telegram.conversation import ConversationStorage
from bot.telegram.models import ConversationRow
from tests.clocks import FrozenClock

AMAL = StorageKey(bot_id=1, chat_id=5_550_001, user_id=5_550_001)
OMAR = StorageKey(bot_id=1, chat_id=5_550_002, user_id=5_550_002)


@pytest.fixture
def storage(database: Database, vault: Vault, clock: FrozenClock) -> ConversationStorage:
    return ConversationStorage(database, vault, clock)


async def rows(database: Database) -> list[ConversationRow]:
    async with database.read() as session:
        return list((await session.scalars(select(ConversationRow))).all())


async def test_a_step_and_its_answers_are_kept_for_each_person_apart(storage: ConversationStorage) -> None:
    await storage.set_state(AMAL, "settings:place")
    await storage.set_data(AMAL, {"city": "عمّان"})
    assert await storage.get_state(AMAL) == "settings:place"
    assert await storage.get_data(AMAL) == {"city": "عمّان"}
    assert (await storage.get_state(OMAR), await storage.get_data(OMAR)) == (None, {})


async def test_neither_who_nor_what_is_kept_in_clear(storage: ConversationStorage, database: Database) -> None:
    await storage.set_state(AMAL, "settings:place")
    await storage.set_data(AMAL, {"city": "Amman"})
    (row,) = await rows(database)
    assert b"5550001" not in row.tag + (row.answers or b"")
    assert b"Amman" not in (row.answers or b"")


async def test_leaving_a_step_leaves_nothing(storage: ConversationStorage, database: Database) -> None:
    await storage.set_state(AMAL, "settings:place")
    await storage.set_data(AMAL, {"city": "Amman"})
    await storage.set_state(AMAL, None)
    await storage.set_data(AMAL, {})
    assert await rows(database) == []


async def test_answers_can_go_while_the_step_stays(storage: ConversationStorage) -> None:
    await storage.set_state(AMAL, "settings:place")
    await storage.set_data(AMAL, {"city": "Amman"})
    await storage.set_data(AMAL, {})
    assert (await storage.get_state(AMAL), await storage.get_data(AMAL)) == ("settings:place", {})


async def test_a_question_nobody_answered_is_forgotten_after_a_week(
    storage: ConversationStorage, database: Database, clock: FrozenClock
) -> None:
    await storage.set_state(AMAL, "settings:place")
    await clock.advance(days=6)
    await storage.set_state(OMAR, "settings:place")
    await clock.advance(days=2)
    await storage.purge()
    assert len(await rows(database)) == 1
    assert await storage.get_state(OMAR) == "settings:place"
