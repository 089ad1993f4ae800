"""Changing an event: who is told what, and what a change is told from."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen, remove

from bot.daytime import DAY
from bot.delivery.models import BroadcastState
from bot.delivery.timing import Timing
from bot.errors import NidaError
from bot.events.changing import GATHER, Action, ChangeRequest
from bot.events.models import EventChangeRow, EventStatus
from bot.events.moments import begins
from bot.events.numbers import numbers
from bot.events.reminding import Reminders
from bot.events.service import Events
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.following import Following
from tests.announcements.people import add_followers
from tests.clocks import FrozenClock
from tests.databases import asked_of
from tests.events.changes import LATER, LATER_STILL, REASON, broadcasts, change, changes, fan_out, finish, told
from tests.events.world import SLUG, add_event, answer, event_now, reminders, wall


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


async def test_who_only_looks_what_a_change_would_do_holds_nothing(database: Database, clock: FrozenClock, case: int) -> None:
    await add_event(database, clock, case)
    await change(database, clock, Action.MOVE, starts=LATER)
    with asked_of(database) as asked:
        await changes(database, clock).forecast(SLUG, ChangeRequest(Action.CANCEL))
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
