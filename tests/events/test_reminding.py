"""Reminders: when they are planned, for whom, and what becomes of those whose time is over."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.announcements.notices import keep_card
from bot.announcements.service import Announcements
from bot.app.chores import own_chores
from bot.daytime import DAY
from bot.delivery.models import BroadcastRow, DeliveryRow, Task
from bot.delivery.timing import Timing
from bot.events.ical import zone_lines
from bot.events.models import EventStatus, ReminderState
from bot.events.moments import WAKING, begins
from bot.events.offsets import OFFSETS, bits_of
from bot.events.reminding import Reminders
from bot.events.service import Events
from bot.events.telling import Notice, card_subjects, content
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import FrozenClock
from tests.events.world import add_event, answer, event_now, reminders, wall

WEEK, HOURS = 7 * DAY, 2 * 60


async def reminded(database: Database, clock: FrozenClock) -> dict[str, list[int]]:
    """Who gets what, by the subject of each reminder, after those due were launched."""
    await Reminders(database, clock, "en").launch_due()
    await Announcements(database, clock, ("en", "ar", "ur"), rate=30).finish_fan_outs()
    owed = select(BroadcastRow.subject, DeliveryRow.supporter_id).join(DeliveryRow, DeliveryRow.broadcast_id == BroadcastRow.id)
    found: dict[str, list[int]] = {}
    async with database.read() as session:
        for subject, person in await session.execute(owed.order_by(DeliveryRow.supporter_id)):
            assert person is not None
            found.setdefault(subject.removeprefix("remind:mill-lane-appeal:"), []).append(person)
    return found


async def until(clock: FrozenClock, moment: datetime) -> None:
    await clock.advance(seconds=(moment - clock.now()).total_seconds())


async def test_there_is_one_for_each_time_people_may_choose_that_is_still_to_come(database: Database, clock: FrozenClock) -> None:
    event = await add_event(database, clock)
    assert event.starts_at is not None
    planned = await reminders(database)
    assert set(planned) == set(OFFSETS) - {30 * DAY}  # which was yesterday
    for minutes, (state, due) in planned.items():
        assert state is ReminderState.PLANNED
        assert due == event.starts_at - timedelta(minutes=minutes)


async def test_without_a_date_there_is_none(database: Database, clock: FrozenClock) -> None:
    await add_event(database, clock, starts=None, status=EventStatus.PROVISIONAL)
    assert await reminders(database) == {}


async def test_each_reaches_those_who_want_it_once(database: Database, clock: FrozenClock) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 9)
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [2], Answer.COMING)
    await answer(database, clock, event.id, [3], Answer.ONLINE, bits_of([3 * DAY]))
    await answer(database, clock, event.id, [4], Answer.DECLINED)
    await answer(database, clock, event.id, [5], Answer.WAITING)
    await answer(database, clock, event.id, [6], Answer.FOLLOWING)
    await answer(database, clock, event.id, [7], Answer.FOLLOWING, bits_of([HOURS]))
    await change(database, 8, muted_kinds=Kind.HEARING.bit)
    await change(database, 9, stopped_at=clock.now())
    assert await reminded(database, clock) == {}
    assert event.starts_at is not None
    await until(clock, event.starts_at)
    await clock.advance(days=-7)
    week = {f"0:{WEEK}": [1, 2, 6]}
    assert await reminded(database, clock) == week
    assert await reminded(database, clock) == week
    await clock.advance(days=4)
    three = {f"0:{3 * DAY}": [3]}
    assert await reminded(database, clock) == week | three
    await clock.advance(days=2)
    day = {f"0:{DAY}": [1, 2, 6]}
    assert await reminded(database, clock) == week | three | day
    await clock.advance(hours=22)
    assert await reminded(database, clock) == week | three | day | {f"0:{HOURS}": [2, 7]}


async def test_one_that_was_missed_goes_while_it_is_of_use_and_is_dropped_and_counted_after(
    database: Database, clock: FrozenClock
) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 1)
    event = await add_event(database, clock, case)
    assert event.starts_at is not None
    await until(clock, event.starts_at - timedelta(hours=4))
    late = Reminders(database, clock, "en")
    assert await late.launch_due() == 1
    assert late.dropped == 1  # what is at stake, of a week before; what nobody had chosen counts for nothing
    planned = await reminders(database)
    assert planned[WEEK][0] is ReminderState.DROPPED
    assert planned[DAY][0] is ReminderState.LAUNCHED
    assert planned[HOURS][0] is ReminderState.PLANNED


async def test_days_before_it_waits_for_waking_hours_and_hours_before_for_nothing(database: Database, clock: FrozenClock) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 1)
    event = await add_event(database, clock, case)
    await answer(database, clock, event.id, [1], Answer.COMING)
    assert event.starts_at is not None
    await until(clock, event.starts_at - timedelta(hours=1))
    async with database.write() as session:
        for row in (await session.execute(select(BroadcastRow))).scalars():
            await session.delete(row)
    await Reminders(database, clock, "en").launch_due()
    async with database.read() as session:
        row = (await session.execute(select(BroadcastRow))).scalar_one()
    assert row.urgent
    assert Timing.from_json(row.timing) == Timing(until=event.starts_at)
    assert row.content["minutes"] == HOURS
    await clock.advance(days=-1)
    other = await add_event(database, clock, case, slug="mill-lane-vigil")
    await clock.advance(hours=1)
    await Reminders(database, clock, "en").launch_due()
    async with database.read() as session:
        found = (await session.execute(select(BroadcastRow).where(BroadcastRow.subject.contains("vigil")))).scalar_one()
    assert other.starts_at is not None
    assert Timing.from_json(found.timing) == Timing(until=other.starts_at - timedelta(hours=3), waking=True, window=WAKING)


@pytest.fixture
def new_rules(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Egypt gives its summer time up: its zone gets the rules of Libya's."""
    folder = tmp_path / "zones" / "Africa"
    folder.mkdir(parents=True)
    (folder / "Cairo").write_bytes((files("tzdata") / "zoneinfo" / "Africa" / "Tripoli").read_bytes())
    yield lambda: zoneinfo.reset_tzpath([str(folder.parent), *zoneinfo.TZPATH])
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()


