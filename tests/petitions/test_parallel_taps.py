"""Five hundred taps at once: one account signs once, and of many accounts none is lost or counted twice."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.petitions.models import PetitionRow, SignatureRow
from bot.petitions.service import Petitions
from bot.petitions.views import Reply
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.petitions.making import AMAL, add_petition, petitions_of, someone
from tests.petitions.signing import NO, NOTHING

TAPS = 500


async def test_of_five_hundred_taps_of_one_account_one_signs(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database)
    signed = await asyncio.gather(*(petitions.sign(AMAL, id_, NOTHING, **NO) for _ in range(TAPS)))
    assert Counter(each.reply for each in signed) == {Reply.DONE: 1, Reply.ALREADY: TAPS - 1}
    async with database.read() as session:
        petition = await session.get_one(PetitionRow, id_)
        assert (petition.counted, petition.made, petition.size) == (1, 1, 1)


async def test_many_accounts_at_once_are_each_counted_once(database: Database, vault: Vault, clock: FrozenClock) -> None:
    """Half of them take it back at the same time."""
    petitions, people = petitions_of(database, vault, clock, burst=TAPS), 60
    id_ = await add_petition(database)
    await asyncio.gather(*(petitions.sign(someone(number % people), id_, NOTHING, **NO) for number in range(people * 3)))
    await asyncio.gather(*(petitions.withdraw(someone(number % people), id_) for number in range(0, people * 3, 2)))
    async with database.read() as session:
        petition = await session.get_one(PetitionRow, id_)
        numbers = (await session.scalars(select(SignatureRow.number).order_by(SignatureRow.number))).all()
    assert (petition.counted, petition.made, petition.size) == (people // 2, people, people + people // 2)
    assert len(set(numbers)) == people // 2


async def test_the_database_itself_refuses_a_second_one(petitions: Petitions, database: Database) -> None:
    id_ = await add_petition(database)
    await petitions.sign(AMAL, id_, NOTHING, **NO)
    async with database.read() as session:
        first = await session.scalar(select(SignatureRow))
    assert first is not None
    again = SignatureRow(petition_id=id_, tag=first.tag, entry=7, number=7, salt=b"salt", signed_at=first.signed_at)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(again)
