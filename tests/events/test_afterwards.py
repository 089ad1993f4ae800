"""Once an event is over: thanks to those who came, and what came of it."""

from datetime import timedelta

import pytest

from bot.announcements.plan import Plan
from bot.announcements.service import Announcements
from bot.cases.models import CaseUpdateRow, Certainty
from bot.cases.service import Cases
from bot.delivery.control import Control
from bot.errors import NidaError
from bot.events.changing import Action, ChangeRequest
from bot.events.models import EventStatus
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from tests.announcements.people import add_case, translated
from tests.clocks import FrozenClock
from tests.events.changes import LOCALES, broadcasts, change, changes, fan_out, told
from tests.events.world import SLUG, add_event, answer, event_now, wall


async def test_heard_thanks_those_who_came_alone_and_asks_nobody_anything(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case, starts=wall("2026-11-04 09:00"))
    await answer(database, clock, event.id, [1], Answer.COMING)
    await answer(database, clock, event.id, [2], Answer.ONLINE)
    await answer(database, clock, event.id, [3], Answer.WAITING)
    with pytest.raises(NidaError, match="cannot have been heard"):
        await change(database, clock, Action.HEARD)
    await clock.advance(days=1)
    assert await change(database, clock, Action.HEARD) == f"thanks:{SLUG}:1"
    await fan_out(database, clock)
    assert await told(database, f"thanks:{SLUG}:1") == [1, 2]
    assert await broadcasts(database) == {}


async def add_updates(database: Database, clock: FrozenClock, case: int) -> None:
    other = await add_case(database, "another-case")
    async with database.write() as session:
        for of, slug in ((case, "mill-lane-bail"), (other, "another-bail")):
            update_row = CaseUpdateRow(
                case_id=of,
                slug=slug,
                kind=Kind.RULING,
                at=clock.now(),
                certainty=Certainty.CONFIRMED,
                headline=translated(en="Bail granted"),
                body=translated(en="All three."),
            )
            session.add(update_row)


async def test_the_outcome_is_announced_as_the_update_it_is(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case, starts=wall("2026-11-04 09:00"))
    await add_updates(database, clock, case)
    await clock.advance(days=1)
    await change(database, clock, Action.HEARD)
    with pytest.raises(NidaError, match="another-bail is no update of the case"):
        await change(database, clock, Action.OUTCOME, update="another-bail")
    with pytest.raises(NidaError, match="There is no update"):
        await change(database, clock, Action.OUTCOME, update="nothing")
    assert await change(database, clock, Action.OUTCOME, update="mill-lane-bail") == "update:mill-lane-bail"
    await fan_out(database, clock)
    assert await told(database, "update:mill-lane-bail") == [1, 2, 3, 4, 5, 6]
    after = await event_now(database)
    assert (after.status, after.outcome) == (EventStatus.OUTCOME, "mill-lane-bail")


@pytest.mark.parametrize("is_begun", [False, True])
async def test_an_outcome_whose_update_was_cancelled_is_announced_or_refused_but_never_passed_over(
    database: Database, clock: FrozenClock, case: int, is_begun: bool
) -> None:
    await add_event(database, clock, case, starts=wall("2026-11-04 09:00"))
    await add_updates(database, clock, case)
    await clock.advance(days=1)
    await change(database, clock, Action.HEARD)
    announcements = Announcements(database, clock, LOCALES, rate=30)
    update = await Cases(database, clock, "en").announcement_for("mill-lane-bail")
    plan = Plan() if is_begun else Plan(at=clock.now() + timedelta(days=3))
    await announcements.launch(update, hold_untranslated=False, plan=plan)
    await Control(database, clock).cancel("update:mill-lane-bail", "Amal")
    asked = ChangeRequest(Action.OUTCOME, update="mill-lane-bail")
    if is_begun:
        for attempt in (changes(database, clock).forecast(SLUG, asked), changes(database, clock).make(SLUG, asked, "Amal")):
            with pytest.raises(NidaError, match="was cancelled; publish it anew"):
                await attempt
        assert (await event_now(database)).status is EventStatus.HEARD
    else:
        assert (await changes(database, clock).forecast(SLUG, asked)).announced_at is None
        await changes(database, clock).make(SLUG, asked, "Amal")
        await fan_out(database, clock)
        assert await told(database, "update:mill-lane-bail") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("waits", [timedelta(0), timedelta(days=3)])
async def test_an_outcome_whose_update_went_or_is_scheduled_is_forecast_so(
    database: Database, clock: FrozenClock, case: int, waits: timedelta
) -> None:
    await add_event(database, clock, case, starts=wall("2026-11-04 09:00"))
    await add_updates(database, clock, case)
    await clock.advance(days=1)
    await change(database, clock, Action.HEARD)
    update = await Cases(database, clock, "en").announcement_for("mill-lane-bail")
    goes_at = clock.now() + waits
    plan = Plan(at=goes_at) if waits else Plan()
    await Announcements(database, clock, LOCALES, rate=30).launch(update, hold_untranslated=False, plan=plan)
    forecast = await changes(database, clock).forecast(SLUG, ChangeRequest(Action.OUTCOME, update="mill-lane-bail"))
    assert (forecast.announced_at, forecast.at) == (goes_at, clock.now())
