"""Several changes of an event are one message, which names all that people may still believe."""

import pytest

from bot.announcements.amending import Amendments
from bot.daytime import DAY
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState, DeliveryState
from bot.events.changing import GATHER, Action
from bot.events.models import ReminderState
from bot.storage.database import Database
from tests.clocks import FrozenClock
from tests.events.changes import LATER, LATER_STILL, begin, broadcasts, change, fan_out, finish, settle, told
from tests.events.world import SLUG, add_event, reminders, wall


async def move_to_later(database: Database, clock: FrozenClock, case: int, *, is_begun: bool = True) -> None:
    """The first change of an event, of which some may have heard where the notice of it is going out."""
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    if is_begun:
        await clock.advance(minutes=2)
        await fan_out(database, clock)
        await begin(database, f"change:{SLUG}:1")


async def test_changes_made_one_after_the_other_come_as_one(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.ADJOURN)
    began = clock.now()
    await clock.advance(seconds=90)
    await change(database, clock, Action.MOVE, starts=LATER)
    found = await broadcasts(database)
    assert [row.state for row in found.values()] == [BroadcastState.CANCELLED, BroadcastState.SCHEDULED]
    last = found[f"change:{SLUG}:2"]
    assert last.starts_at == began + GATHER  # it does not begin to wait anew
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00"]  # nobody heard of what was between
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:1") == []
    assert await told(database, f"change:{SLUG}:2") == [1, 2, 3, 4, 5, 6]


async def test_what_is_taken_back_before_anybody_heard_of_it_is_not_told(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.CANCEL)
    assert await change(database, clock, Action.MOVE, starts=wall("2026-12-03 10:00")) is None
    assert [row.state for row in (await broadcasts(database)).values()] == [BroadcastState.CANCELLED]
    planned = await reminders(database)
    assert planned[DAY][0] is ReminderState.PLANNED
    await clock.advance(minutes=5)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:1") == []


async def test_a_change_while_the_last_is_going_out_names_all_that_people_may_believe(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await move_to_later(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    found = await broadcasts(database)
    assert found[f"change:{SLUG}:1"].state is BroadcastState.CANCELLED
    last = found[f"change:{SLUG}:2"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:2") == [1, 2, 3, 4, 5, 6]


async def test_back_to_what_it_was_while_some_have_heard_is_told(database: Database, clock: FrozenClock, case: int) -> None:
    await move_to_later(database, clock, case)
    subject = await change(database, clock, Action.MOVE, starts=wall("2026-12-03 10:00"))
    assert subject == f"change:{SLUG}:2"
    assert [each["starts"] for each in (await broadcasts(database))[subject].content["before"]] == ["2026-12-10T14:30:00"]


async def test_one_that_went_to_all_is_not_named_again(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    await finish(database, f"change:{SLUG}:1")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    found = await broadcasts(database)
    assert found[f"change:{SLUG}:1"].state is BroadcastState.DONE
    assert [each["starts"] for each in found[f"change:{SLUG}:2"].content["before"]] == ["2026-12-10T14:30:00"]


async def test_there_and_back_and_there_again_is_told_to_those_whom_the_first_notice_had_not_reached(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await move_to_later(database, clock, case)
    await change(database, clock, Action.MOVE, starts=wall("2026-12-03 10:00"))
    assert await change(database, clock, Action.MOVE, starts=LATER) == f"change:{SLUG}:3"
    last = (await broadcasts(database))[f"change:{SLUG}:3"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00"]
    assert await change(database, clock, Action.MOVE, starts=LATER_STILL) == f"change:{SLUG}:4"
    last = (await broadcasts(database))[f"change:{SLUG}:4"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]


@pytest.mark.parametrize("is_begun", [False, True])
async def test_a_notice_that_staff_cancelled_told_nobody_of_its_change(
    database: Database, clock: FrozenClock, case: int, is_begun: bool
) -> None:
    await move_to_later(database, clock, case, is_begun=is_begun)
    await Control(database, clock).cancel(f"change:{SLUG}:1", "Amal")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    last = (await broadcasts(database))[f"change:{SLUG}:2"]
    known = ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]
    assert [each["starts"] for each in last.content["before"]] == known[: 2 if is_begun else 1]


async def test_a_notice_that_was_taken_back_counts_as_heard_by_some_and_by_others_not(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await move_to_later(database, clock, case)
    await finish(database, f"change:{SLUG}:1")
    await Amendments(database, clock, 30).recall(f"change:{SLUG}:1", "Amal")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    last = (await broadcasts(database))[f"change:{SLUG}:2"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]


@pytest.mark.parametrize(
    ("missed", "named"),
    [
        (DeliveryState.UNCERTAIN, ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]),
        (DeliveryState.REJECTED, ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]),
        (DeliveryState.UNREACHABLE, ["2026-12-10T14:30:00"]),
        (DeliveryState.SENT, ["2026-12-10T14:30:00"]),
    ],
)
async def test_who_may_not_have_got_the_last_notice_reads_the_date_they_know_in_the_next(
    database: Database, clock: FrozenClock, case: int, missed: DeliveryState, named: list[str]
) -> None:
    await move_to_later(database, clock, case)
    await settle(database, f"change:{SLUG}:1", missed, 3)
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    found = await broadcasts(database)
    assert [each["starts"] for each in found[f"change:{SLUG}:2"].content["before"]] == named
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await settle(database, f"change:{SLUG}:2", DeliveryState.SENT)
    await change(database, clock, Action.CANCEL)
    last = (await broadcasts(database))[f"change:{SLUG}:3"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-17T10:00:00"], "all have heard of that"


async def test_back_to_the_date_that_somebody_still_knows_is_told_of_the_other_alone(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await move_to_later(database, clock, case)
    await settle(database, f"change:{SLUG}:1", DeliveryState.UNCERTAIN, 3)
    await change(database, clock, Action.MOVE, starts=wall("2026-12-03 10:00"))
    last = (await broadcasts(database))[f"change:{SLUG}:2"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-10T14:30:00"]
