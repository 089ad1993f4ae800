"""What is scheduled begins once, at its time; what happened meanwhile to the process, the clock or the plan does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.announcements.amending import Amendments
from bot.announcements.plan import Plan
from bot.announcements.service import Announcements
from bot.delivery.account import Account, Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.delivery.timing import Timing
from bot.errors import NidaError
from bot.storage.database import Database
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.kinds import Kind
from tests.announcements.people import add_case, add_followers, announcement, change
from tests.clocks import START, FrozenClock

TEN = timedelta(minutes=10)
TOMORROW = Plan(at=START + timedelta(days=1))


@pytest.fixture
async def announcements(database: Database, clock: FrozenClock) -> Announcements:
    await add_case(database)
    await add_followers(database, clock, 1, 6)
    return Announcements(database, clock, ("en", "ar", "ur"), rate=3, default_timezone="Europe/London", together=TEN)


async def shown(database: Database, subject: str = "mill-lane-bail") -> Broadcast:
    return await Broadcasts(database).show(subject)


async def row(database: Database, subject: str = "update:mill-lane-bail") -> BroadcastRow:
    async with database.read() as session:
        return (await session.execute(select(BroadcastRow).where(BroadcastRow.subject == subject))).scalar_one()


async def test_it_begins_at_its_time_and_draws_the_audience_then(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    await clock.advance(hours=23)
    await announcements.finish_fan_outs()
    assert ((await shown(database)).state, (await shown(database)).account) == (BroadcastState.SCHEDULED, Account())
    await add_followers(database, clock, 1, 2, first=7)
    await clock.advance(hours=1, seconds=1)
    await announcements.finish_fan_outs()
    assert ((await shown(database)).state, (await shown(database)).account) == (BroadcastState.SENDING, Account(pending=8))
    assert (await row(database)).launched_at == clock.now()


async def test_it_begins_once_though_the_clock_goes_back(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    await clock.advance(days=1)
    await announcements.finish_fan_outs()
    await clock.advance(hours=-2)
    await add_followers(database, clock, 1, 2, first=7)
    for _ in range(3):
        await announcements.finish_fan_outs()
        await clock.advance(hours=1)
    assert (await shown(database)).account == Account(pending=6)


@pytest.mark.parametrize(("late", "state"), [(59, BroadcastState.SENDING), (61, BroadcastState.HELD)])
async def test_fault_20_what_was_due_while_nothing_ran_goes_within_an_hour_and_else_asks(
    announcements: Announcements, database: Database, clock: FrozenClock, late: int, state: BroadcastState
) -> None:
    """Fault 20."""
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    await clock.advance(days=1, minutes=late)
    await announcements.finish_fan_outs()
    broadcast = await shown(database)
    assert broadcast.state is state
    if state is BroadcastState.HELD:
        assert broadcast.hold_reason == (
            "It was due at 2026-11-04 10:37 UTC, when nothing ran; `nida deliveries resume` sends it now, "
            "`nida deliveries cancel` drops it."
        )
        await Control(database, clock).resume("mill-lane-bail")
        await announcements.finish_fan_outs()
        assert ((await shown(database)).state, (await shown(database)).account) == (BroadcastState.SENDING, Account(pending=6))


@pytest.mark.parametrize(("late", "state"), [(119, BroadcastState.SENDING), (120, BroadcastState.CANCELLED)])
async def test_what_is_about_an_event_asks_nobody_it_goes_while_it_is_of_use_and_is_dropped_after(
    announcements: Announcements, database: Database, clock: FrozenClock, late: int, state: BroadcastState
) -> None:
    audience = EventAudience(1, 1, Kind.HEARING, Wanted.CONCERNED)
    due = clock.now() + timedelta(days=1)
    await _schedule(database, "change:a:1", audience, due, Timing(until=due + timedelta(hours=2)))
    await _schedule(database, "change:b:1", audience, due, Timing())
    await clock.advance(days=1, minutes=late)
    await announcements.finish_fan_outs()
    assert (await shown(database, "change:a:1")).state is state
    assert (await shown(database, "change:b:1")).account == Account(pending=6)


async def _schedule(database: Database, subject: str, audience: EventAudience, due: datetime, timing: Timing) -> None:
    async with database.write() as session:
        session.add(
            BroadcastRow(
                subject=subject,
                state=BroadcastState.SCHEDULED,
                starts_at=due,
                timing=timing.to_json(),
                audience=audience.to_json(),
                content={},
                urgent=True,
                created_at=START,
            )
        )


async def test_it_can_be_paused_resumed_and_cancelled_before_it_begins(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    control = Control(database, clock)
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    await control.pause("mill-lane-bail", "sara")
    await control.resume("mill-lane-bail")
    assert (await shown(database)).state is BroadcastState.SCHEDULED
    await control.pause("mill-lane-bail", "sara")
    await clock.advance(days=2)
    await announcements.finish_fan_outs()
    assert (await shown(database)).state is BroadcastState.HELD
    await control.cancel("mill-lane-bail", "sara")
    assert (await shown(database)).account == Account()
    later = Plan(at=clock.now() + timedelta(hours=1))
    again = replace(announcement(), certainty="reported")
    assert not (await announcements.forecast(again, hold_untranslated=False)).already
    assert await announcements.launch(again, hold_untranslated=False, plan=later) == ("update:mill-lane-bail", True)
    assert (await shown(database)).state is BroadcastState.SCHEDULED
    assert (await row(database)).content["certainty"] == "reported"


async def test_what_was_taken_back_before_it_began_is_not_planned_anew(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    await Amendments(database, clock, rate=3).recall("mill-lane-bail", "sara")
    with pytest.raises(NidaError, match="was taken back; publish it anew"):
        await announcements.forecast(announcement(), hold_untranslated=False)
    with pytest.raises(NidaError, match="was taken back; publish it anew"):
        await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    assert (await shown(database)).state is BroadcastState.CANCELLED


async def test_another_plan_for_the_same_update_is_refused_with_a_sentence(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    await announcements.launch(announcement(), hold_untranslated=False, plan=TOMORROW)
    with pytest.raises(NidaError, match="It is scheduled for 2026-11-04 10:37 UTC; `nida deliveries cancel` it"):
        await announcements.launch(announcement(), hold_untranslated=False)
    await clock.advance(days=1)
    await announcements.finish_fan_outs()
    with pytest.raises(NidaError, match="was announced before: how it goes cannot be changed"):
        await announcements.launch(announcement(), hold_untranslated=False, plan=Plan(at=clock.now() + TEN))
    await announcements.launch(announcement(), hold_untranslated=False)
    assert (await shown(database)).account == Account(pending=6)


async def test_a_time_on_each_readers_clock_begins_with_the_first_of_them(
    announcements: Announcements, database: Database
) -> None:
    await change(database, 3, timezone="Asia/Karachi")
    asked = Plan(at_local=datetime(2026, 11, 4, 9, 0))
    await announcements.launch(announcement(), hold_untranslated=False, plan=asked)
    launched = await row(database)
    assert launched.starts_at == datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
    assert Timing.from_json(launched.timing).at_local == asked.at_local


async def test_what_follows_in_a_case_within_minutes_waits_and_comes_together(
    announcements: Announcements, database: Database, clock: FrozenClock
) -> None:
    async def launched(name: str, case_id: int = 1, plan: Plan | None = None) -> datetime | None:
        told = announcement(case_id, subject=f"update:{name}")
        await announcements.launch(told, hold_untranslated=False, plan=plan or Plan())
        return Timing.from_json((await row(database, f"update:{name}")).timing).not_before

    assert await launched("first") is None
    await clock.advance(minutes=5)
    assert await launched("second") == START + TEN
    assert await launched("urgent", plan=Plan(urgent_reason="the hearing is tomorrow")) is None
    assert await launched("of-another-case", case_id=2) is None
    await clock.advance(minutes=7)
    assert await launched("third") == START + 2 * TEN
    await clock.advance(minutes=20)
    assert await launched("much-later") is None
    await Control(database, clock).cancel("much-later", "sara")
    assert await launched("in-its-place") is None
    assert (await row(database, "update:urgent")).urgent_reason == "the hearing is tomorrow"
