"""What comes faster than people make it is set aside in the open; what is shared and grows still counts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.config import Organisation
from bot.petitions.deciding import Bursts
from bot.petitions.holdings import Signatures
from bot.petitions.models import EVERYBODY, BurstRow, BurstState, PulseRow, Standing
from bot.petitions.pulses import forget_pulses
from bot.petitions.sealing import Sealing
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Reply
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.service import Supporters
from tests.clocks import FrozenClock
from tests.petitions.making import AMAL, add_petition, petitions_of, someone
from tests.petitions.signing import NO, card, mine_of

LIMIT = 3


@pytest.fixture
def petitions(database: Database, vault: Vault, clock: FrozenClock) -> Petitions:
    return petitions_of(database, vault, clock, burst=LIMIT)


class Crowd:
    """People who sign one after the other."""

    def __init__(self, petitions: Petitions, petition_id: int) -> None:
        self.petitions, self.petition_id, self.people = petitions, petition_id, 0

    async def sign(self, count: int, source: str | None = None) -> int:
        """How many of them counted."""
        before = (await card(self.petitions, self.petition_id)).petition.counted
        for _ in range(count):
            self.people += 1
            assert (await self.petitions.sign(someone(self.people, source=source), self.petition_id, Answers(), **NO)).reply is (
                Reply.DONE
            )
        return (await card(self.petitions, self.petition_id)).petition.counted - before


@pytest.fixture
def bursts(database: Database, vault: Vault, clock: FrozenClock) -> Bursts:
    return Bursts(database, vault, clock, "en")


async def listed(bursts: Bursts) -> list[tuple[str | None, int]]:
    return [(burst.source, burst.signatures) for burst in await bursts.list(None)]


async def test_each_link_has_a_limit_of_its_own_in_each_span(
    petitions: Petitions, bursts: Bursts, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    assert await crowd.sign(LIMIT + 2, "leaflet") == LIMIT
    assert await crowd.sign(2, "mosque") == 2
    assert await crowd.sign(LIMIT + 1) == LIMIT, "those who came by no link are counted together"
    assert await listed(bursts) == [("leaflet", 2), ("", 1)]
    found = await card(petitions, crowd.petition_id)
    assert (found.petition.counted, found.petition.set_aside) == (LIMIT + 2 + LIMIT, 3)
    assert (await mine_of(petitions, crowd.petition_id, someone(5).telegram_id)).standing is Standing.SET_ASIDE
    await petitions.withdraw(someone(5), crowd.petition_id)
    assert (await card(petitions, crowd.petition_id)).petition.set_aside == 2


@pytest.mark.parametrize("source", [None, "leaflet"])
async def test_one_account_does_not_use_up_what_others_may(
    petitions: Petitions, database: Database, vault: Vault, clock: FrozenClock, source: str | None
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    supporters = Supporters(database, vault, clock, Organisation(), [Signatures(Sealing(vault))])
    person = await supporters.recognise(AMAL.telegram_id, "en")
    for number in range(LIMIT * 6):
        await petitions.sign(replace(AMAL, source=source), crowd.petition_id, Answers(), **NO)
        if number % 2:
            await supporters.forget(person)
        else:
            await petitions.withdraw(AMAL, crowd.petition_id)
    assert await crowd.sign(LIMIT + 1, source) == LIMIT
    await petitions.withdraw(someone(LIMIT + 1), crowd.petition_id)
    assert await crowd.sign(1, source) == 0, "what was set aside took no room and leaves none"


async def test_many_links_that_anybody_may_make_up_have_a_limit_together(
    petitions: Petitions, bursts: Bursts, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    assert sum([await crowd.sign(1, f"a{number}") for number in range(LIMIT * 6)]) == LIMIT * 5
    assert await listed(bursts) == [(EVERYBODY, LIMIT)]
    await petitions.withdraw(someone(1), crowd.petition_id)
    assert await crowd.sign(2, "leaflet") == 1
    async with database.write() as session:
        await session.execute(update(BurstRow).values(state=BurstState.RELEASED))
    assert await crowd.sign(LIMIT + 1, "mosque") == LIMIT, "each link has its own all the same"


async def test_what_was_taken_back_leaves_room_in_its_own_hour_only(
    petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(1)
    await clock.advance(hours=1)
    assert await crowd.sign(LIMIT) == LIMIT
    await petitions.withdraw(someone(1), crowd.petition_id)
    assert await crowd.sign(1) == 0


async def test_what_was_released_and_is_taken_back_leaves_no_room_as_it_took_none(
    petitions: Petitions, bursts: Bursts, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(LIMIT + 1)
    (burst,) = await bursts.list(None)
    await bursts.release(burst.id, "Amina")
    await petitions.withdraw(someone(LIMIT + 1), crowd.petition_id)
    assert await noted(database) == [LIMIT, LIMIT], "of its link, and of all"
    await petitions.withdraw(someone(1), crowd.petition_id)
    assert await noted(database) == [LIMIT - 1, LIMIT - 1]


async def noted(database: Database) -> list[int]:
    async with database.read() as session:
        return list(await session.scalars(select(PulseRow.signatures)))


async def test_a_burst_goes_on_in_the_next_span_and_a_later_one_is_another(
    petitions: Petitions, bursts: Bursts, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(LIMIT + 1, "leaflet")
    await clock.advance(minutes=10)
    assert await crowd.sign(LIMIT + 1, "leaflet") == LIMIT
    assert await listed(bursts) == [("leaflet", 2)]
    await clock.advance(hours=1)
    await crowd.sign(LIMIT + 1, "leaflet")
    assert await listed(bursts) == [("leaflet", 2), ("leaflet", 1)]


async def test_who_sends_more_does_not_raise_the_limit(petitions: Petitions, database: Database, clock: FrozenClock) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    for _ in range(3):
        assert await crowd.sign(20, "leaflet") == LIMIT
        await clock.advance(minutes=10)


async def test_a_petition_that_grows_all_day_may_grow_five_times_as_fast(
    petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(1, "leaflet")
    async with database.write() as session:
        await session.execute(update(PulseRow).values(signatures=144 * 2))
    await clock.advance(minutes=20)
    assert await crowd.sign(12, "leaflet") == 10


async def test_a_link_that_staff_released_counts_for_a_day(petitions: Petitions, database: Database, clock: FrozenClock) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(LIMIT + 1, "leaflet")
    async with database.write() as session:
        await session.execute(update(BurstRow).values(state=BurstState.RELEASED))
    assert await crowd.sign(5, "leaflet") == 5
    assert await crowd.sign(LIMIT + 1, "mosque") == LIMIT
    await clock.advance(days=1, hours=1)
    assert await crowd.sign(LIMIT + 1, "leaflet") == LIMIT


async def test_pulses_are_forgotten_after_a_day_and_do_not_name_their_link(
    petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    crowd = Crowd(petitions, await add_petition(database))
    await crowd.sign(1, "leaflet")
    async with database.read() as session:
        assert "leaflet" not in (await session.scalars(select(PulseRow.source))).all()
    assert await forget_pulses(database, clock.now() + timedelta(hours=23)) == 0
    assert await forget_pulses(database, clock.now() + timedelta(hours=25)) == 2, "of the link and of everybody"
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(PulseRow)) == 0
