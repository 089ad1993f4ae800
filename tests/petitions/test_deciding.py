"""Bursts: what was set aside is counted when staff say so, all of it, and the log says the same."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import NidaError
from bot.petitions import deciding
from bot.petitions.deciding import Bursts
from bot.petitions.entries import EntryKind
from bot.petitions.models import BurstState, SignatureRow, Standing
from bot.petitions.service import Petitions
from bot.petitions.views import Answers
from bot.staff.audit import Audit
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.petitions.making import add_petition, petitions_of, someone
from tests.petitions.news import notices
from tests.petitions.signing import NO, card, entries


@pytest.fixture
def bursts(database: Database, vault: Vault, clock: FrozenClock) -> Bursts:
    return Bursts(database, vault, clock, "en")


@pytest.fixture
def few(database: Database, vault: Vault, clock: FrozenClock) -> Petitions:
    """Of one link two count."""
    return petitions_of(database, vault, clock, burst=2)


async def burst_of(few: Petitions, database: Database, people: int = 7) -> int:
    petition_id = await add_petition(database, goal=8)
    for number in range(people):
        await few.sign(someone(number, source="leaflet"), petition_id, Answers(), **NO)
    return petition_id


async def test_what_is_released_counts_and_the_log_says_so(bursts: Bursts, few: Petitions, database: Database) -> None:
    petition_id = await burst_of(few, database)
    await few.withdraw(someone(4), petition_id)
    (burst,) = await bursts.list(None)
    assert (burst.petition, burst.source, burst.signatures, burst.set_aside) == ("open-justice", "leaflet", 5, 4)
    assert (await card(few, petition_id)).petition.counted == 2
    released = await bursts.release(burst.id, "Amina")
    assert (released.state, released.set_aside, released.decided_by) == (BurstState.RELEASED, 0, "Amina")
    petition = (await card(few, petition_id)).petition
    assert (petition.counted, petition.set_aside) == (6, 0)
    about = {about for kind, about in await entries(database, petition_id) if kind is EntryKind.SET_ASIDE}
    gone = {about for kind, about in await entries(database, petition_id) if kind is EntryKind.WITHDRAWN}
    assert {about for kind, about in await entries(database, petition_id) if kind is EntryKind.RELEASED} == about - gone
    mine = (await card(few, petition_id, someone(6).telegram_id)).mine
    assert mine is not None
    assert mine.standing is Standing.COUNTED
    assert list(await notices(database)) == ["petition:open-justice:milestone:2", "petition:open-justice:milestone:6"]
    assert await bursts.list(None) == []
    assert [each.id for each in await bursts.list("open-justice", everything=True)] == [burst.id]


async def test_a_large_one_is_released_piece_by_piece_and_an_interrupted_one_by_doing_it_again(
    bursts: Bursts, few: Petitions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition_id = await burst_of(few, database, 8)
    monkeypatch.setattr(deciding, "SLICE", 2)
    (burst,) = await bursts.list(None)
    await bursts._decide(burst.id, BurstState.RELEASED, "Amina")
    await bursts._release_some(burst.id)
    (unfinished,) = await bursts.list(None)
    assert (unfinished.state, unfinished.set_aside) == (BurstState.RELEASED, 4)
    assert (await bursts.release(burst.id, "Bilal")).set_aside == 0
    petition = (await card(few, petition_id)).petition
    assert (petition.counted, petition.set_aside) == (8, 0)


async def test_a_burst_is_kept_to_the_hour_and_nothing_leads_to_one_that_was_released(
    bursts: Bursts, few: Petitions, database: Database, clock: FrozenClock
) -> None:
    await clock.advance(minutes=25)
    await burst_of(few, database)
    (burst,) = await bursts.list(None)
    assert (burst.began_at.minute, burst.ended_at - burst.began_at) == (0, timedelta(hours=1))
    await bursts.release(burst.id, "Amina")
    async with database.read() as session:
        assert set(await session.scalars(select(SignatureRow.burst_id))) == {None}


async def test_what_is_excluded_stays_set_aside_and_may_be_released_later(
    bursts: Bursts, few: Petitions, database: Database, clock: FrozenClock
) -> None:
    petition_id = await burst_of(few, database)
    (burst,) = await bursts.list("open-justice")
    assert (await bursts.exclude(burst.id, "Amina")).set_aside == 5
    petition = (await card(few, petition_id)).petition
    assert (petition.counted, petition.set_aside) == (2, 5)
    await bursts.exclude(burst.id, "Amina")
    await bursts.release(burst.id, "Bilal")
    assert (await card(few, petition_id)).petition.counted == 7
    with pytest.raises(NidaError, match="was released by Bilal: its signatures stay counted"):
        await bursts.exclude(burst.id, "Amina")
    entries = [(each.who, each.what) for each in await Audit(database, clock).list()]
    assert entries == [("Bilal", "burst.released"), ("Amina", "burst.excluded")]


async def test_two_who_release_at_once_while_people_sign_and_leave_count_everybody_once(
    bursts: Bursts, few: Petitions, database: Database
) -> None:
    petition_id = await burst_of(few, database, 12)
    (burst,) = await bursts.list(None)
    async with asyncio.TaskGroup() as group:
        for by in ("Amina", "Bilal"):
            group.create_task(bursts.release(burst.id, by))
        for number in range(12, 20):
            group.create_task(few.sign(someone(number, source="leaflet"), petition_id, Answers(), **NO))
        for number in range(4, 7):
            group.create_task(few.withdraw(someone(number), petition_id))
    await bursts.release(burst.id, "Chand")  # what came in between
    petition = (await card(few, petition_id)).petition
    assert (petition.counted, petition.set_aside) == (17, 0)
    kinds = Counter(kind for kind, _ in await entries(database, petition_id))
    assert (kinds[EntryKind.SIGNED], kinds[EntryKind.WITHDRAWN]) == (20, 3)
    assert kinds[EntryKind.RELEASED] <= kinds[EntryKind.SET_ASIDE]


@pytest.mark.parametrize("number", [0, 77, -1, 10**12])
async def test_a_burst_that_is_none_is_refused(bursts: Bursts, number: int) -> None:
    with pytest.raises(NidaError, match="`nida petitions bursts` lists them"):
        await bursts.release(number, "Amina")
