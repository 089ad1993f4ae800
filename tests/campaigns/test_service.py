"""What one can do, saying that one did it, and taking that back."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from bot.announcements.service import Announcements
from bot.campaigns.account import CampaignAccounts, Counted
from bot.campaigns.calling import ActionCalls
from bot.campaigns.models import ActionDoneRow, ActionKind, ActionLaterRow, ActionStatus, CallOutcome
from bot.campaigns.service import Campaigns
from bot.campaigns.views import Reply
from bot.delivery.models import BroadcastRow, DeliveryRow
from bot.errors import NidaError
from bot.storage.database import Database
from bot.supporters.models import SupporterRow
from tests.announcements.people import change, owed
from tests.announcements.sending import send_all
from tests.campaigns.making import DAYS, LEILA, SAM, acted, add_action, add_campaign
from tests.clocks import START, FrozenClock

pytestmark = pytest.mark.usefixtures("people")


async def test_the_shortest_come_first_and_what_is_done_comes_last(database: Database, campaigns: Campaigns) -> None:
    await add_action(database, "long", minutes=30)
    short = await add_action(database, "short", minutes=1)
    await add_action(database, "middle", minutes=5)
    assert [card.action.slug for card in (await campaigns.list_open(None, 0, 9)).items] == ["short", "middle", "long"]
    await campaigns.do(SAM, short, "en")
    listed = (await campaigns.list_open(SAM, 0, 9)).items
    assert [(card.action.slug, card.done) for card in listed] == [("middle", False), ("long", False), ("short", True)]
    (first, *_) = (await campaigns.list_open(LEILA, 0, 9)).items
    assert first.action.slug == "short"
    page = await campaigns.list_open(SAM, 2, 2)
    assert ([card.action.slug for card in page.items], page.total) == (["short"], 3)


async def test_what_is_closed_over_or_not_yet_begun_is_not_listed(database: Database, campaigns: Campaigns) -> None:
    today = START.date()
    await add_action(database, "closed", status=ActionStatus.CLOSED)
    await add_action(database, "over", ends=today - timedelta(days=1))
    await add_action(database, "last-day", ends=today)
    begins = await add_campaign(database, "later", starts=today + timedelta(days=1))
    await add_action(database, "not-yet", campaign_id=begins)
    ended = await add_campaign(database, "ended", ends=today - timedelta(days=1))
    await add_action(database, "campaign-over", campaign_id=ended)
    assert [card.action.slug for card in (await campaigns.list_open(None, 0, 9)).items] == ["last-day"]


async def test_it_is_counted_once_by_its_link_and_taken_back_by_it(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database)
    first = await campaigns.do(SAM, action, "en", "leaflet")
    await campaigns.do(SAM, action, "en", "poster")
    await campaigns.do(LEILA, action, "ar")
    assert first.reply is Reply.KEPT
    assert first.card is not None
    assert first.card.done
    card = await campaigns.get_card("write", SAM)
    assert card is not None
    assert card.people == 2
    assert await acted(database) == {"leaflet": 1, "": 1}
    card = (await campaigns.undo(SAM, action)).card
    assert card is not None
    assert (card.done, card.people) == (False, 1)
    await campaigns.undo(SAM, action)
    assert await acted(database) == {"leaflet": 0, "": 1}


async def test_forty_taps_are_one(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database)
    await asyncio.gather(*(campaigns.do(SAM, action, "en", "leaflet") for _ in range(40)))
    card = await campaigns.get_card(action, SAM)
    assert card is not None
    assert card.people == 1
    assert await acted(database) == {"leaflet": 1}


async def test_who_reached_nobody_has_tried_and_can_call_again(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database, kind=ActionKind.CALL)
    tried = await campaigns.do(SAM, action, "en", "leaflet", CallOutcome.NOBODY)
    assert tried.card is not None
    assert (tried.card.done, tried.card.people, tried.card.outcome) == (False, 0, CallOutcome.NOBODY)
    assert await acted(database) == {}
    spoke = await campaigns.do(SAM, action, "en", "leaflet", CallOutcome.SPOKE)
    assert spoke.card is not None
    assert (spoke.card.done, spoke.card.people, spoke.card.outcome) == (True, 1, CallOutcome.SPOKE)
    assert await acted(database) == {"leaflet": 1}
    await campaigns.do(SAM, action, "en", "leaflet", CallOutcome.NOBODY)
    assert await acted(database) == {"leaflet": 0}
    await campaigns.undo(SAM, action)
    assert await acted(database) == {"leaflet": 0}


async def test_after_one_the_next_of_the_same_campaign_is_offered(database: Database, campaigns: Campaigns) -> None:
    campaign = await add_campaign(database)
    first = await add_action(database, "first", campaign_id=campaign)
    await add_action(database, "second", campaign_id=campaign, minutes=60)
    other = await add_action(database, "other", minutes=1)
    after = await campaigns.do(SAM, first, "en")
    assert after.next is not None
    assert after.next.slug == "second"
    after = await campaigns.do(SAM, after.next.id, "en")
    assert after.next is not None
    assert after.next.slug == "other"
    assert (await campaigns.do(SAM, other, "en")).next is None


async def test_what_is_over_is_not_done_any_more_and_what_is_not_there_is_said(database: Database, campaigns: Campaigns) -> None:
    over = await add_action(database, ends=date(2026, 1, 1))
    assert (await campaigns.do(SAM, over, "en")).reply is Reply.CLOSED
    for none in (99, 10**12, -1):
        assert (await campaigns.do(SAM, none, "en")).reply is Reply.GONE
        assert (await campaigns.undo(SAM, none)).card is None
        assert await campaigns.ask_later(SAM, none) is None
        assert await campaigns.get_card(none, SAM) is None
    assert await campaigns.get_card("'; --", SAM) is None


async def test_who_was_erased_a_moment_ago_is_nobody(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database)
    acted_ = await campaigns.do(99, action, "en")
    assert acted_.card is not None
    assert (acted_.card.done, acted_.card.people) == (False, 0)
    assert await acted(database) == {}
    await campaigns.ask_later(99, action)


async def begin(database: Database, clock: FrozenClock) -> None:
    await Announcements(database, clock, ("en",), rate=30).finish_fan_outs()


async def subjects(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(BroadcastRow.subject).order_by(BroadcastRow.id)))


async def test_later_is_asked_again_once_after_some_days(
    database: Database, clock: FrozenClock, campaigns: Campaigns, calls: ActionCalls
) -> None:
    action = await add_action(database)
    card = await campaigns.ask_later(SAM, action)
    assert card is not None
    assert card.later
    assert await calls.ask_again() == 0
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 1
    await begin(database, clock)
    assert await send_all(database, clock) == [SAM]
    assert [subject.rpartition(":")[0] for subject in await subjects(database)] == ["later:write"]
    await clock.advance(hours=1)
    assert await calls.ask_again() == 0
    async with database.read() as session:
        assert (await session.scalars(select(ActionLaterRow))).all() == []


async def test_who_was_asked_something_else_meanwhile_waits_and_who_paused_too(
    database: Database, clock: FrozenClock, campaigns: Campaigns, calls: ActionCalls
) -> None:
    action = await add_action(database)
    await campaigns.ask_later(SAM, action)
    await campaigns.ask_later(LEILA, action)
    await clock.advance(days=DAYS)
    await change(database, SAM, asked_at=clock.now())
    await change(database, LEILA, paused_until=clock.now() + timedelta(days=1))
    assert await calls.ask_again() == 0
    await clock.advance(days=1)
    assert await calls.ask_again() == 1
    await begin(database, clock)
    assert await owed(database) == [LEILA]
    await clock.advance(days=2)
    assert await calls.ask_again() == 1
    await begin(database, clock)
    assert await owed(database) == [SAM, LEILA]


async def test_who_did_it_meanwhile_is_asked_no_more_also_by_what_is_on_its_way(
    database: Database, clock: FrozenClock, campaigns: Campaigns, calls: ActionCalls
) -> None:
    action = await add_action(database)
    for person in (SAM, LEILA):
        await campaigns.ask_later(person, action)
    await campaigns.do(LEILA, action, "en")
    await clock.advance(days=DAYS)
    await calls.ask_again()
    await begin(database, clock)
    await campaigns.do(SAM, action, "en")
    async with database.read() as session:
        rows = [(row.supporter_id, row.state.value) for row in await session.scalars(select(DeliveryRow))]
    assert rows == [(SAM, "cancelled")]


async def test_what_can_be_done_no_longer_is_not_asked_again(
    database: Database, clock: FrozenClock, campaigns: Campaigns, calls: ActionCalls
) -> None:
    action = await add_action(database, ends=START.date() + timedelta(days=1))
    await campaigns.ask_later(SAM, action)
    await clock.advance(days=DAYS)
    assert await calls.ask_again() == 0
    async with database.read() as session:
        assert (await session.scalars(select(ActionLaterRow))).all() == []


async def test_a_call_goes_to_the_followers_of_its_cases_or_to_everybody(
    database: Database, clock: FrozenClock, calls: ActionCalls, people: int
) -> None:
    campaign = await add_campaign(database, cases=(people,))
    await add_action(database, "of-campaign", campaign_id=campaign)
    await add_action(database, "of-case", case_id=people)
    await add_action(database, "of-nothing")
    await add_action(database, "closed", status=ActionStatus.CLOSED)
    assert (await calls.call_for("of-campaign", everybody=False)).audience.cases == (people,)
    assert (await calls.call_for("of-case", everybody=False)).audience.cases == (people,)
    assert (await calls.call_for("of-nothing", everybody=False)).audience.cases == ()
    call = await calls.call_for("of-campaign", everybody=True)
    assert (call.audience.cases, call.subject) == ((), "action:of-campaign")
    with pytest.raises(NidaError, match="is closed or over"):
        await calls.call_for("closed", everybody=False)
    with pytest.raises(NidaError, match="There is no action none"):
        await calls.call_for("none", everybody=False)


async def test_erasing_somebody_takes_what_they_did_along(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database)
    await campaigns.do(SAM, action, "en")
    await campaigns.ask_later(LEILA, action)
    async with database.write() as session:
        await session.execute(delete(SupporterRow))
    async with database.read() as session:
        assert (await session.scalars(select(ActionDoneRow))).all() == []
        assert (await session.scalars(select(ActionLaterRow))).all() == []


async def test_staff_see_how_many_did_it_by_link_and_language(database: Database, campaigns: Campaigns) -> None:
    campaign = await add_campaign(database)
    action = await add_action(database, kind=ActionKind.CALL, campaign_id=campaign)
    await add_action(database, "alone")
    await campaigns.do(SAM, action, "en", "leaflet", CallOutcome.MESSAGE)
    await campaigns.do(LEILA, action, "ar", None, CallOutcome.NOBODY)
    of_campaign, others = await CampaignAccounts(database).list()
    assert others.campaign is None
    assert [each.action.slug for each in others.actions] == ["alone"]
    assert of_campaign == await CampaignAccounts(database).show("open-doors")
    (account,) = of_campaign.actions
    assert (of_campaign.people, account.people) == (1, 1)
    assert account.outcomes == {CallOutcome.MESSAGE: 1, CallOutcome.NOBODY: 1}
    assert account.counted == (Counted(None, None, 1),)
    with pytest.raises(NidaError, match="There is no campaign none"):
        await CampaignAccounts(database).show("none")
