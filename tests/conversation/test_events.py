"""Hearings and events as people meet them: found, answered, chosen reminders, the way there, and what is no longer possible."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from bot.announcements.notices import amend_copies
from bot.cases.models import CaseRow
from bot.events.attending import GIVEN_AT_ONCE, Attending
from bot.events.models import EventKind, EventRow, EventStatus
from bot.events.offsets import bit_of
from bot.events.reading import EVENTS, view_of
from bot.events.telling import Notice, card_subject, content
from bot.events.views import Reply
from bot.language import Translated, title, without_marks
from bot.sources.models import Step, StepRow
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow
from bot.telegram.intake import AT_ONCE
from tests.conversation.speaking import LOCALES, label, notice, said, shown_labels, words
from tests.conversation.test_cases import CASE, supporter
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

SLUG = "tests-appeal"
DAY = timedelta(days=1)


def text(en: str, ar: str, ur: str) -> Translated:
    made = datetime(2026, 11, 1, tzinfo=UTC)
    return Translated().revised({"en": en, "ar": ar, "ur": ur}, by="tests", at=made, source="en")


TITLE = text("The appeal of the Five", "استئناف الخمسة", "پانچوں کی اپیل")


async def kept(nida: Nida, slug: str = SLUG, ahead: timedelta | None = 9 * DAY, **given: Any) -> EventRow:
    """A hearing of the tests' own, so long from now; without a date where `ahead` is None."""
    now = nida.app.services.clock.now()
    starts = (now + ahead).astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None, microsecond=0) if ahead else None
    values = {
        "kind": EventKind.HEARING,
        "status": EventStatus.LISTED if ahead else EventStatus.PROVISIONAL,
        "title": TITLE,
        "timezone": "Europe/London",
        "starts": starts,
        "starts_at": starts.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC) if starts else None,
        "venue": text("Court 4, 1 High Street", "المحكمة، القاعة 4", "عدالت، کمرہ 4"),
        "created_at": now,
        "changed_at": now,
        **given,
    }
    async with nida.app.services.database.write() as session:
        case_id = await session.scalar(select(CaseRow.id).where(CaseRow.slug == CASE))
        row = EventRow(slug=slug, case_id=case_id, **values)
        session.add(row)
        await session.flush()
        return row


async def sends_what_is_owed(nida: Nida) -> None:
    await nida.app.services.announcements.finish_fan_outs()
    nida.app.sender.notify()


async def becomes(nida: Nida, **values: Any) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(update(EventRow).where(EventRow.slug == SLUG).values(**values))


async def answers(nida: Nida) -> list[Answer]:
    async with nida.app.services.database.read() as session:
        return list((await session.scalars(select(AttendanceRow.answer).order_by(AttendanceRow.since))).all())


async def the_attendance(nida: Nida) -> AttendanceRow:
    async with nida.app.services.database.read() as session:
        return (await session.scalars(select(AttendanceRow))).one()


def has(locale: str, message: str) -> Any:
    return lambda shown: label(locale, message) in shown_labels(shown)


async def opened(world: TelegramWorld, locale: str = "en") -> tuple[Person, ChatMessage]:
    """Somebody who subscribed looks at the event."""
    sam = await supporter(world, locale)
    return sam, await sees_it(sam, locale)


async def sees_it(sam: Person, locale: str = "en") -> ChatMessage:
    return await sam.sees(TITLE.texts[locale].text, after=await sam.types(f"/event {SLUG}"))


async def crowd(nida: Nida, size: int) -> list[int]:
    async with nida.app.services.database.write() as session:
        made = [
            SupporterRow(id=n, tag=n.to_bytes(8), telegram_id=b"sealed", locale="en", created_at=nida.app.services.clock.now())
            for n in range(1, size + 1)
        ]
        for row in made:
            row.consented_at = nida.app.services.clock.now()
        session.add_all(made)
    return [row.id for row in made]


