"""Settings, pausing, stopping, and what is kept."""

import json

import pytest
from sqlalchemy import func, select

from bot.announcements.labels import KINDS
from bot.daytime import Hours
from bot.delivery.models import DeliveryRow, DeliveryState
from bot.language import Digits, Reader, command, identifier, name, number, without_marks
from bot.language.places import place_by_key, place_name
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow
from bot.supporters.service import CONSENT_VERSION
from bot.telegram.models import ConversationRow, InboundUpdateRow
from handlers.supporters.settings_pages import how_often
from tests.conversation.speaking import LOCALES, catalogues, label, said, shown_labels, words
from tests.conversation.test_cases import CASE, supporter
from tests.nida import Nida
from tests.person import Person
from tests.telegram_world import TelegramWorld


async def follows(sam: Person) -> None:
    await sam.types(f"/case {CASE}")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("You follow this case.")


async def count(nida: Nida, table: type) -> int:
    async with nida.app.services.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def the_supporter(nida: Nida) -> SupporterRow:
    async with nida.app.services.database.read() as session:
        return (await session.scalars(select(SupporterRow))).one()


async def test_region_digits_sound_and_kinds_are_chosen_by_tapping(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world, "ar")
    await sam.types("/settings")
    await sam.sees(lambda message: label("ar", "City for times") in shown_labels(message))
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
        await person.sees(lambda message: label(locale, "Follow") in shown_labels(message))
        await person.taps(label(locale, "Follow"))
    await asking.types("/settings")
    await asking.sees(said(locale, "Hijri dates: not shown"))
    await asking.taps(label(locale, "Show Hijri dates"))
    await asking.sees(said(locale, "Hijri dates: shown too"))
    await nida.announces("north-gate-five-bail")
    calendar = {"en": "Umm al-Qura calendar", "ar": "تقويم أم القرى", "ur": "ام القریٰ کیلنڈر"}[locale]
    for person in (asking, other):
        alert = await person.sees(lambda message: label(locale, "Stop following") in shown_labels(message))
        assert (calendar in without_marks(alert.text)) is (person is asking)
    await asking.types("/mydata")
    await asking.sees(said(locale, "Hijri dates: shown too"))
    await asking.types("/news")
    await asking.sees(calendar)