async def test_each_process_notices_new_rules_by_itself(new_rules: Callable[[], None]) -> None:
    shown = wall("2027-06-10 09:00")
    before, rules = begins(shown, "Africa/Cairo"), zone_lines("Africa/Cairo", 2026, 2028)
    new_rules()
    (forgetting,) = own_chores()
    await forgetting.do()
    assert begins(shown, "Africa/Cairo") == before + timedelta(hours=1)
    assert zone_lines("Africa/Cairo", 2026, 2028) != rules


async def test_when_a_zone_has_other_rules_the_wall_time_stays(
    database: Database, clock: FrozenClock, new_rules: Callable[[], None]
) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 2)
    summer = await add_event(database, clock, case, starts=wall("2027-06-10 09:00"), timezone="Africa/Cairo")
    await answer(database, clock, summer.id, [2], Answer.DECLINED)
    winter = await add_event(database, clock, slug="winter", starts=wall("2027-01-10 09:00"), timezone="Africa/Cairo")
    before = await event_now(database)
    assert before.starts_at == datetime(2027, 6, 10, 6, tzinfo=UTC)
    service = Reminders(database, clock, "en")
    assert await service.rezone() == 0
    new_rules()
    assert await service.rezone() == 1
    assert await service.rezone() == 0
    after = await event_now(database)
    assert (after.starts, after.sequence) == (before.starts, before.sequence)
    assert after.starts_at == datetime(2027, 6, 10, 7, tzinfo=UTC)
    assert (await reminders(database))[HOURS] == (ReminderState.PLANNED, datetime(2027, 6, 10, 5, tzinfo=UTC))
    assert await event_now(database, "winter") == winter
    card = await Events(database, clock, "en").get_card(summer.id, 2)
    assert card is not None
    assert card.answer is Answer.DECLINED, "it is the date they said no to"


async def test_what_shows_the_moment_follows_the_new_rules_too(
    database: Database, clock: FrozenClock, new_rules: Callable[[], None]
) -> None:
    case = await add_case(database)
    await add_followers(database, clock, case, 1)
    event = await add_event(database, clock, case, starts=wall("2027-06-10 09:00"), timezone="Africa/Cairo")
    async with database.write() as session:
        card = content(event, Notice.CARD, "en")
        await keep_card(session, card_subjects(event.slug), card, 1, 77, "en", now=clock.now())
    assert "TZOFFSETTO:+0300" in zone_lines("Africa/Cairo", 2026, 2028)
    assert event.starts_at is not None
    await until(clock, event.starts_at - timedelta(days=7))
    assert await Reminders(database, clock, "en").launch_due()
    new_rules()
    assert await Reminders(database, clock, "en").rezone() == 1
    assert "TZOFFSETTO:+0300" not in zone_lines("Africa/Cairo", 2026, 2028)
    after = await event_now(database)
    assert after.changed_at == clock.now(), "calendars that have it ask whether it changed"
    async with database.read() as session:
        rows = (await session.execute(select(BroadcastRow).order_by(BroadcastRow.id))).scalars().all()
    assert next(row.content for row in rows if row.task is Task.CORRECT) == content(after, Notice.CARD, "en")
    reminder = next(row for row in rows if row.subject.startswith("remind:"))
    assert reminder.content == content(after, Notice.REMINDER, "en", minutes=WEEK), "who is still to get it is reminded"
