"""What is published of a log: signed, never finer than the hour, and never at odds with what was published before."""

import pytest
from sqlalchemy import func, select

from bot.petitions.checking import check_head, check_log
from bot.petitions.heads import Heads
from bot.petitions.models import HeadRow, PetitionRow, PetitionStatus
from bot.petitions.public import NotPublished, PublicLog
from bot.petitions.published import Head, head_line
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.petitions.logs import COUNTED_AFTER, STORY, add_to_log
from tests.petitions.world import SLUG, add_petition


@pytest.fixture
def heads(database: Database, vault: Vault, clock: FrozenClock) -> Heads:
    return Heads(database, vault, clock)


async def latest(heads: Heads) -> Head:
    head = await heads.latest(SLUG)
    assert head is not None
    return head


async def test_a_head_is_signed_when_the_log_has_grown_and_not_again(
    database: Database, heads: Heads, clock: FrozenClock
) -> None:
    petition_id = await add_petition(database, clock)
    await heads.publish()
    empty = await latest(heads)
    assert (empty.size, empty.counted, empty.at) == (0, 0, "2026-11-03T10Z")
    await add_to_log(database, petition_id, STORY[:6])
    await heads.publish()
    first = await latest(heads)
    assert (first.size, first.counted) == (6, COUNTED_AFTER[5])
    check_head(first, SLUG, heads.key)
    await clock.advance(hours=3)
    await heads.publish()
    assert await latest(heads) == first


async def test_of_each_hour_the_last_head_is_kept(database: Database, heads: Heads, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    for number in range(4):
        await add_to_log(database, petition_id, STORY[number : number + 1])
        await heads.publish()
        await clock.advance(minutes=10)
    kept = await heads.after(SLUG, -1, 10)
    assert [(head.size, head.at) for head in kept] == [(3, "2026-11-03T10Z"), (4, "2026-11-03T11Z")]
    assert [head.size for head in await heads.after(SLUG, 3, 10)] == [4]
    assert [head.size for head in await heads.after(SLUG, -1, 1)] == [3]


async def test_whoever_asks_first_gets_a_head_signed_then(database: Database, heads: Heads, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_to_log(database, petition_id, STORY[:2])
    assert (await latest(heads)).size == 2
    await add_to_log(database, petition_id, STORY[2:3])
    assert (await latest(heads)).size == 2  # published ones are enough for whoever looks
    assert (await heads.sign(petition_id)).size == 3


async def test_two_that_sign_at_once_sign_the_same(database: Database, vault: Vault, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_to_log(database, petition_id, STORY[:3])
    one, other = Heads(database, vault, clock), Heads(database, vault, clock)
    assert await one.sign(petition_id) == await other.sign(petition_id)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(HeadRow)) == 1


async def test_a_head_is_over_what_was_signed_while_it_was_asked_for(
    database: Database, heads: Heads, clock: FrozenClock
) -> None:
    """Or a receipt would name an entry that is not under its head."""
    if database.is_sqlite:
        pytest.skip("SQLite has one writer: nobody signs meanwhile")
    petition_id = await add_petition(database, clock)
    async with database.write() as session:
        read_before = await session.get_one(PetitionRow, petition_id)
        await add_to_log(database, petition_id, STORY[:3])
        assert (await heads.current(session, petition_id)).size == read_before.size == 3


async def test_nothing_is_said_of_a_draft_or_of_what_is_not_there(database: Database, heads: Heads, clock: FrozenClock) -> None:
    await add_petition(database, clock, status=PetitionStatus.DRAFT)
    await heads.publish()
    assert await heads.latest(SLUG) is None
    assert await heads.latest("no-such-petition") is None
    assert await heads.after(SLUG, -1, 10) == []


async def test_the_published_log_fits_its_head_and_those_before(database: Database, heads: Heads, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_petition(database, clock, slug="another")
    for start in range(0, len(STORY), 5):
        await add_to_log(database, petition_id, STORY[start : start + 5])
        await heads.publish()
        await clock.advance(hours=1)
    head, log = await latest(heads), PublicLog(database, heads)
    whole = head_line(head) + await log.lines(SLUG, 0, 9) + await log.lines(SLUG, 9, 99)
    checked = check_log(whole.encode().splitlines(), await heads.after(SLUG, -1, 99), heads.key)
    assert (checked.signed, checked.withdrawn, checked.set_aside, checked.counted) == (11, 3, 0, 8)
    assert (checked.counted, checked.heads) == (COUNTED_AFTER[-1], 4)


async def test_no_proof_is_given_of_what_is_not_published(database: Database, heads: Heads, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_to_log(database, petition_id, STORY[:5])
    head, log = await latest(heads), PublicLog(database, heads)
    await add_to_log(database, petition_id, STORY[5:])
    for old, size in ((0, 3), (4, 3), (3, 6), (6, 6)):
        with pytest.raises(NotPublished):
            await log.growth(head, old, size)
    for entry, size in ((5, 5), (5, 6), (0, 0)):
        with pytest.raises(NotPublished):
            await log.entry(head, entry, size)
