"""Following a case and stopping: said once, however often it is tapped."""

import asyncio

import pytest

from bot.storage.database import Database
from bot.supporters.following import Following
from bot.supporters.service import Supporters
from tests.supporters.ledger import add_case


@pytest.fixture
async def supporter_id(supporters: Supporters) -> int:
    id_ = (await supporters.subscribe(await supporters.recognise(42, "ur"))).id
    assert id_ is not None
    return id_


async def test_following_and_stopping_are_each_said_once(following: Following, supporter_id: int, database: Database) -> None:
    case = await add_case(database, "north-gate-five")
    assert [await following.follow(supporter_id, case), await following.follow(supporter_id, case)] == [True, False]
    assert await following.followed_case_ids(supporter_id) == frozenset({case})
    assert [await following.unfollow(supporter_id, case), await following.unfollow(supporter_id, case)] == [True, False]
    assert await following.followed_case_ids(supporter_id) == frozenset()


async def test_a_case_that_does_not_exist_cannot_be_followed(following: Following, supporter_id: int) -> None:
    assert not await following.follow(supporter_id, 999)


async def test_somebody_erased_a_moment_ago_follows_nothing(following: Following, database: Database) -> None:
    assert not await following.follow(999, await add_case(database, "north-gate-five"))


async def test_ten_taps_at_once_are_one_following(following: Following, supporter_id: int, database: Database) -> None:
    case = await add_case(database, "north-gate-five")
    async with asyncio.TaskGroup() as group:
        taps = [group.create_task(following.follow(supporter_id, case)) for _ in range(10)]
    assert sum(tap.result() for tap in taps) == 1
