"""Who hears of a case: those who follow it, consented, and did not stop, pause, block or mute."""

import json
from datetime import timedelta

import pytest

from bot.storage.database import Database
from bot.supporters.audience import Audience, count_by_locale, recipients
from bot.supporters.following import Following
from bot.supporters.kinds import Kind
from bot.supporters.service import Supporter, Supporters
from tests.clocks import START, FrozenClock
from tests.supporters.ledger import add_case


class Crowd:
    """People who follow one case."""

    def __init__(self, supporters: Supporters, following: Following, database: Database, case_id: int) -> None:
        self.supporters = supporters
        self._following = following
        self._database = database
        self.case_id = case_id

    async def joins(self, telegram_id: int, locale: str = "en") -> Supporter:
        supporter = await self.supporters.subscribe(await self.supporters.recognise(telegram_id, locale))
        await self.follows(supporter)
        return supporter

    async def follows(self, supporter: Supporter) -> None:
        assert supporter.id is not None
        await self._following.follow(supporter.id, self.case_id)

    async def hear(self, clock: FrozenClock, kind: Kind = Kind.RULING, locales: frozenset[str] | None = None) -> set[int]:
        async with self._database.read() as session:
            found = await session.execute(recipients(Audience(self.case_id, kind, locales), clock.now()))
            return set(found.scalars())


@pytest.fixture
async def crowd(supporters: Supporters, following: Following, database: Database) -> Crowd:
    return Crowd(supporters, following, database, await add_case(database, "north-gate-five"))


async def test_followers_of_the_case_hear_of_it_and_nobody_else(crowd: Crowd, clock: FrozenClock) -> None:
    follower = await crowd.joins(1)
    await crowd.supporters.subscribe(await crowd.supporters.recognise(2, "en"))
    assert await crowd.hear(clock) == {follower.id}


async def test_without_consent_nothing_is_sent(crowd: Crowd, clock: FrozenClock) -> None:
    await crowd.follows(await crowd.supporters.choose_language(await crowd.supporters.recognise(1, "en"), "ur"))
    assert await crowd.hear(clock) == set()


async def test_who_stopped_or_blocked_hears_nothing(crowd: Crowd, clock: FrozenClock) -> None:
    await crowd.supporters.stop(await crowd.joins(1))
    await crowd.joins(2)
    await crowd.supporters.blocked(2)
    assert await crowd.hear(clock) == set()


async def test_a_pause_ends_by_itself(crowd: Crowd, clock: FrozenClock) -> None:
    supporter = await crowd.joins(1)
    await crowd.supporters.pause(supporter, START + timedelta(days=1))
    assert await crowd.hear(clock) == set()
    await clock.advance(days=1, hours=1)
    assert await crowd.hear(clock) == {supporter.id}


@pytest.mark.parametrize("kind", Kind)
async def test_a_muted_kind_is_left_out_and_the_others_are_not(crowd: Crowd, clock: FrozenClock, kind: Kind) -> None:
    supporter = await crowd.supporters.mute(await crowd.joins(1), kind)
    heard = {other for other in Kind if await crowd.hear(clock, other) == {supporter.id}}
    assert heard == set(Kind) - {kind}


async def test_an_audience_may_be_readers_of_some_languages(crowd: Crowd, clock: FrozenClock) -> None:
    english, arabic, _urdu = [await crowd.joins(number, locale) for number, locale in enumerate(("en", "ar", "ur"))]
    assert await crowd.hear(clock, locales=frozenset({"en", "ar"})) == {english.id, arabic.id}
    assert await crowd.hear(clock, locales=frozenset()) == set()


async def test_people_are_counted_by_the_language_they_read(crowd: Crowd, database: Database, clock: FrozenClock) -> None:
    for number, locale in enumerate(("en", "ar", "ar", "ur", "ur", "ur")):
        await crowd.joins(number, locale)
    async with database.read() as session:
        counted = await count_by_locale(session, Audience(crowd.case_id, Kind.NEWS), clock.now())
        some = await count_by_locale(session, Audience(crowd.case_id, Kind.NEWS, frozenset({"ur"})), clock.now())
    assert counted == {"en": 1, "ar": 2, "ur": 3}
    assert some == {"ur": 3}


@pytest.mark.parametrize("locales", [None, frozenset(), frozenset({"en", "ur"})])
def test_an_audience_survives_being_written_down(locales: frozenset[str] | None) -> None:
    audience = Audience(3, Kind.HEARING, locales)
    assert Audience.from_json(json.loads(json.dumps(audience.to_json()))) == audience
