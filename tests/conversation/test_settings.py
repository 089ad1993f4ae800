"""Settings in the chat: chosen by tapping, told in words, and honoured in what is sent."""

import pytest

from bot.language import Reader, without_marks
from bot.supporters.kinds import Kind
from bot.telegram.models import ConversationRow
from tests.conversation.people import CASE, count, supporter, the_supporter
from tests.conversation.speaking import LOCALES, catalogues, has, label, said, shown_labels, words
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld


async def opens_settings(sam: Person, locale: str = "en") -> ChatMessage:
    return await sam.sees(has(locale, "City for times"), after=await sam.types("/settings"))


async def test_region_digits_sound_and_kinds_are_chosen_by_tapping(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world, "ar")
    await opens_settings(sam, "ar")
    await sam.taps(label("ar", "Country"))
    await sam.sees(lambda message: "سوريا" in shown_labels(message))
    await sam.taps("سوريا")
    await sam.sees("سوريا")
    await sam.taps(label("ar", "Digits"))
    await sam.sees(lambda message: len(message.buttons[0]) == 3)
    await sam.taps("٤٥٦")
    await sam.sees("٤٥٦")
    await sam.taps(label("ar", "Sound off"))
    await sam.sees(said("ar", "Sound: off"))
    await sam.taps(label("ar", "Which updates"))
    await sam.sees(lambda message: any("✓" in text for text in message.labels))
    await sam.taps(without_marks(words("ar").label("✓ {kind}", kind=words("ar").say("Court filing")).text))
    await sam.sees(lambda message: len(message.buttons) == 6 and sum("✓" in text for text in message.labels) == 4)
    row = await the_supporter(nida)
    assert (row.region, row.digits, row.silent, row.muted_kinds) == ("SY", "arabic", True, 4)


@pytest.mark.parametrize("locale", LOCALES)
async def test_hijri_dates_are_shown_to_who_asks_for_them_and_to_nobody_else(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    asking, other = await supporter(world, locale), await supporter(world, locale)
    for person in (asking, other):
        await person.types(f"/case {CASE}")
        await person.sees(has(locale, "Follow"))
        await person.taps(label(locale, "Follow"))
    await asking.types("/settings")
    await asking.sees(said(locale, "Hijri dates: not shown"))
    await asking.taps(label(locale, "Show Hijri dates"))
    await asking.sees(said(locale, "Hijri dates: shown too"))
    await nida.announces("north-gate-five-bail")
    calendar = {"en": "Umm al-Qura calendar", "ar": "تقويم أم القرى", "ur": "ام القریٰ کیلنڈر"}[locale]
    for person in (asking, other):
        alert = await person.sees(has(locale, "Stop following"))
        assert (calendar in without_marks(alert.text)) is (person is asking)
    await asking.types("/mydata")
    await asking.sees(said(locale, "Hijri dates: shown too"))
    await asking.types("/news")
    await asking.sees(calendar)


async def who_is_asked_for_their_city(world: TelegramWorld) -> Person:
    sam = await supporter(world)
    await opens_settings(sam)
    await sam.taps("City for times")
    await sam.sees("Write the name of your city")
    return sam


async def test_a_place_is_found_in_another_script_and_sets_the_time_zone(world: TelegramWorld, nida: Nida) -> None:
    sam = await who_is_asked_for_their_city(world)
    await sam.types("Xyzzyville")
    await sam.sees("not known here")
    await sam.types("کراچی")
    await sam.sees("Which city do you mean?")
    await sam.taps("Karachi")
    await sam.sees("Times are shown for: ")
    row = await the_supporter(nida)
    assert (row.place, row.timezone) == ("karachi", "Asia/Karachi")
    await sam.types("Lahore")
    await sam.sees("I do not understand sentences yet")


async def test_a_question_left_open_survives_a_command_and_is_left_by_cancel(world: TelegramWorld, nida: Nida) -> None:
    sam = await who_is_asked_for_their_city(world)
    await sam.types("/help")
    await sam.sees("/forget")
    await sam.types("never mind")
    await sam.sees("Nothing is waiting for your answer any more.")
    assert await count(nida, ConversationRow) == 0
    await sam.types("Karachi")
    await sam.sees("I do not understand sentences yet")


@pytest.mark.parametrize("away", ["Back to settings", "Sound off", "/settings"])
async def test_a_question_is_left_by_going_elsewhere(world: TelegramWorld, nida: Nida, away: str) -> None:
    sam = await supporter(world)
    overview = await opens_settings(sam)
    await opens_settings(sam)
    await sam.taps("City for times")
    await sam.sees("Write the name of your city")
    if away == "/settings":
        await opens_settings(sam)
    else:
        await sam.answers_to(await sam.taps(away, on=overview if away == "Sound off" else None))
    await sam.types("Karachi")
    await sam.sees("I do not understand sentences yet")


@pytest.mark.parametrize("locale", LOCALES)
async def test_who_turned_every_kind_off_is_told_in_words(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    supporters = nida.app.services.supporters
    for kind in Kind:
        await supporters.mute(await supporters.recognise(sam.id, locale), kind)
    await sam.types("/settings")
    words = catalogues().words(Reader(locale))
    expected = without_marks(words.say("Updates: {kinds}", kinds=words.say("no kind")).plain)
    await sam.sees(lambda message: expected in without_marks(message.text))


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_menu_follows_the_language_that_was_chosen(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code="en")
    await nida.app.surface.set_up()
    await sam.types("/language")
    await sam.sees("Which language do you read?")
    await sam.taps({"en": "English", "ar": "العربية", "ur": "اردو"}[locale])
    described = words(locale).describe("All cases", 256).text
    while {command["command"]: command["description"] for command in (await sam.chat()).commands}.get("cases") != described:
        await nida.app.services.clock.sleep(0.02)


@pytest.mark.parametrize("locale", LOCALES)
async def test_how_often_and_quiet_hours_are_chosen_by_tapping(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await sam.types("/settings")
    await sam.sees(has(locale, "How often"))
    await sam.taps(label(locale, "How often"))
    await sam.sees(said(locale, "How often do you want to hear about the cases you follow?"))
    await sam.taps(said(locale, "once a week"))
    await sam.sees(has(locale, "Quiet hours"))
    await sam.taps(label(locale, "Quiet hours"))
    page = await sam.sees(has(locale, "No quiet hours"))
    await sam.taps(next(text for text in page.labels if "23:00" in text))
    await sam.sees(has(locale, "City for times"))
    row = await the_supporter(nida)
    assert (row.digest_days, row.quiet_from, row.quiet_until) == (7, 23 * 60, 8 * 60)
    await sam.taps(label(locale, "Quiet hours"))
    await sam.sees(has(locale, "No quiet hours"))
    await sam.taps(label(locale, "No quiet hours"))
    await sam.sees(has(locale, "City for times"))
    row = await the_supporter(nida)
    assert (row.quiet_from, row.quiet_until) == (0, 0)
