"""Hearings and events as people meet them: found, listed, opened from a link, the way there, and what is passed on."""

import pytest
from sqlalchemy import select

from bot.events.offsets import bit_of
from bot.language import without_marks
from bot.sources.models import Step, StepRow
from tests.conversation.hearings import SLUG, TITLE, answers, kept, opened, sees_it, text, the_attendance
from tests.conversation.people import CASE, supporter
from tests.conversation.speaking import LOCALES, has, label, notice, said, shown_labels, words
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


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
    await sam.taps("Back", on=await sam.sees("subscribe first"))
    await sam.taps("I will come", on=await sam.sees(has("en", "I will come")))
    await sam.sees("subscribe first")
    assert await answers(nida) == []
    await sam.taps("Subscribe")
    await sam.sees(has("en", "I will come"))
    await sam.taps("I will come")
    await sam.sees("You said that you will come.")
