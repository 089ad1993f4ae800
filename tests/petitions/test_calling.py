"""Calling people to sign: whom, and only as long as it can be signed."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.announcements.calls import Calls
from bot.announcements.plan import Plan
from bot.campaigns.models import CampaignCaseRow, CampaignRow
from bot.clock import to_the_hour
from bot.delivery.models import BroadcastState
from bot.errors import NidaError
from bot.petitions.calling import PetitionCalls
from bot.petitions.changing import Action, ChangeRequest, PetitionChanges
from bot.petitions.models import PetitionStatus
from bot.petitions.service import Petitions
from bot.storage.database import Database
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import START, FrozenClock
from tests.petitions.making import add_petition, text
from tests.petitions.news import LOCALES, fan_out, notices, told

SLUG, CALL = "open-justice", "petition:open-justice:call"


@pytest.fixture
def signing(database: Database, clock: FrozenClock) -> PetitionCalls:
    return PetitionCalls(database, clock, "en", 3)


@pytest.fixture
def calls(database: Database, clock: FrozenClock) -> Calls:
    return Calls(database, clock, LOCALES, rate=30)


@pytest.fixture
async def case(database: Database, clock: FrozenClock) -> int:
    """Followed by 1 to 4; 5 and 6 follow another."""
    case, other = await add_case(database), await add_case(database, "another")
    await add_followers(database, clock, case, 4)
    await add_followers(database, clock, other, 2, first=5)
    return case


async def launch(database: Database, clock: FrozenClock, signing: PetitionCalls, calls: Calls, *, everybody: bool) -> list[int]:
    await calls.launch(await signing.call_for(SLUG, everybody=everybody), hold_untranslated=False)
    await fan_out(database, clock)
    return await told(database, CALL)


async def test_followers_of_its_case_are_called_but_not_who_was_asked_just_before(
    signing: PetitionCalls, calls: Calls, case: int, database: Database, clock: FrozenClock
) -> None:
    await add_petition(database, case_id=case)
    await change(database, 2, asked_at=to_the_hour(START - timedelta(days=2)))
    await change(database, 3, paused_until=START + timedelta(days=1))
    assert (await calls.forecast(await signing.call_for(SLUG, everybody=False), hold_untranslated=False)).rested == 1
    assert await launch(database, clock, signing, calls, everybody=False) == [1, 4]


@pytest.mark.parametrize(("everybody", "of_case"), [(True, True), (False, False)])
async def test_everybody_who_wants_calls_is_called_where_asked_for_or_where_there_is_no_case(
    signing: PetitionCalls, calls: Calls, case: int, database: Database, clock: FrozenClock, everybody: bool, of_case: bool
) -> None:
    await add_petition(database, case_id=case if of_case else None)
    assert await launch(database, clock, signing, calls, everybody=everybody) == [1, 2, 3, 4, 5, 6]


async def test_of_a_campaigns_petition_followers_of_the_campaigns_cases_are_called(
    signing: PetitionCalls, calls: Calls, case: int, database: Database, clock: FrozenClock
) -> None:
    async with database.write() as session:
        campaign = CampaignRow(slug="doors", title=text("Doors"), summary=text("Open"), created_at=START, changed_at=START)
        session.add(campaign)
        await session.flush()
        await session.execute(insert(CampaignCaseRow).values(campaign_id=campaign.id, case_id=case))
    await add_petition(database, campaign_id=campaign.id)
    assert await launch(database, clock, signing, calls, everybody=False) == [1, 2, 3, 4]


@pytest.mark.parametrize("by_hand", [True, False])
async def test_nobody_is_called_to_sign_what_is_closed(
    signing: PetitionCalls, calls: Calls, petitions: Petitions, database: Database, clock: FrozenClock, by_hand: bool
) -> None:
    await add_petition(database, closes_at=START + timedelta(hours=2))
    await add_petition(database, "open-justice-two")
    plan = Plan(at=START + timedelta(hours=3))
    await calls.launch(await signing.call_for(SLUG, everybody=True), False, plan)
    await calls.launch(await signing.call_for("open-justice-two", everybody=True), False, plan)
    await clock.advance(hours=1 if by_hand else 2)
    if by_hand:
        await PetitionChanges(database, clock, "en", LOCALES, 30).make(SLUG, ChangeRequest(Action.CLOSE), "Amina")
    else:
        await petitions.close_due()
    assert await notices(database) == {
        CALL: BroadcastState.CANCELLED,
        "petition:open-justice-two:call": BroadcastState.SCHEDULED,
    }
    with pytest.raises(NidaError, match="The petition open-justice cannot be signed now, so nobody is called to"):
        await signing.call_for(SLUG, everybody=True)


async def test_a_draft_or_none_is_not_called_to(signing: PetitionCalls, database: Database) -> None:
    await add_petition(database, status=PetitionStatus.DRAFT)
    for slug, said in ((SLUG, "cannot be signed now"), ("nowhere", "There is no petition nowhere")):
        with pytest.raises(NidaError, match=said):
            await signing.call_for(slug, everybody=False)
