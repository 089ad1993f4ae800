"""Opening and ending a petition: who is told, once, and what may not be."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.errors import NidaError
from bot.petitions.account import PetitionAccounts
from bot.petitions.changing import Action, ChangeRequest, PetitionChanges
from bot.petitions.models import PetitionStatus
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, PetitionView, Reply
from bot.staff.audit import Audit
from bot.storage.database import Database
from tests.announcements.people import add_case, add_followers
from tests.clocks import START, FrozenClock
from tests.petitions.making import AMAL, add_petition, text
from tests.petitions.news import LOCALES, count, fan_out, notices, told, want_news
from tests.petitions.signing import NO

SLUG = "open-justice"
OUTCOME = {"en": "They <b>opened</b> it.", "ur": "عدالت کھل گئی۔"}
DELIVERED, OUT = f"petition:{SLUG}:delivered", f"petition:{SLUG}:outcome"


@pytest.fixture
def changes(database: Database, clock: FrozenClock) -> PetitionChanges:
    return PetitionChanges(database, clock, "en", LOCALES, 30.0)


async def view(database: Database) -> PetitionView:
    return (await PetitionAccounts(database).show(SLUG)).petition


async def listened_to(database: Database, clock: FrozenClock, **values: Any) -> int:
    """A petition whose news three of five people want."""
    await add_followers(database, clock, await add_case(database), 5)
    petition_id = await add_petition(database, **values)
    await want_news(database, petition_id, [1, 3, 5])
    return petition_id


async def test_a_petition_is_opened_signed_closed_handed_over_and_answered(
    changes: PetitionChanges, petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    petition_id = await listened_to(database, clock, status=PetitionStatus.DRAFT)
    assert (await petitions.sign(AMAL, petition_id, Answers(), **NO)).reply is Reply.GONE
    assert await changes.make(SLUG, ChangeRequest(Action.OPEN), "Amina") is None
    assert (await petitions.sign(AMAL, petition_id, Answers(), **NO)).reply is Reply.DONE
    await clock.advance(hours=1)
    assert await changes.make(SLUG, ChangeRequest(Action.CLOSE), "Amina") is None
    assert (await petitions.sign(AMAL, petition_id, Answers(), **NO)).reply is Reply.ALREADY
    assert (await view(database)).closed_at == START + timedelta(hours=1)
    assert await changes.make(SLUG, ChangeRequest(Action.DELIVER), "Amina") == DELIVERED
    assert await changes.make(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME), "Bilal") == OUT
    after = await view(database)
    assert (after.status, after.delivered_at, after.counted) == (PetitionStatus.OUTCOME, clock.now(), 1)
    entries = [(each.who, each.what, each.object) for each in await Audit(database, clock).list()]
    assert entries[::-1] == [
        ("Amina", "petition.open", f"petition:{SLUG}"),
        ("Amina", "petition.close", f"petition:{SLUG}"),
        ("Amina", "petition.deliver", f"petition:{SLUG}"),
        ("Bilal", "petition.outcome", f"petition:{SLUG}"),
    ]


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (PetitionStatus.OPEN, Action.OPEN, "is open: only a draft is opened"),
        (PetitionStatus.CLOSED, Action.OPEN, "is closed: only a draft is opened"),
        (PetitionStatus.DRAFT, Action.CLOSE, "is draft: only an open one is closed"),
        (PetitionStatus.OPEN, Action.DELIVER, "is open: what is handed over is closed first, with `nida petitions close open-"),
        (PetitionStatus.DELIVERED, Action.DELIVER, "is delivered: what is handed over"),
        (PetitionStatus.DRAFT, Action.OUTCOME, "is draft: nobody could sign it yet"),
    ],
)
async def test_what_cannot_be_is_refused_with_nothing_changed(
    changes: PetitionChanges, database: Database, status: PetitionStatus, kind: Action, said: str
) -> None:
    await add_petition(database, status=status)
    before = await view(database)
    for method in (changes.forecast(SLUG, asked := ChangeRequest(kind, OUTCOME)), changes.make(SLUG, asked, "Amina")):
        with pytest.raises(NidaError, match=said):
            await method
    assert await view(database) == before
    assert await notices(database) == {}


async def test_who_wants_to_hear_of_it_is_told_and_the_forecast_said_so(
    changes: PetitionChanges, database: Database, clock: FrozenClock
) -> None:
    await listened_to(database, clock, status=PetitionStatus.CLOSED)
    forecast = await changes.forecast(SLUG, ChangeRequest(Action.DELIVER))
    assert (forecast.notice, forecast.readers, forecast.total, forecast.seconds) == ("delivered", {"en": 3}, 3, 0.1)
    assert forecast.untranslated == ()
    await changes.make(SLUG, ChangeRequest(Action.DELIVER), "Amina", forecast.before.changed_at)
    await fan_out(database, clock)
    assert await told(database, DELIVERED) == [1, 3, 5]
    assert (await changes.forecast(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME))).untranslated == ("ar",)
    with pytest.raises(NidaError, match="was changed by somebody else meanwhile"):
        await changes.make(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME), "Amina", START - timedelta(days=1))


async def test_what_holds_no_more_goes_to_nobody_more(changes: PetitionChanges, database: Database, clock: FrozenClock) -> None:
    petition_id = await listened_to(database, clock)
    await count(database, clock, petition_id, 250)
    await changes.make(SLUG, ChangeRequest(Action.CLOSE), "Amina")
    milestone = f"petition:{SLUG}:milestone:250"
    assert await notices(database) == {milestone: BroadcastState.PREPARING}
    await changes.make(SLUG, ChangeRequest(Action.DELIVER), "Amina")
    await changes.make(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME), "Amina")
    assert await notices(database) == {
        milestone: BroadcastState.CANCELLED,
        DELIVERED: BroadcastState.CANCELLED,
        OUT: BroadcastState.PREPARING,
    }
    await count(database, clock, petition_id, 900)
    assert len(await notices(database)) == 3, "what is over has no milestones"


async def test_another_petition_whose_slug_begins_alike_is_left_alone(
    changes: PetitionChanges, database: Database, clock: FrozenClock
) -> None:
    await listened_to(database, clock)
    await count(database, clock, await add_petition(database, f"{SLUG}-two"), 250)
    await changes.make(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME), "Amina")
    assert (await notices(database))[f"petition:{SLUG}-two:milestone:250"] is BroadcastState.PREPARING


async def test_what_came_of_it_can_come_at_any_time_and_is_put_right_where_people_have_it(
    changes: PetitionChanges, database: Database, clock: FrozenClock
) -> None:
    await listened_to(database, clock)
    assert await changes.make(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME), "Amina") == OUT
    assert (await view(database)).closed_at == START
    await fan_out(database, clock)
    with pytest.raises(NidaError, match="already; nothing has changed"):
        await changes.forecast(SLUG, ChangeRequest(Action.OUTCOME, OUTCOME))
    async with database.write() as session:
        broadcast = await session.scalar(select(BroadcastRow.id).where(BroadcastRow.subject == OUT))
        first = (DeliveryRow.broadcast_id == broadcast, DeliveryRow.supporter_id == 1)
        await session.execute(update(DeliveryRow).where(*first).values(state="sent", message_id=7, version=1))
    better = ChangeRequest(Action.OUTCOME, {**OUTCOME, "en": "They opened two."})
    forecast = await changes.forecast(SLUG, better)
    assert (forecast.notice, forecast.total, forecast.copies) == (None, 0, 1)
    assert await changes.make(SLUG, better, "Amina") == f"correct:{OUT}:2"


async def test_whoever_opens_one_is_told_what_is_not_translated(changes: PetitionChanges, database: Database) -> None:
    await add_petition(database, status=PetitionStatus.DRAFT, text=text("Let us in.", ar="دعونا ندخل."))
    forecast = await changes.forecast(SLUG, ChangeRequest(Action.OPEN))
    assert (forecast.untranslated, forecast.notice, forecast.total) == (("ur",), None, 0)
    await changes.make(SLUG, ChangeRequest(Action.OPEN), "Amina")
    assert (await changes.forecast(SLUG, ChangeRequest(Action.CLOSE))).untranslated == ()


async def test_a_draft_whose_day_is_over_is_not_opened(changes: PetitionChanges, database: Database, clock: FrozenClock) -> None:
    over: dict[str, Any] = {"closes": date(2026, 11, 1), "closes_at": START - timedelta(days=1)}
    await add_petition(database, status=PetitionStatus.DRAFT, **over)
    with pytest.raises(NidaError, match="closes on 2026-11-01, which is over; mend the day in its file first"):
        await changes.make(SLUG, ChangeRequest(Action.OPEN), "Amina")
    over = {"keep_until": date(2026, 11, 3), "closes_at": START}
    await add_petition(database, "unkept", status=PetitionStatus.DRAFT, **over)
    with pytest.raises(NidaError, match="is kept until 2026-11-03, which is over; mend keep_until in its file first"):
        await changes.make("unkept", ChangeRequest(Action.OPEN), "Amina")
    await add_petition(database, "kept", status=PetitionStatus.DRAFT, **over | {"closes_at": START + timedelta(minutes=1)})
    await changes.make("kept", ChangeRequest(Action.OPEN), "Amina")
    with pytest.raises(NidaError, match="There is no petition nothing; `nida petitions list`"):
        await changes.make("nothing", ChangeRequest(Action.OPEN), "Amina")


async def test_one_whose_last_day_has_just_passed_is_closed_already(
    changes: PetitionChanges, database: Database, clock: FrozenClock
) -> None:
    await add_petition(database, closes=START.date(), closes_at=START - timedelta(minutes=1))
    with pytest.raises(NidaError, match="is closed: only an open one is closed"):
        await changes.make(SLUG, ChangeRequest(Action.CLOSE), "Amina")
    await changes.make(SLUG, ChangeRequest(Action.DELIVER), "Amina")
    assert (await view(database)).closed_at == START - timedelta(minutes=1)
