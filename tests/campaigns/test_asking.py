"""That nobody is asked too often, that a wish to be asked again is kept, and that nobody is asked for what is over."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.announcements.calls import Calls
from bot.announcements.service import Announcements
from bot.campaigns.calling import ActionCalls
from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, ActionStatus
from bot.campaigns.service import Campaigns
from bot.delivery.account import Broadcasts
from bot.delivery.control import Control
from bot.delivery.jobs import MOST_SENDS
from bot.delivery.ledger import Ledger
from bot.delivery.models import DeliveryRow, DeliveryState
from bot.errors import NidaError
from bot.events.models import EventRow, EventStatus
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches
from bot.supporters.kinds import Kind
from tests.announcements.people import VAULT, add_followers, change, owed
from tests.announcements.sending import send_all
from tests.campaigns.making import DAYS, LEILA, SAM, add_action, add_campaign
from tests.clocks import FrozenClock
from tests.events.world import add_event
from tests.petitions.making import add_petition, petitions_of

pytestmark = pytest.mark.usefixtures("people")


class Staff:
    """They call people, and what is written down is drawn."""

    def __init__(self, database: Database, clock: FrozenClock, calls: ActionCalls) -> None:
        self._database, self._clock, self._calls = database, clock, calls

    async def launch(self, slug: str) -> None:
        call = await self._calls.call_for(slug, everybody=True)
        await Calls(self._database, self._clock, ("en",), 30).launch(call, hold_untranslated=False)

    async def draw(self) -> None:
        await Announcements(self._database, self._clock, ("en",), rate=30).finish_fan_outs()

    async def call(self, slug: str) -> None:
        await self.launch(slug)
        await self.draw()


@pytest.fixture
def staff(database: Database, clock: FrozenClock, calls: ActionCalls) -> Staff:
    return Staff(database, clock, calls)


async def wishes(database: Database) -> list[int]:
    async with database.read() as session:
        return sorted(await session.scalars(select(ActionLaterRow.supporter_id)))


async def test_two_calls_drawn_at_once_ask_nobody_twice(
    database: Database, clock: FrozenClock, staff: Staff, people: int
) -> None:
    await add_followers(database, clock, people, 1_498, first=3)
    for slug in ("write", "visit"):
        await add_action(database, slug)
        await staff.launch(slug)
    processes = [Announcements(database, clock, ("en",), rate=30) for _ in range(2)]
    await asyncio.gather(*(each._write_slice(number) for number, each in enumerate(processes, 1)))
    assert Counter(await owed(database)) == Counter(range(1, 1_501))


async def test_whom_a_call_waits_for_is_not_owed_another(database: Database, clock: FrozenClock, staff: Staff) -> None:
    for slug in ("write", "visit"):
        await add_action(database, slug)
    await staff.call("write")
    await clock.advance(days=DAYS + 1)
    await staff.call("visit")
    assert await owed(database) == [SAM, LEILA]


async def test_the_days_count_from_when_it_was_sent(database: Database, clock: FrozenClock, staff: Staff) -> None:
    for slug in ("write", "visit", "share"):
        await add_action(database, slug)
    await staff.call("write")
    await clock.advance(days=DAYS)
    assert await send_all(database, clock) == [SAM, LEILA]
    await clock.advance(days=DAYS - 1)
    await staff.call("visit")
    assert await send_all(database, clock) == []
    await clock.advance(days=1)
    await staff.call("share")
    assert await send_all(database, clock) == [SAM, LEILA]


async def test_a_call_that_reached_nobody_does_not_count(database: Database, clock: FrozenClock, staff: Staff) -> None:
    for slug in ("write", "visit"):
        await add_action(database, slug)
    await staff.call("write")
    await Control(database, clock).cancel("action:write", "Amal")
    await staff.call("visit")
    assert await send_all(database, clock) == [SAM, LEILA]


async def test_a_wish_is_kept_until_what_it_asked_for_is_sent(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns, calls: ActionCalls
) -> None:
    action = await add_action(database)
    for person in (SAM, LEILA):
        await campaigns.ask_later(person, action)
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 1
    await staff.draw()
    await change(database, SAM, paused_until=clock.now() + timedelta(days=2))
    assert await send_all(database, clock) == [LEILA]
    assert await wishes(database) == [SAM]
    await clock.advance(days=2)
    assert await calls.ask_again() == 1
    await staff.draw()
    assert await send_all(database, clock) == [SAM]
    assert await wishes(database) == []


async def test_what_telegram_refuses_is_not_tried_every_hour(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns, calls: ActionCalls
) -> None:
    await campaigns.ask_later(SAM, await add_action(database))
    await clock.advance(days=DAYS)
    await calls.ask_again()
    await staff.draw()
    await send_all(database, clock, DeliveryState.REJECTED)
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 0


async def test_who_muted_calls_is_asked_again_for_what_they_wanted_to_be(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns, calls: ActionCalls
) -> None:
    await change(database, SAM, muted_kinds=Kind.ACTION.bit)
    await campaigns.ask_later(SAM, await add_action(database))
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 1
    await staff.draw()
    assert await send_all(database, clock) == [SAM]


async def test_what_closed_while_its_call_waited_goes_to_nobody(database: Database, clock: FrozenClock, staff: Staff) -> None:
    before, after = await add_action(database, "before"), await add_action(database, "after")
    await staff.launch("before")
    await close(database, before)
    await staff.draw()
    assert await owed(database) == []
    await staff.call("after")
    assert await owed(database) == [SAM, LEILA]
    await close(database, after)
    assert await send_all(database, clock) == []


async def test_why_it_did_not_go_is_said_as_it_is(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns
) -> None:
    action = await add_action(database)
    await staff.call("write")
    await change(database, SAM, muted_kinds=Kind.ACTION.bit)
    async with database.write() as session:
        session.add(ActionDoneRow(supporter_id=LEILA, action_id=action, locale="en", done_at=clock.now()))
    assert await send_all(database, clock) == []
    async with database.read() as session:
        reasons = await session.execute(select(DeliveryRow.supporter_id, DeliveryRow.reason))
    assert {row[0]: row[1] for row in reasons} == {SAM: "muted", LEILA: "no longer concerned"}


@pytest.mark.parametrize("cancelled", [False, True])
async def test_whom_a_call_may_have_reached_counts_as_asked(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns, cancelled: bool
) -> None:
    """Whoever was sending it is gone, and nobody knows."""
    action = await add_action(database)
    await add_action(database, "visit")
    await campaigns.ask_later(SAM, action)
    await staff.call("write")
    await ensure_key_matches(database, VAULT, clock)
    for _ in range(1 if cancelled else MOST_SENDS):
        await _lost(database, clock)
    ledger = Ledger(database, clock)
    await ledger.begin()
    (call,) = await ledger.sending()
    if cancelled:
        await Control(database, clock).cancel("action:write", "Amal")
    else:
        assert await ledger.finish(call.id)
    assert (await Broadcasts(database).show("action:write")).account.uncertain == 2
    assert await wishes(database) == []
    await staff.call("visit")
    assert await send_all(database, clock) == []


async def _lost(database: Database, clock: FrozenClock) -> None:
    """A sender claims all there is, and is never heard of again."""
    ledger = Ledger(database, clock)
    owner = await ledger.begin()
    (call,) = await ledger.sending()
    assert len((await ledger.exchange(owner, [], call.id, want=10)).claimed) == 2
    async with database.write() as session:
        await session.execute(update(DeliveryRow).values(leased_until=datetime(2000, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize("ending", ["its last day", "its campaign", "its event", "its event was called off", "its petition"])
async def test_what_is_over_while_its_call_is_owed_is_withdrawn(
    database: Database, clock: FrozenClock, staff: Staff, calls: ActionCalls, ending: str
) -> None:
    day, now = clock.now().date(), clock.now()
    event = (await add_event(database, clock, starts=now.replace(tzinfo=None), remind=0)).id
    about: dict[str, dict[str, Any]] = {
        "its last day": {"ends": day},
        "its campaign": {"campaign_id": await add_campaign(database, ends=day)},
        "its event": {"event_id": event},
        "its event was called off": {"event_id": event},
        "its petition": {"petition_id": await add_petition(database, closes_at=now + timedelta(hours=2))},
    }
    await add_action(database, **about[ending])
    await add_action(database, "write-to-all")
    await staff.call("write")
    await clock.advance(hours=1)
    assert await calls.withdraw_what_is_over() == 0
    if ending == "its event was called off":
        await call_off(database, event)
    else:
        await clock.advance(days=1)
    await petitions_of(database, VAULT, clock).close_due()
    assert await calls.withdraw_what_is_over() == 1
    assert await calls.withdraw_what_is_over() == 0
    assert await send_all(database, clock) == []
    await Control(database, clock).close_all()
    told = await Broadcasts(database).show("action:write")
    assert (told.state, told.account.cancelled, told.hold_reason) == ("cancelled", 2, "The action write cannot be done any more.")
    await clock.advance(days=DAYS)
    await staff.call("write-to-all")
    assert await send_all(database, clock) == [SAM, LEILA], "nobody counts as asked, and no other call was withdrawn"


async def test_staff_are_told_why_a_withdrawn_call_is_not_made_again_once_its_day_is_moved_and_what_to_do(
    database: Database, clock: FrozenClock, staff: Staff, calls: ActionCalls
) -> None:
    action = await add_action(database, ends=clock.now().date())
    await staff.call("write")
    await clock.advance(days=1)
    assert await calls.withdraw_what_is_over() == 1
    async with database.write() as session:
        (await session.get_one(ActionRow, action)).ends = None
    with pytest.raises(NidaError) as told:
        await staff.call("write")
    what_to_do, why = "publish it anew, with a slug of its own.", "The action write cannot be done any more."
    assert str(told.value) == f"action:write was cancelled; {what_to_do} Noted then: {why}"


async def test_a_wish_to_be_asked_again_ends_with_what_it_was_for(
    database: Database, clock: FrozenClock, staff: Staff, campaigns: Campaigns, calls: ActionCalls
) -> None:
    await campaigns.ask_later(SAM, await add_action(database, ends=clock.now().date() + timedelta(days=DAYS)))
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 1
    await staff.draw()
    await clock.advance(days=1)
    assert await calls.withdraw_what_is_over() == 1
    assert await send_all(database, clock) == []


async def test_who_did_it_while_its_call_was_written_down_does_not_get_it(
    database: Database, clock: FrozenClock, staff: Staff
) -> None:
    action = await add_action(database)
    await staff.call("write")
    async with database.write() as session:
        session.add(ActionDoneRow(supporter_id=SAM, action_id=action, locale="en", done_at=clock.now()))
    assert await send_all(database, clock) == [LEILA]


async def close(database: Database, action: int) -> None:
    async with database.write() as session:
        (await session.get_one(ActionRow, action)).status = ActionStatus.CLOSED


async def call_off(database: Database, event: int) -> None:
    async with database.write() as session:
        (await session.get_one(EventRow, event)).status = EventStatus.CANCELLED
