"""All that is kept about a person is handed out to them, and erased."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update

from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.database import Database
from bot.supporters.audiences import audience_from_json
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.following import Following
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow
from bot.supporters.service import Supporter, Supporters
from tests.clocks import START, FrozenClock
from tests.supporters.ledger import add_case, delivery, owe

BILAL = 6_000_000_042


@pytest.fixture
async def supporter(supporters: Supporters) -> Supporter:
    return await supporters.subscribe(await supporters.recognise(BILAL, "ur-PK"), "leaflet")


def id_of(supporter: Supporter) -> int:
    assert supporter.id is not None
    return supporter.id


async def test_everything_kept_is_handed_out(
    supporters: Supporters, following: Following, supporter: Supporter, database: Database, clock: FrozenClock
) -> None:
    await following.follow(id_of(supporter), await add_case(database, "north-gate-five"))
    await supporters.mute(supporter, Kind.ACTION)
    await owe(database, "update:bail", id_of(supporter), DeliveryState.SENT)
    exported = await supporters.export(supporter)
    hour = "2026-11-03T10:00:00+00:00"
    assert exported["kept"] == {
        "telegram_id": BILAL,
        "number_used_here": supporter.id,
        "language": "ur",
        "region": "PK",
        "digits": "latin",
        "time_zone": None,
        "place": None,
        "hijri_dates": False,
        "muted_kinds": ["action"],
        "silent": False,
        "quiet_hours": None,
        "days_gathered_into_one_message": 0,
        "consent": {"version": 3, "given_at": hour},
        "stopped_at": None,
        "paused_until": None,
        "blocked_at": None,
        "came_by_link": "leaflet",
        "asked_to_act_at": None,
        "kept_since": hour,
        "follows": [{"case": "north-gate-five", "since": hour}],
        "events": [],
        "hears_of_petitions": [],
        "actions_done": [],
        "actions_to_be_asked_again": [],
        "has_a_calendar": False,
        "messages": [{"about": "update:bail", "outcome": "sent", "language": None, "reason": None, "message_id": 77}],
    }
    assert "name_on_telegram" in exported["not_kept"]
    assert json.loads(json.dumps(exported)) == exported


async def test_every_column_about_a_person_is_in_the_export(supporters: Supporters, supporter: Supporter) -> None:
    from bot.supporters.models import SupporterRow

    columns = set(SupporterRow.__table__.columns.keys()) - {"tag", "consented_at", "consent_version"}
    renamed = {
        "id": "number_used_here",
        "locale": "language",
        "timezone": "time_zone",
        "source": "came_by_link",
        "hijri": "hijri_dates",
        "quiet_from": "quiet_hours",
        "quiet_until": "quiet_hours",
        "digest_days": "days_gathered_into_one_message",
        "asked_at": "asked_to_act_at",
    }
    renamed["created_at"] = "kept_since"
    kept = (await supporters.export(supporter))["kept"]
    assert {renamed.get(column, column) for column in columns} <= set(kept)


async def test_nothing_is_handed_out_about_somebody_who_is_not_kept(supporters: Supporters) -> None:
    assert (await supporters.export(await supporters.recognise(BILAL, "ur")))["kept"] is None


async def test_who_is_erased_is_a_stranger_again(
    supporters: Supporters, following: Following, supporter: Supporter, database: Database
) -> None:
    await following.follow(id_of(supporter), await add_case(database, "north-gate-five"))
    assert await supporters.forget(supporter)
    assert (await supporters.recognise(BILAL, "en")).id is None
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(FollowingRow))).scalar_one() == 0
    assert not await supporters.forget(supporter)


async def test_what_was_owed_to_the_erased_is_cancelled_and_the_account_still_adds_up(
    supporters: Supporters, supporter: Supporter, database: Database
) -> None:
    owed = {state: await owe(database, f"update:{state}", id_of(supporter), state) for state in DeliveryState}
    async with database.write() as session:
        await session.execute(update(DeliveryRow).values(due_at=START))
    await supporters.forget(supporter)
    for before, id_ in owed.items():
        row = await delivery(database, id_)
        assert row.state is (DeliveryState.CANCELLED if before in {DeliveryState.PENDING, DeliveryState.DEFERRED} else before)
        assert (row.supporter_id == id_of(supporter)) is (before is DeliveryState.LEASED), "its sender still has to find it"
        assert (row.message_id, row.due_at) == (None, None)


@pytest.mark.parametrize("after", [state for state in DeliveryState if state is not DeliveryState.LEASED])
async def test_who_was_erased_while_a_message_was_on_its_way_is_let_go_of_as_it_comes_back(
    supporters: Supporters, supporter: Supporter, database: Database, after: DeliveryState
) -> None:
    owed = await owe(database, "update:bail", id_of(supporter), DeliveryState.LEASED)
    await supporters.forget(supporter)
    async with database.write() as session:
        back = {"state": after, "message_id": 77, "reason": None, "due_at": START, "carried_by": owed}
        await session.execute(update(DeliveryRow).where(DeliveryRow.supporter_id == id_of(supporter)).values(**back))
    row = await delivery(database, owed)
    waits = after in {DeliveryState.PENDING, DeliveryState.DEFERRED}
    assert (row.state, row.reason) == ((DeliveryState.CANCELLED, "erased") if waits else (after, None))
    assert row.supporter_id < 0
    assert await lie_apart(database)
    assert (row.message_id, row.due_at, row.carried_by) == (None, None, None)


async def test_what_is_left_of_somebody_in_two_broadcasts_does_not_lead_from_one_to_the_other(
    supporters: Supporters, supporter: Supporter, database: Database
) -> None:
    owed = [await owe(database, f"update:{name}", id_of(supporter), DeliveryState.SENT) for name in "abc"]
    await supporters.forget(supporter)
    left = {(await delivery(database, each)).supporter_id for each in owed}
    assert len(left) == 3
    assert max(left) < -1
    assert await lie_apart(database)


async def lie_apart(database: Database) -> bool:
    """Whether SQLite has put the rows of the erased out of the order in which it wrote them."""
    if not database.is_sqlite:
        return True
    async with database.read() as session:
        places: list[int] = list(await session.scalars(text("SELECT rowid FROM deliveries WHERE supporter_id < 0")))
    return max(places) < -1


async def test_others_keep_what_is_theirs(supporters: Supporters, supporter: Supporter, database: Database) -> None:
    other = await supporters.subscribe(await supporters.recognise(BILAL + 1, "ur"))
    owed = await owe(database, "update:bail", id_of(other), DeliveryState.PENDING)
    await supporters.forget(supporter)
    assert (await delivery(database, owed)).state is DeliveryState.PENDING
    assert (await supporters.recognise(BILAL + 1, None)).subscribed


async def test_a_choice_made_after_erasing_starts_anew(supporters: Supporters, supporter: Supporter) -> None:
    await supporters.forget(supporter)
    again = await supporters.choose_language(supporter, "ar")
    assert again.id != supporter.id
    assert not again.subscribed


async def test_a_notice_for_who_is_erased_alone_names_nobody_any_more_whether_it_was_written_down_or_not(
    supporters: Supporters, supporter: Supporter, database: Database
) -> None:
    other = await supporters.subscribe(await supporters.recognise(BILAL + 1, "ur"))
    theirs = [await give_a_place(database, supporter, state) for state in BroadcastState]
    others = [await give_a_place(database, other, state) for state in BroadcastState]
    await supporters.forget(supporter)
    async with database.read() as session:
        kept = {row.id: row.audience for row in await session.scalars(select(BroadcastRow))}
    assert [kept[id_]["event"]["person"] for id_ in theirs] == [None] * len(theirs)
    assert {kept[id_]["event"]["person"] for id_ in others} == {id_of(other)}
    assert audience_from_json(kept[theirs[0]]) == replace(PLACE, person=None)


PLACE = EventAudience(1, None, Kind.HEARING, Wanted.PERSON)


async def give_a_place(database: Database, supporter: Supporter, state: BroadcastState) -> int:
    audience = replace(PLACE, person=id_of(supporter)).to_json()
    async with database.write() as session:
        row = BroadcastRow(
            subject=f"place:appeal:{id_of(supporter)}{state}", state=state, content={}, audience=audience, created_at=START
        )
        session.add(row)
        await session.flush()
        return row.id
