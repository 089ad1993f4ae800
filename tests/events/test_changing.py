"""Changing an event: who is told what, once, and what becomes of everything sent or planned before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.event import listen, remove

from bot.announcements.amending import Amendments
from bot.announcements.plan import Plan
from bot.announcements.service import Announcements
from bot.cases.models import CaseUpdateRow, Certainty
from bot.cases.service import Cases
from bot.daytime import DAY
from bot.delivery.control import Control
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, Task
from bot.delivery.timing import Timing
from bot.errors import NidaError
from bot.events.attending import Attending
from bot.events.changing import GATHER, Action, ChangeRequest, EventChanges
from bot.events.models import EventChangeRow, EventStatus, ReminderState
from bot.events.moments import begins
from bot.events.numbers import numbers
from bot.events.reminding import Reminders
from bot.events.service import Events
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.following import Following
from bot.supporters.kinds import Kind
from tests.announcements.people import add_case, add_followers, translated
from tests.clocks import FrozenClock
from tests.events.world import SLUG, add_event, answer, event_now, reminders, wall

LOCALES = ("en", "ar", "ur")
LATER, LATER_STILL = wall("2026-12-10 14:30"), wall("2026-12-17 10:00")
REASON = {"en": "The judge is ill.", "ar": "القاضي مريض.", "ur": "جج بیمار ہیں۔"}


def changes(database: Database, clock: FrozenClock) -> EventChanges:
    return EventChanges(database, clock, "en", LOCALES, 30.0, Cases(database, clock, "en").announcement_for)


async def change(database: Database, clock: FrozenClock, kind: Action, **asked: Any) -> str | None:
    return await changes(database, clock).make(SLUG, ChangeRequest(kind, **asked), "Amal")


async def broadcasts(database: Database, beginning: str = "change:") -> dict[str, BroadcastRow]:
    found = select(BroadcastRow).where(BroadcastRow.subject.startswith(beginning)).order_by(BroadcastRow.id)
    async with database.read() as session:
        return {row.subject: row for row in (await session.execute(found)).scalars()}


async def fan_out(database: Database, clock: FrozenClock) -> None:
    await Announcements(database, clock, LOCALES, rate=30).finish_fan_outs()


async def told(database: Database, subject: str) -> list[int]:
    """Who is owed it."""
    owed = select(DeliveryRow.supporter_id).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    async with database.read() as session:
        found = await session.execute(owed.where(BroadcastRow.subject == subject).order_by(DeliveryRow.supporter_id))
        return [person for person in found.scalars() if person is not None]


async def begin(database: Database, subject: str) -> None:
    """As the sender does with the first row: from now on somebody may have it."""
    async with database.write() as session:
        broadcast = await session.scalar(select(BroadcastRow.id).where(BroadcastRow.subject == subject))
        first = select(func.min(DeliveryRow.id)).where(DeliveryRow.broadcast_id == broadcast).scalar_subquery()
        sent = {"attempts": 1, "state": "sent", "message_id": 7, "version": 1}
        await session.execute(update(DeliveryRow).where(DeliveryRow.id == first).values(**sent))


async def finish(database: Database, subject: str, state: BroadcastState = BroadcastState.DONE) -> None:
    async with database.write() as session:
        await session.execute(update(BroadcastRow).where(BroadcastRow.subject == subject).values(state=state))


@pytest.fixture
async def case(database: Database, clock: FrozenClock) -> int:
    case = await add_case(database)
    await add_followers(database, clock, case, 6)
    return case


async def test_everybody_concerned_is_told_both_sides_and_the_event_and_its_history_say_so(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case, ends=wall("2026-12-03 16:00"))
    await answer(database, clock, event.id, [1, 2], Answer.COMING)
    await answer(database, clock, event.id, [3], Answer.DECLINED)
    subject = await change(database, clock, Action.ADJOURN, reason=REASON, source="https://courts.example/list")
    assert subject == f"change:{SLUG}:1"
    now = await event_now(database)
    assert (now.status, now.starts, now.sequence) == (EventStatus.ADJOURNED, None, 1)
    row = (await broadcasts(database))[subject]
    assert (row.state, row.starts_at, row.urgent) == (BroadcastState.SCHEDULED, clock.now() + GATHER, True)
    assert Timing.from_json(row.timing) == Timing(waking=True)
    assert row.content["event"]["sequence"] == 1
    assert [(each["status"], each["starts"]) for each in row.content["before"]] == [("listed", "2026-12-03T10:00:00")]
    assert row.content["reason"]["ur"]["text"] == REASON["ur"]
    assert row.content["source"] == "https://courts.example/list"
    async with database.read() as session:
        kept = (await session.execute(select(EventChangeRow))).scalar_one()
    assert (kept.by, kept.status_before, kept.status, kept.starts_before) == (
        "Amal",
        EventStatus.LISTED,
        EventStatus.ADJOURNED,
        wall("2026-12-03 10:00"),
    )
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, subject) == [1, 2, 4, 5, 6]


async def test_a_new_date_is_told_to_those_who_declined_the_old_one_too(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [3], Answer.DECLINED)
    await change(database, clock, Action.MOVE, venue={"en": "Court 7"})
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:1") == [1, 2, 4, 5, 6]
    await finish(database, f"change:{SLUG}:1")
    await change(database, clock, Action.ADJOURN, starts=LATER)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:2") == [1, 2, 3, 4, 5, 6]


async def test_a_no_is_to_one_date_and_who_said_it_hears_of_the_next_what_everybody_does(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [3], Answer.DECLINED)
    await _changed_and_told(database, clock, Action.ADJOURN, starts=LATER)
    assert await _changed_and_told(database, clock, Action.MOVE, venue={"en": "Court 7"}) == [1, 2, 3, 4, 5, 6]
    await clock.advance(seconds=(begins(LATER, event.timezone) - timedelta(days=7) - clock.now()).total_seconds())
    assert await Reminders(database, clock, "en").launch_due()
    await fan_out(database, clock)
    assert await told(database, f"remind:{SLUG}:2:{7 * DAY}") == [1, 2, 3, 4, 5, 6]
    assert await _changed_and_told(database, clock, Action.MOVE, starts=LATER_STILL) == [1, 2, 3, 4, 5, 6]
    assert await _changed_and_told(database, clock, Action.CANCEL) == [1, 2, 3, 4, 5, 6]


async def test_a_no_counts_again_where_the_date_is_what_it_was(database: Database, clock: FrozenClock, case: int) -> None:
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [3], Answer.DECLINED)
    await change(database, clock, Action.ADJOURN, starts=LATER)
    await change(database, clock, Action.MOVE, starts=event.starts)
    assert await _changed_and_told(database, clock, Action.MOVE, venue={"en": "Court 7"}) == [1, 2, 4, 5, 6]
    assert await _changed_and_told(database, clock, Action.CANCEL) == [1, 2, 4, 5, 6]


async def test_back_to_the_date_one_declined_is_told_to_who_heard_of_the_other(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [3], Answer.DECLINED)
    await _changed_and_told(database, clock, Action.ADJOURN, starts=LATER)
    assert await _changed_and_told(database, clock, Action.MOVE, starts=event.starts) == [1, 2, 3, 4, 5, 6]


async def test_a_no_to_an_old_date_is_no_answer(database: Database, clock: FrozenClock, case: int) -> None:
    event = await add_event(database, clock, case)
    events = Events(database, clock, "en")
    for person in (3, 4):
        await events.answer(person, event.id, Answer.DECLINED)
    await Following(database, clock).unfollow(4, case)
    await change(database, clock, Action.ADJOURN)
    assert [entry.answer for entry in (await events.list_soon(3, 0, 9)).items] == [Answer.DECLINED]
    assert (await events.list_mine(3, 0, 9)).total == 0
    await change(database, clock, Action.MOVE, starts=LATER)
    assert [entry.answer for entry in (await events.list_mine(3, 0, 9)).items] == [None]
    assert (await events.list_mine(4, 0, 9)).total == 0
    card = await events.get_card(SLUG, 3)
    assert card is not None
    assert (card.answer, card.is_concerned) == (None, True)
    assert (await numbers(database, SLUG)).answers[Answer.DECLINED] == 0
    answered = await events.answer(3, event.id, Answer.DECLINED)
    assert answered.card is not None
    assert (answered.card.answer, answered.card.is_concerned) == (Answer.DECLINED, False)


async def _changed_and_told(database: Database, clock: FrozenClock, kind: Action, **asked: Any) -> list[int]:
    """Whom the notice of the change goes to, which all of them get."""
    subject = await change(database, clock, kind, **asked)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await finish(database, subject or "")
    return await told(database, subject or "")


async def test_another_link_is_told_as_where_to_be(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case, url="https://example.org/room")
    await change(database, clock, Action.MOVE, url="https://example.org/another-room")
    row = (await broadcasts(database))[f"change:{SLUG}:1"]
    assert [each["url"] for each in row.content["before"]] == ["https://example.org/room"]
    assert row.content["event"]["url"] == "https://example.org/another-room"
    assert (await event_now(database)).status is EventStatus.MOVED


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
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await begin(database, f"change:{SLUG}:1")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    found = await broadcasts(database)
    assert found[f"change:{SLUG}:1"].state is BroadcastState.CANCELLED
    last = found[f"change:{SLUG}:2"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    assert await told(database, f"change:{SLUG}:2") == [1, 2, 3, 4, 5, 6]


async def test_back_to_what_it_was_while_some_have_heard_is_told(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await begin(database, f"change:{SLUG}:1")
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


@pytest.mark.parametrize(("starts", "to"), [("2026-11-04 09:00", LATER), ("2026-12-03 10:00", wall("2026-11-03 18:00"))])
async def test_within_the_day_it_goes_at_once_into_quiet_hours(
    database: Database, clock: FrozenClock, case: int, starts: str, to: datetime
) -> None:
    await add_event(database, clock, case, starts=wall(starts))
    forecast = await changes(database, clock).forecast(SLUG, ChangeRequest(Action.MOVE, starts=to))
    subject = await change(database, clock, Action.MOVE, starts=to)
    row = (await broadcasts(database))[f"{subject}"]
    assert (row.state, row.starts_at, row.urgent) == (BroadcastState.PREPARING, None, True)
    assert not Timing.from_json(row.timing).waking
    assert (forecast.at_once, forecast.at) == (True, clock.now())


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


async def test_there_and_back_and_there_again_is_told_to_those_whom_the_first_notice_had_not_reached(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await begin(database, f"change:{SLUG}:1")
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
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    if is_begun:
        await clock.advance(minutes=2)
        await fan_out(database, clock)
        await begin(database, f"change:{SLUG}:1")
    await Control(database, clock).cancel(f"change:{SLUG}:1", "Amal")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    last = (await broadcasts(database))[f"change:{SLUG}:2"]
    known = ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]
    assert [each["starts"] for each in last.content["before"]] == known[: 2 if is_begun else 1]


async def test_a_notice_that_was_taken_back_counts_as_heard_by_some_and_by_others_not(
    database: Database, clock: FrozenClock, case: int
) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    await clock.advance(minutes=2)
    await fan_out(database, clock)
    await begin(database, f"change:{SLUG}:1")
    await finish(database, f"change:{SLUG}:1")
    await Amendments(database, clock, 30).recall(f"change:{SLUG}:1", "Amal")
    await change(database, clock, Action.MOVE, starts=LATER_STILL)
    last = (await broadcasts(database))[f"change:{SLUG}:2"]
    assert [each["starts"] for each in last.content["before"]] == ["2026-12-03T10:00:00", "2026-12-10T14:30:00"]


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


async def test_who_is_told_in_the_morning_of_a_free_place_is_told_the_date_it_has_then(
    database: Database, clock: FrozenClock, case: int
) -> None:
    event = await add_event(database, clock, case, capacity=1)
    await answer(database, clock, event.id, [1], Answer.WAITING)
    async with database.write() as session:
        await Attending(session, event, clock.now(), "en").fill()
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
    event = await add_event(database, clock, case, capacity=1)
    await answer(database, clock, event.id, [1], Answer.WAITING)
    async with database.write() as session:
        await Attending(session, event, clock.now(), "en").fill()
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
            with pytest.raises(NidaError, match="was cancelled; publish it as a new update"):
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


async def test_who_only_looks_what_a_change_would_do_holds_nothing(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    listen(database.engine.sync_engine, "before_cursor_execute", note)
    await changes(database, clock).forecast(SLUG, ChangeRequest(Action.CANCEL))
    remove(database.engine.sync_engine, "before_cursor_execute", note)
    assert asked
    assert not any("FOR UPDATE" in statement for statement in asked)


async def test_of_two_who_decide_at_once_the_second_is_told_so(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    seen = await changes(database, clock).forecast(SLUG, ChangeRequest(Action.CANCEL))
    assert seen.sequence == 0
    await changes(database, clock).make(SLUG, ChangeRequest(Action.MOVE, starts=LATER), "Amal", seen.sequence)
    with pytest.raises(NidaError, match="was changed by somebody else meanwhile"):
        await changes(database, clock).make(SLUG, ChangeRequest(Action.CANCEL), "Bilal", seen.sequence)
    assert (await event_now(database)).status is EventStatus.MOVED


async def test_the_forecast_says_what_would_happen_and_does_nothing(database: Database, clock: FrozenClock, case: int) -> None:
    event = await add_event(database, clock, case)
    await add_followers(database, clock, case, 2, "ur", first=7)
    await answer(database, clock, event.id, [1], Answer.DECLINED)
    asked = ChangeRequest(Action.ADJOURN, starts=LATER, reason={"en": "The judge is ill."})
    seen = await changes(database, clock).forecast(SLUG, asked)
    assert (seen.before.status, seen.after.status, seen.notice) == (EventStatus.LISTED, EventStatus.ADJOURNED, "change")
    assert (seen.readers, seen.total) == ({"en": 6, "ur": 2}, 8)
    assert (seen.at_once, seen.at) == (False, clock.now() + GATHER)
    assert seen.untranslated == ("ar", "ur")
    assert seen.withdrawn == seen.planned == (7 * DAY, DAY, 120)
    assert seen.copies == 0
    assert await broadcasts(database, "") == {}
    assert await event_now(database) == event
    with pytest.raises(NidaError, match="There is no event nothing"):
        await changes(database, clock).forecast("nothing", asked)


class CutOff:
    """The database goes away at the so-manieth statement."""

    def __init__(self, database: Database, at: int) -> None:
        self._engine = database.engine.sync_engine
        self._left = at

    def __enter__(self) -> None:
        listen(self._engine, "before_cursor_execute", self._count)

    def __exit__(self, *_: object) -> None:
        remove(self._engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            raise ConnectionError


async def test_interrupted_at_any_statement_nothing_is_half_done(database: Database, clock: FrozenClock, case: int) -> None:
    """The change, its history, the reminders, the notice and the edits are one transaction."""
    event = await add_event(database, clock, case)
    planned = await reminders(database)
    subject = None
    for statement in range(1, 100):
        try:
            with CutOff(database, statement):
                subject = await change(database, clock, Action.MOVE, starts=LATER)
            break
        except ConnectionError:
            assert await event_now(database) == event
            assert await reminders(database) == planned
            assert await broadcasts(database, "") == {}
    assert statement > 8
    assert subject == f"change:{SLUG}:1"
    assert (await event_now(database)).sequence == 1
    assert list(await broadcasts(database, "")) == [subject]
