"""Whom it concerns how a petition goes: walked in slices, and asked once more right before it is sent."""

import json
from typing import Any

from sqlalchemy import insert

from bot.delivery import whom
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.database import Database
from bot.supporters.audience import count_by_locale
from bot.supporters.audiences import audience_from_json
from bot.supporters.models import PetitionNewsRow
from bot.supporters.news_audience import NewsAudience
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import START, FrozenClock
from tests.petitions.making import add_petition


async def _world(database: Database, clock: FrozenClock) -> NewsAudience:
    """Nine people, of whom 2, 4, 6 and 8 want to hear of it; 6 has stopped."""
    await add_followers(database, clock, await add_case(database), 9)
    wanted, other = await add_petition(database), await add_petition(database, "another")
    rows = [{"supporter_id": number, "petition_id": wanted, "since": START} for number in (2, 4, 6, 8)]
    async with database.write() as session:
        await session.execute(insert(PetitionNewsRow), [*rows, {**rows[0], "petition_id": other}])
    await change(database, 6, stopped_at=START)
    return NewsAudience(wanted)


async def test_slices_are_walked_in_order(database: Database, clock: FrozenClock) -> None:
    audience = await _world(database, clock)
    async with database.read() as session:
        assert await count_by_locale(session, audience, clock.now()) == {"en": 3}
        behind, drawn = 0, []
        while (last := await session.scalar(audience.end_of_slice(behind, 2))) is not None:
            drawn.append((await session.execute(audience.drawn_in_order(clock.now(), behind, last))).scalars().all())
            behind = last
    assert drawn == [[2, 4], [8]]


async def test_who_does_not_want_it_any_more_is_left_out_when_it_is_sent(database: Database, clock: FrozenClock) -> None:
    audience = await _world(database, clock)
    async with database.write() as session:
        broadcast = BroadcastRow(
            subject="petition:a:outcome", state=BroadcastState.SENDING, content={}, audience={}, created_at=START
        )
        session.add(broadcast)
        await session.flush()
        leased: dict[str, Any] = {"broadcast_id": broadcast.id, "state": DeliveryState.LEASED, "attempts": 1, "owner": 1}
        session.add_all([DeliveryRow(**leased, supporter_id=number, place=number) for number in (1, 2, 6)])
    async with database.read() as session:
        asked = {"now": clock.now(), "broadcast": broadcast.id, "people": [1, 2, 6]}
        people = await session.execute(whom.people_of(audience), asked)
        assert {each.supporter_id: each.refusal for each in people} == {1: "no longer concerned", 2: None, 6: "stopped"}


def test_it_survives_being_written_down() -> None:
    assert audience_from_json(json.loads(json.dumps(NewsAudience(7).to_json()))) == NewsAudience(7)
