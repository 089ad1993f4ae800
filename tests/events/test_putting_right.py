"""What becomes of reminders, places and messages in chats when an event changes."""

from datetime import timedelta

from bot.daytime import DAY
from bot.delivery.models import BroadcastState, Task
from bot.delivery.timing import Timing
from bot.events.attending import Attending
from bot.events.changing import Action, ChangeRequest
from bot.events.models import EventStatus, ReminderState
from bot.events.reminding import Reminders
from bot.events.service import Events
from bot.events.telling import CARDS
from bot.storage.database import Database
from bot.supporters.answers import Answer
from tests.announcements.people import translated
from tests.clocks import FrozenClock
from tests.events.changes import LATER, begin, broadcasts, change, changes, fan_out, finish, told
from tests.events.world import SLUG, add_event, answer, event_now, reminders


async def reminded_a_week_before(database: Database, clock: FrozenClock, case: int) -> str:
    event = await add_event(database, clock, case)
    assert event.starts_at is not None
    await clock.advance(seconds=(event.starts_at - timedelta(days=7) - clock.now()).total_seconds())
    await Reminders(database, clock, "en").launch_due()
    await fan_out(database, clock)
    return f"remind:{SLUG}:0:{7 * DAY}"


async def test_no_reminder_of_the_old_date_is_sent_and_new_ones_are_planned(
    database: Database, clock: FrozenClock, case: int
) -> None:
    week = await reminded_a_week_before(database, clock, case)
    assert len(await told(database, week)) == 6
    await change(database, clock, Action.MOVE, starts=LATER)
    assert (await broadcasts(database, week))[week].state is BroadcastState.CANCELLED
    planned = await reminders(database)
    after = await event_now(database)
    assert after.starts_at is not None
    assert planned[7 * DAY] == (ReminderState.PLANNED, after.starts_at - timedelta(days=7))
    await change(database, clock, Action.CANCEL)
    assert {state for state, _ in (await reminders(database)).values()} == {ReminderState.WITHDRAWN}
    await clock.advance(days=30)
    assert await Reminders(database, clock, "en").launch_due() == 0


async def test_messages_that_show_the_old_date_are_edited(database: Database, clock: FrozenClock, case: int) -> None:
    week = await reminded_a_week_before(database, clock, case)
    await begin(database, week)
    assert (await changes(database, clock).forecast(SLUG, ChangeRequest(Action.CANCEL))).copies == 1
    await change(database, clock, Action.CANCEL)
    corrections = [row for row in (await broadcasts(database, "")).values() if row.task is Task.CORRECT]
    assert [(row.content["notice"], row.content["event"]["status"]) for row in corrections] == [("card", "cancelled")]


async def test_the_last_cards_that_somebody_opened_are_all_edited(database: Database, clock: FrozenClock, case: int) -> None:
    event = await add_event(database, clock, case)
    events = Events(database, clock, "en")
    for message_id in range(11, 11 + CARDS + 1):
        card = await events.get_card(event.id, 1)
        assert card is not None
        assert await events.keep_shown(1, card, message_id, "en") is None
    assert (await changes(database, clock).forecast(SLUG, ChangeRequest(Action.CANCEL))).copies == CARDS
    await change(database, clock, Action.CANCEL)
    corrected = [row.original_id for row in (await broadcasts(database, "")).values() if row.task is Task.CORRECT]
    cards = (await broadcasts(database, "card:")).values()
    assert sorted(each or 0 for each in corrected) == sorted(row.id for row in cards if row.task is Task.SEND)
    assert len(corrected) == CARDS


async def test_another_place_is_in_the_reminder_that_is_going_out(database: Database, clock: FrozenClock, case: int) -> None:
    event = await add_event(database, clock, case)
    assert event.starts_at is not None
    week, day = f"remind:{SLUG}:0:{7 * DAY}", f"remind:{SLUG}:0:{DAY}"
    await clock.advance(seconds=(event.starts_at - timedelta(days=7) - clock.now()).total_seconds())
    await Reminders(database, clock, "en").launch_due()
    await fan_out(database, clock)
    await begin(database, week)
    await change(database, clock, Action.MOVE, venue={"en": "Court 7"})
    await clock.advance(days=6)
    await Reminders(database, clock, "en").launch_due()  # and its audience is not drawn yet
    await change(database, clock, Action.MOVE, venue={"en": "Court 8"})
    found = await broadcasts(database, "remind:")
    assert [row.content["event"]["venue"]["en"]["text"] for row in found.values()] == ["Court 8"] * 2
    assert [(row.content["notice"], row.content["minutes"]) for row in found.values()] == [
        ("reminder", 7 * DAY),
        ("reminder", DAY),
    ]
    assert BroadcastState.CANCELLED not in {row.state for row in found.values()}
    assert await told(database, week) == [1, 2, 3, 4, 5, 6]
    await change(database, clock, Action.MOVE, starts=LATER)
    assert {row.state for row in (await broadcasts(database, "remind:")).values()} == {BroadcastState.CANCELLED}
    assert (await broadcasts(database, week))[week].content["notice"] == "card"
    assert day not in await broadcasts(database, "correct:")


async def find_a_place(database: Database, clock: FrozenClock, case: int) -> None:
    """For somebody who waited for one: they are to be told."""
    event = await add_event(database, clock, case, capacity=1)
    await answer(database, clock, event.id, [1], Answer.WAITING)
    async with database.write() as session:
        await Attending(session, event, clock.now(), "en").fill()


async def test_who_is_told_in_the_morning_of_a_free_place_is_told_the_date_it_has_then(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await find_a_place(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    (notice,) = (await broadcasts(database, "place:")).values()
    after = await event_now(database)
    assert (notice.content["notice"], notice.content["event"]["starts"]) == ("place", "2026-12-10T14:30:00")
    assert Timing.from_json(notice.timing).until == after.starts_at
    await change(database, clock, Action.CANCEL)
    (notice,) = (await broadcasts(database, "place:")).values()
    assert notice.state is BroadcastState.CANCELLED


async def test_who_was_told_of_a_free_place_sees_what_becomes_of_the_event(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await find_a_place(database, clock, case)
    await fan_out(database, clock)
    (subject,) = await broadcasts(database, "place:")
    await begin(database, subject)
    await finish(database, subject)
    await change(database, clock, Action.CANCEL)
    corrections = await broadcasts(database, f"correct:{subject}:")
    assert [(row.content["notice"], row.content["event"]["status"]) for row in corrections.values()] == [("card", "cancelled")]


async def test_what_was_expected_goes_with_the_first_date(database: Database, clock: FrozenClock, case: int) -> None:
    provisional = {"status": EventStatus.PROVISIONAL, "starts": None, "expected": translated(en="In December")}
    await add_event(database, clock, case, **provisional)
    await change(database, clock, Action.MOVE, starts=LATER)
    assert (await event_now(database)).expected is None
    await change(database, clock, Action.ADJOURN)
    assert (await event_now(database)).expected is None
