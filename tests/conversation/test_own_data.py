"""What is kept of a person, as they are told it, get it as a file, and have it erased."""

import json

import pytest
from sqlalchemy import select

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
from tests.conversation.people import CASE, count, follower, supporter
from tests.conversation.petitions import PLAIN, signs
from tests.conversation.speaking import LOCALES, catalogues, has, label, said
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


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
    page = await sam.sees(has(locale, "Follow"), after=sent)
    await sam.taps(label(locale, "Follow"), on=page)
    await sam.sees(kept, after=sent)


@pytest.mark.parametrize("locale", LOCALES)
async def test_privacy_and_help_are_told_in_each_language(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/privacy")
    await sam.sees(said(locale, "What is not kept"))
    sent = await sam.types("/help")
    helped = without_marks((await sam.sees("/mydata", after=sent)).text)
    assert all(f"/{name}" in helped for name in ("cases", "following", "news", "stop", "forget"))


async def test_my_data_is_told_in_words_and_given_as_a_file(world: TelegramWorld, nida: Nida) -> None:
    sam = await follower(world)
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
async def test_of_a_stranger_nothing_is_kept(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/mydata")
    await sam.sees(said(locale, "Nothing is kept about you."))


@pytest.mark.parametrize("locale", LOCALES)
async def test_who_only_signed_reads_what_they_agreed_to_and_when(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await signs(sam, PLAIN, locale)
    told = await sam.sees(said(locale, "Everything that is kept about you"), after=await sam.types("/mydata"))
    agreed = said(locale, "Version of what you agreed to: {number}", number=number(1))
    assert PLAIN in told.text
    assert without_marks(told.text).count(without_marks(agreed)) == 1


async def test_forget_asks_once_and_erases_at_once(world: TelegramWorld, nida: Nida) -> None:
    sam = await follower(world)
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
