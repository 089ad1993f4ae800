"""The places of an event: no more are given than there are, and who waits longest gets the one that becomes free."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.events.attending import GIVEN_AT_ONCE, Attending
from bot.events.models import EventRow, EventStatus
from bot.events.reading import view_of
from bot.events.views import Reply
from bot.language import title
from bot.supporters.answers import Answer
from bot.supporters.models import SupporterRow
from bot.telegram.handling import AT_ONCE
from tests.conversation.hearings import TITLE, answers, becomes, crowd, kept, opened, sends_what_is_owed
from tests.conversation.speaking import LOCALES, has, label, notice, said
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


@pytest.mark.parametrize("locale", LOCALES)
async def test_where_all_places_are_taken_the_waiting_list_is_offered_and_moves_up(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    await kept(nida, capacity=1)
    first, card = await opened(world, locale)
    late, old_card = await opened(world, locale)
    await first.taps(label(locale, "I will come"), on=card)
    await first.sees(said(locale, "You said that you will come."))
    refused = await late.answers_to(await late.taps(label(locale, "I will come"), on=old_card))
    assert refused["text"] == notice(locale, "All places are taken. You can join the waiting list.")
    assert await answers(nida) == [Answer.COMING]
    await late.sees(has(locale, "Join the waiting list"))
    await late.taps(label(locale, "Join the waiting list"))
    await late.sees(said(locale, "You are the first on the waiting list."))
    await late.taps(label(locale, "Remind me"))
    await late.sees(said(locale, "While you are on the waiting list no reminder comes; they begin when you have a place."))
    await first.taps(label(locale, "Not this time"))
    await first.sees(said(locale, "You said: not this time."))
    assert sorted(await answers(nida), key=str) == [Answer.COMING, Answer.DECLINED]
    await sends_what_is_owed(nida)
    told = await late.sees(said(locale, "A place has become free for you: {event}", event=title(TITLE.texts[locale].text)))
    await late.taps(label(locale, "Details"), on=told)
    await late.sees(said(locale, "You said that you will come."), after=told.id)


async def test_of_five_hundred_who_tap_at_once_one_gets_the_last_place(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events, people = nida.app.services.events, await crowd(nida, 500)
    at_once = asyncio.Semaphore(AT_ONCE)

    async def tap(somebody: int) -> Reply:
        async with at_once:  # as the intake lets them in
            return (await events.answer(somebody, event.id, Answer.COMING)).reply

    replies = await asyncio.gather(*map(tap, people))
    assert (replies.count(Reply.KEPT), replies.count(Reply.FULL)) == (1, 499)
    assert await answers(nida) == [Answer.COMING]


async def test_five_hundred_taps_of_one_person_are_one_place(nida: Nida) -> None:
    event = await kept(nida, capacity=2)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    for _ in range(10):
        await asyncio.gather(*(events.answer(somebody, event.id, Answer.COMING) for _ in range(50)))
    card = await events.get_card(event.id, somebody)
    assert card is not None
    assert (card.free, await answers(nida)) == (1, [Answer.COMING])


async def test_who_waits_longest_and_can_be_told_gets_the_place(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events, people = nida.app.services.events, await crowd(nida, 4)
    for n in people:
        await events.answer(n, event.id, Answer.WAITING)
    async with nida.app.services.database.write() as session:
        await session.execute(update(SupporterRow).where(SupporterRow.id == people[1]).values(stopped_at=event.created_at))
    await events.answer(people[0], event.id, Answer.DECLINED)
    said_now = {n: card.attendance for n in people if (card := await events.get_card(event.id, n)) and card.attendance}
    assert [said_now[n].answer for n in people] == [Answer.DECLINED, Answer.WAITING, Answer.COMING, Answer.WAITING]
    assert said_now[people[3]].ahead == 1


async def test_places_that_became_free_otherwise_are_filled(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events, people = nida.app.services.events, await crowd(nida, 4)
    for n in people:
        await events.answer(n, event.id, Answer.WAITING)
    assert await events.fill_places() == 0
    await becomes(nida, capacity=2)
    async with nida.app.services.database.write() as session:
        await session.execute(delete(SupporterRow).where(SupporterRow.id == people[0]))
    assert await events.fill_places() == 2
    assert sorted(await answers(nida), key=str) == [Answer.COMING, Answer.COMING, Answer.WAITING]
    assert await events.fill_places() == 0
    await becomes(nida, capacity=None)
    assert await events.fill_places() == 1, "there is no limit any more"


@pytest.mark.parametrize("out_of_reach", ["stopped_at", "blocked_at"])
async def test_the_place_of_who_is_out_of_reach_for_a_day_goes_to_who_waits(nida: Nida, out_of_reach: str) -> None:
    event = await kept(nida, capacity=1)
    events, (first, *others) = nida.app.services.events, await crowd(nida, 3)

    async def becomes_unreachable(since: datetime | None) -> None:
        async with nida.app.services.database.write() as session:
            await session.execute(update(SupporterRow).where(SupporterRow.id == first).values({out_of_reach: since}))

    await events.answer(first, event.id, Answer.COMING)
    await becomes_unreachable(event.created_at - timedelta(hours=25))
    assert await events.fill_places() == 0, "nobody waits for it"
    await becomes_unreachable(event.created_at - timedelta(hours=23))
    for n in others:
        await events.answer(n, event.id, Answer.WAITING)
    assert await events.fill_places() == 0, "it may be a slip"
    await becomes_unreachable(event.created_at - timedelta(hours=25))
    assert await events.fill_places() == 1
    assert await events.fill_places() == 0
    await becomes_unreachable(None)
    cards = [await events.get_card(event.id, n) for n in (first, *others)]
    assert [card and card.answer for card in cards] == [Answer.WAITING, Answer.COMING, Answer.WAITING]
    assert [card and card.attendance and card.attendance.ahead for card in cards] == [1, 0, 0]


async def test_many_places_are_given_in_several_transactions(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events = nida.app.services.events
    for n in await crowd(nida, GIVEN_AT_ONCE + 9):
        await events.answer(n, event.id, Answer.WAITING)
    await becomes(nida, capacity=GIVEN_AT_ONCE + 5)
    async with nida.app.services.database.write() as session:
        found = await session.get_one(EventRow, event.id)
        view = view_of(found, None, None)
        assert await Attending(session, view, nida.app.services.clock.now(), "en").fill() == GIVEN_AT_ONCE
        await session.rollback()
    assert await events.fill_places() == GIVEN_AT_ONCE + 4
    assert (await answers(nida)).count(Answer.WAITING) == 4


@pytest.mark.parametrize("off", [{"status": EventStatus.CANCELLED}, {"starts": None, "starts_at": None}])
async def test_no_place_is_given_at_what_does_not_take_place(nida: Nida, off: dict[str, Any]) -> None:
    event = await kept(nida, capacity=1)
    events, people = nida.app.services.events, await crowd(nida, 2)
    for n in people:
        await events.answer(n, event.id, Answer.WAITING)
    await becomes(nida, **off)
    await events.answer(people[0], event.id, Answer.DECLINED)
    assert sorted(await answers(nida), key=str) == [Answer.DECLINED, Answer.WAITING]
    await becomes(nida, status=EventStatus.LISTED, starts=event.starts, starts_at=event.starts_at)
    assert await events.fill_places() == 1


async def test_an_old_button_to_keep_informed_takes_no_place_away(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    await events.answer(somebody, event.id, Answer.COMING)
    await events.answer(somebody, event.id, Answer.FOLLOWING)
    await events.answer(somebody, event.id, Answer.WAITING)
    assert await answers(nida) == [Answer.COMING]
