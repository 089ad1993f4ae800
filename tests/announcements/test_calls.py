"""Calls to do something: to whom they go, and that nobody is asked too often."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.announcements.calls import Call, Calls
from bot.announcements.plan import Plan
from bot.announcements.service import Announcements
from bot.campaigns.models import ActionDoneRow, ActionKind, ActionLaterRow, ActionRow, ActionStatus
from bot.clock import to_the_hour
from bot.delivery.control import Control
from bot.delivery.models import BroadcastRow
from bot.errors import NidaError
from bot.storage.database import Database
from bot.storage.tables import all_tables
from bot.supporters.ask_audience import AskAudience
from bot.supporters.audiences import audience_from_json
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow
from tests.announcements.people import add_case, add_followers, change, owed, translated
from tests.announcements.sending import send_all
from tests.clocks import START, FrozenClock

all_tables()
DAYS = 3
TITLE = translated(en="Write to the minister", ar="اكتبوا إلى الوزيرة")
LOCALES = ("en", "ar", "ur")
EVERYBODY = AskAudience(DAYS)


def call(subject: str = "action:write", audience: AskAudience = EVERYBODY) -> Call:
    return Call(subject, {"call": {}, "locale": "en"}, audience, (TITLE,), "en")


@pytest.fixture
async def calls(database: Database, clock: FrozenClock) -> Calls:
    """Six people follow a case, and three another; two of them read Arabic."""
    await add_case(database)
    await add_case(database, "another")
    await add_followers(database, clock, 1, 4)
    await add_followers(database, clock, 1, 2, "ar", first=5)
    await add_followers(database, clock, 2, 3, first=7)
    return Calls(database, clock, LOCALES, rate=30)


async def launch(database: Database, clock: FrozenClock, calls: Calls, made: Call, **how: Any) -> None:
    await calls.launch(made, **{"hold_untranslated": False, **how})
    await Announcements(database, clock, LOCALES, rate=30).finish_fan_outs()


async def asked(database: Database) -> set[int]:
    async with database.read() as session:
        return set((await session.scalars(select(SupporterRow.id).where(SupporterRow.asked_at.is_not(None)))).all())


async def add_action(database: Database, **values: Any) -> int:
    async with database.write() as session:
        given = {"title": TITLE, "text": TITLE, "minutes": 1, "created_at": START, "changed_at": START, **values}
        row = ActionRow(slug="write", kind=ActionKind.SHARE, status=ActionStatus.OPEN, **given)
        session.add(row)
        await session.flush()
        return row.id


async def test_everybody_or_the_followers_of_some_cases_are_asked(database: Database, clock: FrozenClock, calls: Calls) -> None:
    assert (await calls.forecast(call(), hold_untranslated=False)).total == 9
    await launch(database, clock, calls, call(audience=AskAudience(DAYS, cases=(2,))))
    assert await owed(database) == [7, 8, 9]
    assert await asked(database) == set()
    assert await send_all(database, clock) == [7, 8, 9]
    assert await asked(database) == {7, 8, 9}


async def test_a_follower_of_two_cases_is_asked_once(database: Database, clock: FrozenClock, calls: Calls) -> None:
    async with database.write() as session:
        session.add(FollowingRow(supporter_id=1, case_id=2, since=START))
    await launch(database, clock, calls, call(audience=AskAudience(DAYS, cases=(1, 2))))
    assert await owed(database) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


async def test_who_paused_stopped_or_muted_calls_is_not_asked(database: Database, clock: FrozenClock, calls: Calls) -> None:
    await change(database, 1, paused_until=clock.now() + timedelta(days=1))
    await change(database, 2, stopped_at=clock.now())
    await change(database, 3, muted_kinds=Kind.ACTION.bit)
    await change(database, 4, blocked_at=clock.now())
    await change(database, 5, muted_kinds=Kind.NEWS.bit)
    await launch(database, clock, calls, call())
    assert await owed(database) == [5, 6, 7, 8, 9]


async def test_nobody_is_asked_again_within_the_days(database: Database, clock: FrozenClock, calls: Calls) -> None:
    await launch(database, clock, calls, call(audience=AskAudience(DAYS, cases=(2,))))
    forecast = await calls.forecast(call("petition:open-justice"), hold_untranslated=False)
    assert (forecast.total, forecast.rested) == (6, 3)
    await send_all(database, clock)
    await clock.advance(days=DAYS)
    forecast = await calls.forecast(call("petition:open-justice"), hold_untranslated=False)
    assert (forecast.total, forecast.rested) == (9, 0)


async def test_made_again_it_goes_to_those_who_could_not_be_asked_then(
    database: Database, clock: FrozenClock, calls: Calls
) -> None:
    await launch(database, clock, calls, call("petition:first", AskAudience(DAYS, cases=(2,))))
    await launch(database, clock, calls, call())
    forecast = await calls.forecast(call(), hold_untranslated=False)
    assert (forecast.already, forecast.total, forecast.rested) == (True, 0, 3)
    first_asked = to_the_hour(clock.now())
    assert await send_all(database, clock) == [*range(1, 10)]
    await clock.advance(days=DAYS)
    assert (await calls.forecast(call(), hold_untranslated=False)).total == 3
    await launch(database, clock, calls, call())
    assert await send_all(database, clock) == [7, 8, 9]
    assert (await calls.forecast(call(), hold_untranslated=False)).total == 0
    assert sorted(await owed(database)) == [1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 9], "nobody twice about the same"
    async with database.read() as session:
        again = (await session.scalars(select(SupporterRow.id).where(SupporterRow.asked_at > first_asked))).all()
    assert set(again) >= {7, 8, 9}


async def test_who_did_it_is_not_asked_and_a_wish_to_be_asked_later_is_done_with(
    database: Database, clock: FrozenClock, calls: Calls
) -> None:
    action = await add_action(database)
    async with database.write() as session:
        session.add(ActionDoneRow(supporter_id=1, action_id=action, locale="en", done_at=START))
        for person, days in ((2, 1), (3, 1), (4, 30)):
            session.add(ActionLaterRow(supporter_id=person, action_id=action, due_at=clock.now() + timedelta(days=days)))
    assert (await calls.forecast(call(audience=AskAudience(DAYS, action=action)), hold_untranslated=False)).total == 8
    await clock.advance(days=2)
    await change(database, 3, asked_at=clock.now())
    await launch(database, clock, calls, call(audience=AskAudience(DAYS, action=action, later_by=clock.now())))
    assert await send_all(database, clock) == [2]
    async with database.read() as session:
        waiting = set((await session.scalars(select(ActionLaterRow.supporter_id))).all())
    assert waiting == {3, 4}


async def test_readers_of_a_language_that_is_not_ready_can_be_left_out(
    database: Database, clock: FrozenClock, calls: Calls
) -> None:
    await change(database, 1, locale="ur")
    forecast = await calls.forecast(call(), hold_untranslated=True)
    assert (forecast.total, forecast.held) == (8, 1)
    await launch(database, clock, calls, call(), hold_untranslated=True)
    assert 1 not in await owed(database)


async def test_a_call_can_be_scheduled_and_one_cancelled_is_not_made_again(
    database: Database, clock: FrozenClock, calls: Calls
) -> None:
    await launch(database, clock, calls, call(), plan=Plan(at=clock.now() + timedelta(hours=1)))
    assert await owed(database) == []
    await clock.advance(hours=1)
    await Announcements(database, clock, LOCALES, rate=30).finish_fan_outs()
    assert len(await owed(database)) == 9
    await Control(database, clock).cancel("action:write", "Amal")
    with pytest.raises(NidaError, match="was cancelled"):
        await calls.forecast(call(), hold_untranslated=False)
    with pytest.raises(NidaError, match="was cancelled"):
        await calls.launch(call(), hold_untranslated=False)


async def test_many_are_asked_slice_by_slice(
    database: Database, clock: FrozenClock, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.announcements.service.SLICE", {"sqlite": 2, "postgresql": 2})
    await launch(database, clock, calls, call(audience=AskAudience(DAYS, cases=(1, 2))))
    await send_all(database, clock)
    await clock.advance(days=DAYS)
    await launch(database, clock, calls, call("action:other"))
    assert sorted(await owed(database)) == sorted([*range(1, 10), *range(1, 10)])


async def test_a_call_that_ends_says_so(database: Database, clock: FrozenClock, calls: Calls) -> None:
    await launch(database, clock, calls, call())
    async with database.write() as session:
        await session.execute(update(BroadcastRow).values(state="done"))
    subject, again = await calls.launch(call(), hold_untranslated=False)
    assert (subject, again) == ("action:write", True)


@pytest.mark.parametrize("audience", [EVERYBODY, AskAudience(1, (1, 2), 3, START, frozenset({"en"}))])
def test_an_audience_survives_being_written_down(audience: AskAudience) -> None:
    assert audience_from_json(json.loads(json.dumps(audience.to_json()))) == audience
