"""What was counted is taken off where it was counted; and what cannot be done any more is not offered."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.campaigns.applying import apply_actions
from bot.campaigns.drafts import all_actions
from bot.campaigns.models import ActionKind, CallOutcome
from bot.campaigns.rules import action_faults
from bot.campaigns.service import Campaigns
from bot.campaigns.views import Reply
from bot.events.models import EventKind, EventRow, EventStatus
from bot.language.edited import Revision
from bot.petitions.models import PetitionStatus
from bot.sources.models import StepRow
from bot.storage.database import Database
from tests.campaigns.making import LEILA, SAM, TITLE, acted, add_action, add_campaign
from tests.clocks import START, FrozenClock
from tests.petitions.making import add_petition

pytestmark = pytest.mark.usefixtures("people")


async def test_it_is_taken_back_in_the_language_it_was_counted_in(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database)
    await campaigns.do(SAM, action, "en", "leaflet")
    await campaigns.do(LEILA, action, "ur", "leaflet")
    await campaigns.undo(SAM, action)
    async with database.read() as session:
        counted = {row.locale: row.people for row in await session.scalars(select(StepRow))}
    assert counted == {"en": 0, "ur": 1}


async def test_it_is_taken_back_by_the_link_it_was_counted_under(database: Database, campaigns: Campaigns) -> None:
    action = await add_action(database, kind=ActionKind.CALL)
    await campaigns.do(SAM, action, "en", "leaflet", CallOutcome.NOBODY)
    await campaigns.do(SAM, action, "en", "poster", CallOutcome.SPOKE)
    await campaigns.do(LEILA, action, "en", "leaflet", CallOutcome.SPOKE)
    assert await acted(database) == {"poster": 1, "leaflet": 1}
    await campaigns.undo(SAM, action)
    assert await acted(database) == {"poster": 0, "leaflet": 1}
    await campaigns.do(SAM, action, "en", "poster", CallOutcome.SPOKE)
    await campaigns.do(LEILA, action, "en", "poster", CallOutcome.NOBODY)
    assert await acted(database) == {"poster": 1, "leaflet": 0}


async def test_what_one_put_off_is_not_the_next(database: Database, campaigns: Campaigns) -> None:
    later, done = await add_action(database, "later", minutes=1), await add_action(database, "done")
    await campaigns.ask_later(SAM, later)
    assert (await campaigns.do(SAM, done, "en")).next is None
    following = (await campaigns.do(LEILA, done, "en")).next
    assert following is not None
    assert following.slug == "later"


async def add_event(database: Database, slug: str, status: EventStatus = EventStatus.LISTED, days: int = 1) -> int:
    starts = (START + timedelta(days=days)).replace(tzinfo=None)
    async with database.write() as session:
        given: dict[str, Any] = {"title": TITLE, "starts": starts, "timezone": "Europe/London", "created_at": START}
        row = EventRow(slug=slug, kind=EventKind.HEARING, status=status, changed_at=START, **given)
        session.add(row)
        await session.flush()
        return row.id


async def test_what_is_about_something_over_is_not_offered(database: Database, campaigns: Campaigns) -> None:
    for slug, status, days in (
        ("goes-on", EventStatus.MOVED, 1),
        ("today", EventStatus.LISTED, 0),
        ("called-off", EventStatus.CANCELLED, 1),
        ("heard", EventStatus.HEARD, 1),
        ("gone-by", EventStatus.LISTED, -1),
    ):
        event = await add_event(database, slug, status, days)
        await add_action(database, slug, kind=ActionKind.ATTEND, event_id=event)
    for standing in (PetitionStatus.OPEN, PetitionStatus.CLOSED, PetitionStatus.DRAFT):
        petition = await add_petition(database, f"p-{standing}", status=standing)
        await add_action(database, f"share-{standing}", kind=ActionKind.SHARE, petition_id=petition)
    listed = (await campaigns.list_open(SAM, 0, 9)).items
    assert [card.action.slug for card in listed] == ["goes-on", "share-open", "today"]
    for over in ("called-off", "heard", "gone-by", "share-closed", "share-draft"):
        card = await campaigns.get_card(over, SAM)
        assert card is not None
        assert (await campaigns.do(SAM, card.action.id, "en")).reply is Reply.CLOSED
        later = await campaigns.ask_later(SAM, card.action.id)
        assert later is not None
        assert not later.later


async def test_it_is_of_use_until_what_it_is_about_ends(database: Database, campaigns: Campaigns) -> None:
    today = START.date()
    campaign = await add_campaign(database, ends=today + timedelta(days=90))
    event, petition = (
        await add_event(database, "trial", days=9),
        await add_petition(database, "soon", closes=today + timedelta(days=5)),
    )
    passed = await add_petition(database, "passed", closes=today - timedelta(days=1))
    await add_action(database, "come", kind=ActionKind.ATTEND, event_id=event, campaign_id=campaign)
    await add_action(database, "sign", kind=ActionKind.SHARE, petition_id=petition, campaign_id=campaign)
    await add_action(database, "passed", kind=ActionKind.SHARE, petition_id=passed)
    await add_action(database, "visit", campaign_id=campaign)
    listed = {card.action.slug: card.action.until for card in (await campaigns.list_open(SAM, 0, 9)).items}
    assert listed == {slug: today + timedelta(days=days) for slug, days in (("come", 9), ("sign", 5), ("visit", 90))}
    over = await campaigns.get_card("passed", SAM)
    assert over is not None
    assert not over.action.is_open(today)


async def test_texts_of_the_kind_it_was_go_with_that_kind(database: Database, clock: FrozenClock) -> None:
    letter: dict[str, Any] = {"target": TITLE, "email": "a@b.example", "subject": TITLE, "letter": TITLE, "url": None}
    await add_action(database, kind=ActionKind.EMAIL, **letter)
    async with database.read() as session:
        (before,) = await all_actions(session)
    gone: dict[str, Any] = dict.fromkeys(letter) | {"url": "https://example.org/"}
    async with database.write() as session:
        revision = Revision("en", ("en", "ar", "ur"), "an editor", clock.now())
        await apply_actions(session, revision, [replace(before, kind=ActionKind.VISIT, **gone)])
    async with database.read() as session:
        (after,) = await all_actions(session)
    assert list(action_faults(after)) == []