@pytest.mark.parametrize("locale", LOCALES)
async def test_an_event_is_found_answered_and_its_way_and_reminders_are_shown(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    await kept(nida, arrive=text("At the main door", "عند الباب الرئيسي", "مرکزی دروازے پر"), capacity=2)
    sam = await supporter(world, locale)
    listed = await sam.sees(TITLE.texts[locale].text, after=await sam.types("/events"))
    await sam.taps(TITLE.texts[locale].text, on=listed)
    card = await sam.sees(has(locale, "I will come"))
    assert card.id == listed.id, "menus edit in place"
    assert words(locale).count("{n} place is free.", "{n} places are free.", 2).plain in card.text
    answered = await sam.answers_to(await sam.taps(label(locale, "I will come"), on=card))
    assert answered["text"] == notice(locale, "Noted: you will come.")
    await sam.sees(said(locale, "You said that you will come."))
    await sam.taps(label(locale, "How to get there"))
    way = await sam.sees(said(locale, "When and where to be"))
    assert way.id == card.id
    await sam.taps(label(locale, "Back"))
    await sam.sees(has(locale, "Remind me"))
    await sam.taps(label(locale, "Remind me"))
    reminders = await sam.sees(said(locale, "When do you want to be reminded? Tap to change."))
    assert sum("✓" in shown for shown in reminders.labels) == 3, "who comes is reminded as is usual"
    await sam.taps(without_marks(words(locale).count("{n} minute before", "{n} minutes before", 30).plain), on=reminders)
    await sam.sees(lambda message: sum("✓" in shown for shown in message.labels) == 4)
    assert (await the_attendance(nida)).reminders == sum(map(bit_of, (7 * 24 * 60, 24 * 60, 120, 30)))
    await sam.taps(label(locale, "As is usual"))
    await sam.sees(lambda message: sum("✓" in shown for shown in message.labels) == 3)
    assert (await the_attendance(nida)).reminders is None


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_calendar_file_and_the_message_to_pass_on(world: TelegramWorld, nida: Nida, locale: str) -> None:
    await kept(nida)
    sam, card = await opened(world, locale)
    await sam.taps(label(locale, "Add to calendar"), on=card)
    sent = await sam.sees(lambda message: message.file is not None)
    assert sent.file is not None
    assert sent.file["name"] == f"{SLUG}.ics"
    assert (await sam.downloads(sent)).startswith(b"BEGIN:VCALENDAR\r\n")
    await sam.taps(label(locale, "Share"), on=card)
    shared = await sam.sees(has(locale, "Send it to somebody"))
    assert f"?start=event-{SLUG}" in shared.text
    url = shared.buttons[0][0].url
    assert url is not None
    assert url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F")


async def test_events_are_listed_by_what_is_mine_what_is_on_and_by_case(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await supporter(world)
    everything = await sam.sees("Hearings and events", after=await sam.types("/events"))
    assert "My hearings and events" in everything.labels
    await sam.taps("My hearings and events", on=everything)
    await sam.sees("You have no hearing or event at the moment.")
    await sees_it(sam)
    await sam.taps("Keep me informed")
    await sam.sees("You will hear of every change.")
    mine = await sam.sees("My hearings and events", after=await sam.types("/events"))
    assert [shown for shown in shown_labels(mine) if "appeal" in shown]
    await sam.sees("Status: Open", after=await sam.types(f"/case {CASE}"))
    await sam.taps("Hearings and events")
    await sam.sees("hearings and events")


async def test_a_link_leads_to_the_event_over_the_consent_in_any_language(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await world.person(language_code="en")
    await sam.starts(f"event-{SLUG}__poster")
    await sam.sees("The hearing or event you came for")
    await sam.taps("اردو")
    await sam.sees(has("ur", "Subscribe"))
    await sam.taps(label("ur", "Subscribe"))
    await sam.sees(has("ur", "I will come"))
    async with nida.app.services.database.read() as session:
        subscribed = select(StepRow.source, StepRow.people).where(StepRow.step == Step.SUBSCRIBED)
        assert [tuple(each) for each in await session.execute(subscribed)] == [("poster", 1)]
    again = await sam.starts(f"event-{SLUG}")
    await sam.sees(has("ur", "I will come"), after=again)


async def test_a_link_to_an_event_that_is_not_there_says_so_and_starts_normally(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts("event-never-was")
    await sam.sees("leads to a hearing or event that is not here")
    await sam.sees("Welcome")


async def test_a_name_that_is_none_is_said_and_what_is_on_is_offered(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await world.person(language_code="en")
    await sam.types("/event never-was")
    await sam.sees("There is no hearing or event by that name.")
    await sam.sees(TITLE.texts["en"].text)


async def test_who_has_not_subscribed_is_asked_first_and_lands_on_the_event(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await world.person(language_code="en")
    await sees_it(sam)
    await sam.taps("I will come")
    await sam.sees("subscribe first")
    assert await answers(nida) == []
    await sam.taps("Subscribe")
    await sam.sees(has("en", "I will come"))
    await sam.taps("I will come")
    await sam.sees("You said that you will come.")


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
    assert sorted(await answers(nida)) == [Answer.COMING, Answer.DECLINED]
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
    assert sorted(await answers(nida)) == [Answer.COMING, Answer.COMING, Answer.WAITING]
    assert await events.fill_places() == 0


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


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"status": EventStatus.CANCELLED}, "This is cancelled, so there is nothing to come to."),
        ({"status": EventStatus.HEARD}, "This is already over."),
        (
            {"status": EventStatus.ADJOURNED, "starts": None, "starts_at": None},
            "There is no date yet. Let us keep you informed, and you hear when there is one.",
        ),
        ({"starts": datetime(2025, 1, 1), "starts_at": datetime(2025, 1, 1, tzinfo=UTC)}, "This is already over."),  # noqa: DTZ001
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
async def test_an_old_button_of_what_changed_since_is_told_so_and_changes_nothing(
    world: TelegramWorld, nida: Nida, values: dict[str, Any], told: str, locale: str
) -> None:
    await kept(nida)
    sam, card = await opened(world, locale)
    await becomes(nida, **values)
    answered = await sam.answers_to(await sam.taps(label(locale, "I will come"), on=card))
    assert answered["text"] == notice(locale, told)
    assert await answers(nida) == []
    shown = await sam.sees(lambda message: message.id == card.id and label(locale, "I will come") not in shown_labels(message))
    again = card.button(label(locale, "Add to calendar"))
    assert again is not None
    refused = await sam.answers_to(await sam.forges(again.data or "", on=shown))
    assert refused["text"] == notice(locale, "There is no date to add.")
    reminding = card.button(label(locale, "Remind me"))
    assert reminding is not None
    refused = await sam.answers_to(await sam.forges(reminding.data or "", on=shown))
    assert refused["text"] == notice(locale, "There is nothing to be reminded of.")


@pytest.mark.parametrize(
    "data",
    [
        "event:999999:0",
        "answer:999999:coming:0",
        "answer:99999999999999999999:coming:0",
        "decline:999999:0",
        "reminders:999999",
        "remind:999999:60:1",
        "as-usual:999999",
        "way:999999:0",
        "calendar:999999",
        "share:event:999999:",
        "case-events:999999:0",
    ],
)
async def test_a_button_whose_event_is_gone(world: TelegramWorld, nida: Nida, data: str) -> None:
    sam = await supporter(world)
    answered = await sam.answers_to(await sam.forges(data))
    assert answered["text"] == "This is no longer here."
    assert await answers(nida) == []


@pytest.mark.parametrize(
    "data", ["answer:1:president:0", "remind:1:7:1", "remind:1:60:maybe", "events:2:0", "way:1", "event:-1:0"]
)
async def test_forged_buttons_of_events_change_nothing(world: TelegramWorld, nida: Nida, data: str) -> None:
    await kept(nida)
    sam = await supporter(world)
    await sam.answers_to(await sam.forges(data))
    await nida.app.intake.drain()
    assert await answers(nida) == []


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_message_that_shows_an_event_is_put_right_when_that_changes(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    await kept(nida)
    sam, first = await opened(world, locale)
    card = await sees_it(sam, locale)
    await put_off(nida)
    told = said(locale, "NOT going ahead: it is cancelled.")
    right = await sam.sees(told)
    assert right.id == card.id
    assert label(locale, "I will come") not in shown_labels(right)
    assert told not in next(message for message in (await sam.chat()).from_bot if message.id == first.id).text, "the latest alone"


async def test_an_event_that_changed_while_it_was_shown_is_shown_anew(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await supporter(world)
    events = nida.app.services.events
    stale = await events.get_card(SLUG, None)
    assert stale is not None
    await put_off(nida)
    somebody = (await nida.app.services.supporters.recognise(sam.id, "en")).id
    assert somebody is not None
    changed = await events.keep_shown(somebody, stale, 1, "en")
    assert changed is not None
    assert changed.event.status is EventStatus.CANCELLED
    assert await events.keep_shown(somebody, changed, 1, "en") is None


async def put_off(nida: Nida) -> None:
    """As a change does it: the event and what shows it in one transaction."""
    services = nida.app.services
    async with services.database.write() as session:
        await session.execute(update(EventRow).values(status=EventStatus.CANCELLED, sequence=EventRow.sequence + 1))
        row = (await session.execute(EVENTS.where(EventRow.slug == SLUG))).one()
        card = content(view_of(row[0], row[1], row[2]), Notice.CARD, "en")
        await amend_copies(session, card_subject(SLUG), card, services.clock.now())
    await sends_what_is_owed(nida)


@pytest.mark.parametrize("off", [{"status": EventStatus.CANCELLED}, {"starts": None, "starts_at": None}])
async def test_no_place_is_given_at_what_does_not_take_place(nida: Nida, off: dict[str, Any]) -> None:
    event = await kept(nida, capacity=1)
    events, people = nida.app.services.events, await crowd(nida, 2)
    for n in people:
        await events.answer(n, event.id, Answer.WAITING)
    await becomes(nida, **off)
    await events.answer(people[0], event.id, Answer.DECLINED)
    assert sorted(await answers(nida)) == [Answer.DECLINED, Answer.WAITING]
    await becomes(nida, status=EventStatus.LISTED, starts=event.starts, starts_at=event.starts_at)
    assert await events.fill_places() == 1


async def test_who_muted_hearings_is_not_shown_that_they_hear_of_one(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    assert event.case_id is not None
    async with nida.app.services.database.write() as session:
        session.add(FollowingRow(supporter_id=somebody, case_id=event.case_id, since=event.created_at))
    for muted, hears in ((Kind.ACTION, True), (Kind.HEARING, False)):
        async with nida.app.services.database.write() as session:
            await session.execute(update(SupporterRow).values(muted_kinds=muted.bit))
        card = await events.get_card(event.id, somebody)
        assert card is not None
        assert (card.follows_case, card.is_concerned) == (hears, hears)


async def test_an_old_button_to_keep_informed_takes_no_place_away(nida: Nida) -> None:
    event = await kept(nida, capacity=1)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    await events.answer(somebody, event.id, Answer.COMING)
    await events.answer(somebody, event.id, Answer.FOLLOWING)
    await events.answer(somebody, event.id, Answer.WAITING)
    assert await answers(nida) == [Answer.COMING]


async def test_what_has_no_date_can_be_followed_and_declined(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida, ahead=None, expected=text("in December", "في ديسمبر", "دسمبر میں"))
    sam, card = await opened(world)
    assert "in December" in without_marks(card.text)
    assert not {"I will come", "Remind me", "Add to calendar", "Share"} & set(card.labels)
    await sam.taps("Keep me informed", on=card)
    await sam.sees("You will hear of every change.")
    await sam.taps("Not this time")
    await sam.sees("You said: not this time.")
    assert await answers(nida) == [Answer.DECLINED]


async def test_choosing_a_reminder_is_wanting_to_hear(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    await events.answer(somebody, event.id, Answer.DECLINED)
    card = await events.choose_reminder(somebody, event.id, 24 * 60, wanted=True)
    assert card is not None
    assert card.attendance is not None
    assert (card.attendance.answer, card.reminders) == (Answer.FOLLOWING, bit_of(24 * 60))


async def test_choosing_a_reminder_is_no_answer_of_who_follows_the_case(nida: Nida) -> None:
    event = await kept(nida)
    events, (somebody,) = nida.app.services.events, await crowd(nida, 1)
    assert event.case_id is not None
    following = nida.app.services.following
    await following.follow(somebody, event.case_id)
    for wanted in (True, False):
        card = await events.choose_reminder(somebody, event.id, 30, wanted=wanted)
        assert card is not None
        assert (card.answer, bool(card.reminders & bit_of(30)), card.is_concerned) == (None, wanted, True)
    await following.unfollow(somebody, event.case_id)
    card = await events.get_card(event.id, somebody)
    assert card is not None
    assert (card.is_concerned, card.reminders) == (False, 0)
    assert (await events.list_mine(somebody, 0, 5)).total == 0


async def test_answers_are_handed_out_and_erased(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam, card = await opened(world)
    await sam.taps("I will come", on=card)
    await sam.sees("You said that you will come.")
    told = await sam.sees("You answered to 1 hearing or event:", after=await sam.types("/mydata"))
    assert f"{SLUG}: I will come" in without_marks(told.text)
    async with nida.app.services.database.write() as session:
        await session.execute(update(AttendanceRow).values(answer=None, reminders=bit_of(30)))
    told = await sam.sees("You answered to 1 hearing or event:", after=await sam.types("/mydata"))
    assert f"{SLUG}: Remind me" in without_marks(told.text)
    await sam.sees("will be erased at once", after=await sam.types("/forget"))
    await sam.taps("Erase everything")
    await sam.sees("Nothing is kept about you any more")
    assert await answers(nida) == []
