"""Whom something about an event is for: every person there can be, against the rules as they are told."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.delivery import whom
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.storage.database import Database
from bot.storage.models import InstallationRow
from bot.supporters.answers import Answer
from bot.supporters.audience import Audience, count_by_locale, recipients
from bot.supporters.audiences import audience_from_json
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.kinds import Kind
from tests.announcements.attending import DATE, add_event, answer
from tests.announcements.people import add_case, add_followers, change
from tests.clocks import FrozenClock

BIT, OTHER_BIT = 4, 64
FIRST, SECOND = DATE, DATE + timedelta(days=7)
"""To the first one some said no."""


@dataclass(frozen=True)
class Person:
    answer: Answer | None
    chose: int | None
    follows: bool
    muted: bool


EVERYBODY = [
    Person(*each) for each in product((None, *Answer), (None, 0, BIT, OTHER_BIT, BIT | OTHER_BIT), (True, False), (True, False))
]
AUDIENCE = EventAudience(event_id=1, case_id=1, kind=Kind.HEARING, wanted=Wanted.CONCERNED)
REMINDED = replace(AUDIENCE, wanted=Wanted.REMINDED, minutes_bit=BIT)
COMING = next(number for number, each in enumerate(EVERYBODY, 1) if each.answer is Answer.COMING)
AUDIENCES = [
    AUDIENCE,
    replace(AUDIENCE, dates=(FIRST,)),
    replace(AUDIENCE, dates=(SECOND,)),
    replace(AUDIENCE, dates=(FIRST, SECOND)),
    replace(AUDIENCE, wanted=Wanted.ATTENDING),
    replace(AUDIENCE, wanted=Wanted.PERSON, person=COMING),
    replace(AUDIENCE, wanted=Wanted.PERSON, person=1),
    *(
        replace(REMINDED, by_default=default, near=near, dates=(date,))
        for default in (True, False)
        for near in (True, False)
        for date in (FIRST, SECOND)
    ),
]


def is_wanted(person: Person, audience: EventAudience, number: int) -> bool:
    """The rules, word for word as they were decided."""
    if person.answer is Answer.DECLINED and set(audience.dates) - {FIRST}:
        person = replace(person, answer=None)
    through_case = person.follows and not person.muted and audience.case_id is not None
    match audience.wanted:
        case Wanted.CONCERNED if person.answer is None:
            return through_case
        case Wanted.CONCERNED:
            return person.answer is not Answer.DECLINED
        case Wanted.ATTENDING:
            return person.answer in {Answer.COMING, Answer.ONLINE}
        case Wanted.PERSON:
            return number == audience.person and person.answer is Answer.COMING
        case Wanted.REMINDED:
            return _is_reminded(person, audience, through_case=through_case)


def _is_reminded(person: Person, audience: EventAudience, *, through_case: bool) -> bool:
    if person.answer in {Answer.DECLINED, Answer.WAITING} or (person.answer is None and not through_case):
        return False
    if person.chose is not None:
        return bool(person.chose & BIT)
    if not audience.by_default:
        return False
    if person.answer is None:
        return not audience.near
    return person.answer is not Answer.FOLLOWING or not audience.near


async def _gather_everybody(database: Database, clock: FrozenClock) -> None:
    """And after them two who may not be written to, and one who has nothing to do with it."""
    case_id = await add_case(database)
    other_case = await add_case(database, "another")
    for number, person in enumerate(EVERYBODY, 1):
        await add_followers(database, clock, case_id if person.follows else other_case, 1, first=number)
        if person.muted:
            await change(database, number, muted_kinds=Kind.HEARING.bit)
    after = len(EVERYBODY)
    await add_followers(database, clock, case_id, 2, first=after + 1)
    await add_followers(database, clock, other_case, 1, first=after + 3)
    event_id, other_event = [await add_event(database, case_id, slug) for slug in ("appeal", "vigil")]
    assert (case_id, event_id) == (1, 1)
    answers = {
        number: (each.answer, each.chose) for number, each in enumerate(EVERYBODY, 1) if (each.answer, each.chose) != (None, None)
    }
    await answer(database, event_id, {**answers, after + 1: (Answer.COMING, BIT), after + 2: (Answer.COMING, BIT)})
    await answer(database, other_event, dict.fromkeys(range(1, after + 4), (Answer.COMING, BIT)))
    await change(database, after + 1, stopped_at=clock.now())
    await change(database, after + 2, blocked_at=clock.now())


async def test_it_is_for_those_it_should_be_for_in_slices_in_numbers_and_when_it_is_looked_at_again(
    database: Database, clock: FrozenClock
) -> None:
    await _gather_everybody(database, clock)
    everybody = range(1, len(EVERYBODY) + 4)
    broadcast = await _leased(database, clock, everybody)
    for audience in (*AUDIENCES, *(replace(each, case_id=None) for each in AUDIENCES)):
        expected = {number for number, each in enumerate(EVERYBODY, 1) if is_wanted(each, audience, number)}
        async with database.read() as session:
            drawn = list((await session.execute(recipients(audience, clock.now()))).scalars())
            assert len(drawn) == len(set(drawn))
            assert set(drawn) == expected, audience
            sliced: list[int] = []
            behind = 0
            while (last := await session.scalar(audience.end_of_slice(behind, 7))) is not None:
                sliced += (await session.execute(audience.drawn_in_order(clock.now(), behind, last))).scalars()
                assert last > behind
                behind = last
            assert sliced == sorted(expected)
            assert await count_by_locale(session, audience, clock.now()) == ({"en": len(expected)} if expected else {})
            asked = {"now": clock.now(), "broadcast": broadcast, "people": list(everybody)}
            people = (await session.execute(whom.people_of(audience), asked)).all()
            assert [each.supporter_id for each in people] == list(everybody)
            assert {each.supporter_id for each in people if each.refusal is None} == expected
            unwanted = set(everybody[:-3]) - expected
            assert {each.supporter_id for each in people if each.refusal == "no longer concerned"} == {*unwanted, len(everybody)}
            assert [each.refusal for each in people[-3:-1]] == ["stopped", "blocked"]
            ours = {**asked, "owner": 1, "attempts": 1, "version": 1}
            again = {each.supporter_id: each.refusal for each in await session.execute(whom.still_ours_of(audience), ours)}
            assert [again[person] for person in everybody] == [each.refusal for each in people]


async def test_what_is_for_one_person_is_not_looked_for_among_all(database: Database, clock: FrozenClock) -> None:
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 9)
    event_id = await add_event(database, case_id, "appeal")
    await answer(database, event_id, dict.fromkeys(range(1, 10), (Answer.COMING, None)))
    audience = EventAudience(event_id, case_id, Kind.HEARING, Wanted.PERSON, person=5)
    async with database.read() as session:
        assert await session.scalar(audience.end_of_slice(0, 2)) == 5
        assert await session.scalar(audience.end_of_slice(5, 2)) is None


async def _leased(database: Database, clock: FrozenClock, people: range) -> int:
    async with database.write() as session:
        session.add(InstallationRow(key_check=b"", created_at=clock.now(), epoch=1))
        broadcast = BroadcastRow(
            subject="change:a:1", state=BroadcastState.SENDING, content={}, audience={}, created_at=clock.now()
        )
        session.add(broadcast)
        await session.flush()
        leased: dict[str, Any] = {"broadcast_id": broadcast.id, "state": DeliveryState.LEASED, "attempts": 1, "owner": 1}
        session.add_all([DeliveryRow(**leased, supporter_id=number, place=number) for number in people])
        return broadcast.id


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_survives_being_written_down_and_is_told_from_a_cases(audience: EventAudience) -> None:
    assert audience_from_json(json.loads(json.dumps(audience.to_json()))) == audience
    followers = Audience(3, Kind.HEARING, frozenset({"en"}))
    assert audience_from_json(json.loads(json.dumps(followers.to_json()))) == followers
    assert "case_id" not in audience.to_json()  # by which the news of one case are known that are kept together