async def test_a_place_is_found_in_another_script_and_sets_the_time_zone(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types("/settings")
    await sam.sees(lambda message: "City for times" in message.labels)
    await sam.taps("City for times")
    await sam.sees("Write the name of your city")
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
    sam = await supporter(world)
    await sam.types("/settings")
    await sam.sees(lambda message: "City for times" in message.labels)
    await sam.taps("City for times")
    await sam.sees("Write the name of your city")
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
    await sam.types("/settings")
    overview = await sam.sees(lambda message: "City for times" in message.labels)
    sent = await sam.types("/settings")
    await sam.sees(lambda message: "City for times" in message.labels, after=sent)
    await sam.taps("City for times")
    await sam.sees("Write the name of your city")
    if away.startswith("/"):
        sent = await sam.types(away)
        await sam.sees(lambda message: "City for times" in message.labels, after=sent)
    else:
        await sam.answers_to(await sam.taps(away, on=overview if away == "Sound off" else None))
    await sam.types("Karachi")
    await sam.sees("I do not understand sentences yet")


async def test_who_paused_gets_nothing_until_they_resume(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await follows(sam)
    await sam.types("/pause")
    await sam.sees("For how long")
    await sam.taps("One week")
    await sam.sees("Paused until")
    before = (await sam.last()).id
    await nida.announces("north-gate-five-bail")
    assert (await sam.last()).id == before
    await sam.types("/resume")
    await sam.sees("You receive messages again.")


@pytest.mark.parametrize(
    ("locale", "word"), [("en", "/stop"), ("en", "Stop"), ("ar", "توقف"), ("ur", "بند کرو"), ("ur", "band karo")]
)
async def test_stop_stops_everything_at_once_and_can_be_undone(world: TelegramWorld, nida: Nida, locale: str, word: str) -> None:
    sam = await supporter(world, locale)
    await sam.types(word)
    await sam.sees(said(locale, "Stopped. You will get no more messages from us."))
    assert (await the_supporter(nida)).stopped_at is not None
    await sam.answers_to(await sam.taps(label(locale, "Undo: keep me subscribed")))
    await sam.sees(said(locale, "Which case do you want to follow?"))
    assert (await the_supporter(nida)).stopped_at is None


@pytest.mark.parametrize("locale", LOCALES)
async def test_whoever_is_asked_to_subscribe_reads_what_is_kept(world: TelegramWorld, nida: Nida, locale: str) -> None:
    kept = said(
        locale,
        "If you subscribe, we keep your Telegram ID in encrypted form, your language and settings, the cases and petitions you "
        "follow, what you answer to events and actions, and which messages reached you, nothing more. Details: {privacy}",
        privacy=command("privacy"),
    )
    sam = await world.person(language_code=locale)
    await sam.starts()
    await sam.sees(kept)
    for text in ("/resume", "/stop"):
        sent = await sam.types(text)
        asked = await sam.sees(lambda message: len(message.buttons) == 1, after=sent)
        assert without_marks(kept) in without_marks(asked.text)
    sent = await sam.types(f"/case {CASE}")
    page = await sam.sees(lambda message: label(locale, "Follow") in shown_labels(message), after=sent)
    await sam.taps(label(locale, "Follow"), on=page)
    await sam.sees(kept, after=sent)


async def test_a_stop_inside_a_sentence_is_no_stop(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types("STOP this bill!")
    await sam.sees("I do not understand sentences yet")
    assert (await the_supporter(nida)).stopped_at is None


async def test_blocking_is_noticed_and_honoured_and_so_is_coming_back(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await follows(sam)
    await sam.blocks()
    await nida.app.intake.drain()
    while (await the_supporter(nida)).blocked_at is None:
        await nida.app.services.clock.sleep(0.01)
    await nida.announces("north-gate-five-bail")
    assert await count(nida, DeliveryRow) == 0
    await sam.unblocks()
    while (await the_supporter(nida)).blocked_at is not None:
        await nida.app.services.clock.sleep(0.01)


@pytest.mark.parametrize("tapping", [True, False])
async def test_who_writes_or_taps_is_no_longer_taken_for_blocked(world: TelegramWorld, nida: Nida, tapping: bool) -> None:
    sam = await supporter(world)
    await nida.app.services.supporters.blocked(sam.id)  # and what tells of their return never came
    if tapping:
        await sam.answers_to(await sam.forges("cases:0"))
    else:
        await sam.types("/help")
        await sam.sees("/forget")
    assert (await the_supporter(nida)).blocked_at is None


async def test_my_data_is_told_in_words_and_given_as_a_file(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await follows(sam)
    await nida.announces("north-gate-five-bail")
    await sam.types("/mydata")
    told = await sam.sees("Everything that is kept about you")
    assert str(sam.id) in told.text
    assert CASE in told.text
    assert "1 message was sent to you." in told.text
    file = await sam.sees(lambda message: message.file is not None)
    kept = json.loads(await sam.downloads(file))["kept"]
    assert (kept["telegram_id"], kept["language"], kept["follows"][0]["case"]) == (sam.id, "en", CASE)


@pytest.mark.parametrize("locale", LOCALES)
async def test_my_data_tells_every_setting(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    supporters = nida.app.services.supporters
    them = await supporters.recognise(sam.id, locale)
    await supporters.choose_digits(them, Digits.urdu)
    await supporters.choose_place(them, "karachi", "Asia/Karachi")
    await supporters.set_silent(them, True)
    await supporters.mute(them, Kind.ACTION)
    await supporters.set_quiet_hours(them, Hours(22 * 60, 7 * 60))
    await supporters.set_digest(them, 7)
    read = catalogues().words(Reader(locale, digits=Digits.urdu))
    await sam.types("/mydata")
    told = without_marks((await sam.sees(said(locale, "Everything that is kept about you"))).text)
    place = place_by_key("karachi")
    assert place is not None
    for expected in (
        read.say("Digits: {digits}", digits=name("۴۵۶")),
        read.say("Times are shown for: {place}", place=place_name(read, place)),
        read.say("Sound: off"),
        read.say("How often: {often}", often=how_often(read, 7)),
        read.say("Quiet hours: {hours}", hours=identifier("22:00-07:00")),
        read.say("Off: {kind}", kind=read.say(KINDS[Kind.ACTION])),
        read.say("You follow no case."),
        read.say("No message was sent to you."),
        read.say("Version of what you agreed to: {number}", number=number(CONSENT_VERSION)),
    ):
        assert without_marks(expected.plain) in told


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
async def test_of_a_stranger_nothing_is_kept(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/mydata")
    await sam.sees(said(locale, "Nothing is kept about you."))


async def test_forget_asks_once_and_erases_at_once(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await follows(sam)
    await nida.announces("north-gate-five-bail")
    await sam.types("/forget")
    await sam.sees("will be erased at once")
    await sam.taps("Keep it")
    await sam.sees("Nothing was erased.")
    assert await count(nida, SupporterRow) == 1
    await sam.types("/forget")
    await sam.sees("will be erased at once")
    await sam.taps("Erase everything")
    await sam.sees("Nothing is kept about you any more")
    await nida.app.intake.drain()
    assert [await count(nida, table) for table in (SupporterRow, FollowingRow, ConversationRow)] == [0, 0, 0]
    async with nida.app.services.database.read() as session:
        (delivery,) = (await session.scalars(select(DeliveryRow))).all()
        bodies = (await session.scalars(select(InboundUpdateRow.body))).all()
    assert delivery.supporter_id < 0
    assert delivery.state is DeliveryState.SENT
    assert set(bodies) == {None}


@pytest.mark.parametrize("locale", LOCALES)
async def test_privacy_and_help_are_told_in_each_language(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/privacy")
    await sam.sees(said(locale, "What is not kept"))
    sent = await sam.types("/help")
    helped = without_marks((await sam.sees("/mydata", after=sent)).text)
    assert all(f"/{name}" in helped for name in ("cases", "following", "news", "stop", "forget"))


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
    await sam.sees(lambda message: label(locale, "How often") in shown_labels(message))
    await sam.taps(label(locale, "How often"))
    await sam.sees(said(locale, "How often do you want to hear about the cases you follow?"))
    await sam.taps(said(locale, "once a week"))
    await sam.sees(lambda message: label(locale, "Quiet hours") in shown_labels(message))
    await sam.taps(label(locale, "Quiet hours"))
    page = await sam.sees(lambda message: label(locale, "No quiet hours") in shown_labels(message))
    await sam.taps(next(text for text in page.labels if "23:00" in text))
    await sam.sees(lambda message: label(locale, "City for times") in shown_labels(message))
    row = await the_supporter(nida)
    assert (row.digest_days, row.quiet_from, row.quiet_until) == (7, 23 * 60, 8 * 60)
    await sam.taps(label(locale, "Quiet hours"))
    await sam.sees(lambda message: label(locale, "No quiet hours") in shown_labels(message))
    await sam.taps(label(locale, "No quiet hours"))
    await sam.sees(lambda message: label(locale, "City for times") in shown_labels(message))
    row = await the_supporter(nida)
    assert (row.quiet_from, row.quiet_until) == (0, 0)


async def test_the_settings_say_until_when_somebody_paused(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world, "en")
    await sam.types("/pause")
    await sam.sees(lambda message: "One week" in message.labels)
    await sam.taps("One week")
    await sam.sees("Paused until")
    await sam.types("/settings")
    await sam.sees(lambda message: "Settings" in message.text and "Paused until" in message.text)
    await sam.taps("Receive messages again")
    await sam.sees("You receive messages again.")
