"""Milestones: each is told at most once, to those who want to hear of the petition and may get something now."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.announcements.service import Announcements
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.storage.database import Database
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import START, FrozenClock
from tests.petitions.making import add_petition
from tests.petitions.news import LOCALES, count, fan_out, notices, told, want_news

QUARTER, HALF = "petition:open-justice:milestone:250", "petition:open-justice:milestone:500"


async def people(database: Database, clock: FrozenClock, number: int) -> None:
    await add_followers(database, clock, await add_case(database), number)


async def test_who_wants_to_hear_of_it_is_told_and_nobody_else(database: Database, clock: FrozenClock) -> None:
    await people(database, clock, 6)
    petition_id = await add_petition(database)
    await want_news(database, petition_id, range(1, 6))
    await change(database, 2, stopped_at=START)
    await change(database, 3, paused_until=START.replace(year=2030))
    await count(database, clock, petition_id, 249)
    assert await notices(database) == {}
    await count(database, clock, petition_id, 250)
    await fan_out(database, clock)
    assert await told(database, QUARTER) == [1, 4, 5]


async def test_each_is_told_once_however_the_count_goes_up_and_down(database: Database, clock: FrozenClock) -> None:
    petition_id = await add_petition(database)
    for counted in (250, 249, 250, 400):
        await count(database, clock, petition_id, counted)
        await fan_out(database, clock)
    assert list(await notices(database)) == [QUARTER]


async def test_of_several_at_once_the_highest_is_told_and_a_lower_one_goes_to_nobody_more(
    database: Database, clock: FrozenClock
) -> None:
    await people(database, clock, 3)
    petition_id = await add_petition(database)
    await want_news(database, petition_id, [1, 2, 3])
    await count(database, clock, petition_id, 260)
    await fan_out(database, clock)
    await count(database, clock, petition_id, 760)  # a burst was released
    await fan_out(database, clock)
    assert await notices(database) == {
        QUARTER: BroadcastState.CANCELLED,
        "petition:open-justice:milestone:750": BroadcastState.SENDING,
    }


@pytest.mark.parametrize(("goal", "own", "counted", "reached"), [(3, None, 1, 1), (3, None, 2, 2), (10, [4, 7], 6, 4)])
async def test_small_goals_and_own_counts(
    database: Database, clock: FrozenClock, goal: int, own: list[int] | None, counted: int, reached: int
) -> None:
    petition_id = await add_petition(database, goal=goal, thresholds=own)
    await count(database, clock, petition_id, counted)
    assert list(await notices(database)) == [f"petition:open-justice:milestone:{reached}"]


async def test_what_is_told_of_two_petitions_is_not_kept_together_like_the_news_of_a_case(
    database: Database, clock: FrozenClock
) -> None:
    for slug in ("open-justice", "another"):
        await count(database, clock, await add_petition(database, slug), 250)
        await Announcements(database, clock, LOCALES, 30, together=timedelta(minutes=2)).finish_fan_outs()
    async with database.read() as session:
        assert list(await session.scalars(select(BroadcastRow.timing))) == [None, None]
