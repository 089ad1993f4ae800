"""Passing on: what is typed behind the bot's name, and the link, the picture and the code of the Share button."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from sqlalchemy import update

from bot.language import Digits, without_marks
from bot.pictures import lettering
from bot.sources.models import Step
from bot.supporters.models import SupporterRow
from tests.conversation.people import supporter
from tests.conversation.sources import steps
from tests.conversation.speaking import LOCALES, label, notice
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

PETITION, CASE = "civilian-court-for-the-two", "lake-station-two"
WORDS = {"en": "civilian court", "ar": "محكمة مدنية", "ur": "سول عدالت"}
TITLES = {
    "en": "A civilian court for the Lake Station Two",
    "ar": "محكمة مدنية لمذيعَي إذاعة البحيرة",
    "ur": "جھیل ریڈیو کے دو میزبانوں کے لیے سول عدالت",
}


async def reader(world: TelegramWorld, locale: str) -> Person:
    return await world.person("Zara", language_code=locale)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_petition_is_found_inline_in_the_askers_language_and_sent_with_a_counted_link(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    zara = await reader(world, locale)
    offer = next(each for each in await zara.asks_inline(WORDS["en"]) if each.id.startswith("petition:"))
    assert without_marks(offer.title) == TITLES[locale]
    again = await zara.asks_inline(WORDS[locale])
    assert offer.id in [each.id for each in again]
    message = await zara.chooses(offer)
    assert message.via_bot
    assert TITLES[locale] in without_marks(message.text)
    link = f"https://t.me/NidaDemoBot?start=petition-{PETITION}__inline"
    assert link in message.text
    assert [(without_marks(button.text), button.url) for row in message.buttons for button in row] == [
        (label(locale, "Read and sign"), link)
    ]
    await nida.app.intake.drain()
    assert (await zara.chat()).from_bot == [], "What is sent on is no question to the bot."
    assert await steps(nida) == {("", f"petition:{PETITION}"): {Step.SHARED: 1}}


async def test_each_kind_is_offered_and_each_card_leads_where_it_says(world: TelegramWorld, nida: Nida) -> None:
    zara = await reader(world, "en")
    offers = await zara.asks_inline("lake station")
    assert {each.id.partition(":")[0] for each in offers} >= {"petition", "case"}
    assert {each.id.partition(":")[0] for each in await zara.asks_inline("hearing")} >= {"event"}
    case = await zara.chooses(next(each for each in offers if each.id.startswith("case:")))
    assert f"start=case-{CASE}__inline" in case.text


async def test_the_language_chosen_in_the_bot_is_that_of_the_cards_whatever_the_app_speaks(
    world: TelegramWorld, nida: Nida
) -> None:
    zara = await reader(world, "en")
    await zara.starts("lang-ur")
    await zara.sees(lambda message: label("ur", "Subscribe") in without_marks(" ".join(message.labels)))
    offers = await zara.asks_inline("lake station")
    assert TITLES["ur"] in [without_marks(each.title) for each in offers]


async def test_what_goes_to_others_says_nothing_of_the_clock_calendar_and_digits_of_who_sends_it(
    world: TelegramWorld, nida: Nida
) -> None:
    zara = await supporter(world, "en")
    own = {"timezone": "Asia/Karachi", "hijri": True, "digits": Digits.urdu, "region": "PK"}
    async with nida.app.services.database.write() as session:
        await session.execute(update(SupporterRow).values(own))
    offer = next(each for each in await zara.asks_inline("hearing") if each.id.startswith("event:"))
    await zara.forges(f"share:event:{offer.id.partition(':')[2]}:")
    for card in (await zara.chooses(offer), await sees_the_card(zara, "en", "event")):
        shown = without_marks(card.text)
        assert "(Amman time)" in shown, shown
        assert "AH" not in shown
        assert set("۰۱۲۳۴۵۶۷۸۹").isdisjoint(shown)


@pytest.mark.parametrize("typed", ["xyzzy", "=cmd|' /C xyzzy'!A0", "<xyzzy>", "\u202exyzzy", "ن" * 256])
async def test_words_that_name_nothing_offer_nothing(world: TelegramWorld, nida: Nida, typed: str) -> None:
    zara = await reader(world, "ur")
    assert await zara.asks_inline(typed) == []
    assert (await zara.chat()).raw["inline"]["button"] is not None


async def test_without_words_there_is_what_one_can_do_and_a_way_to_the_bot(world: TelegramWorld, nida: Nida) -> None:
    zara = await reader(world, "ar")
    offers = await zara.asks_inline("")
    assert 0 < len(offers) <= 10
    button = (await zara.chat()).raw["inline"]["button"]
    assert without_marks(button["text"]) == label("ar", "Open the bot")
    await zara.starts(button["start_parameter"])
    await zara.sees(lambda message: bool(message.buttons))
    assert await steps(nida) == {("inline", ""): {Step.OPENED: 1}}


async def test_somebody_who_types_without_end_is_not_answered_without_end_and_may_still_write(
    world: TelegramWorld, nida: Nida
) -> None:
    zara = await reader(world, "en")
    for number in range(40):
        async with world.control.post(f"/control/people/{zara.id}/inline", json={"query": f"lake {number}"}) as response:
            assert response.status == 200
    await zara.starts()
    await zara.sees("Welcome")
    await nida.app.intake.drain()
    assert (await world.calls())["answerInlineQuery"] < 40


def shares(locale: str, kind: str) -> Callable[[ChatMessage], bool]:
    return lambda message: f"start={kind}-" in message.text and bool(message.buttons)


async def sees_the_card(zara: Person, locale: str, kind: str) -> ChatMessage:
    await zara.sees(lambda message: message.button(label(locale, "A code to scan")) is not None)
    return await zara.sees(shares(locale, kind))


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_petition_is_shared_by_link_picture_and_code(world: TelegramWorld, nida: Nida, locale: str) -> None:
    zara = await reader(world, locale)
    await zara.starts(f"petition-{PETITION}__poster")
    page = await zara.sees(lambda message: message.button(label(locale, "Share")) is not None)
    tapped = await zara.taps(label(locale, "Share"), on=page)
    assert (await zara.answers_to(tapped))["text"] == notice(locale, "You can pass the message below on.")
    card = await sees_the_card(zara, locale, "petition")
    assert f"https://t.me/NidaDemoBot?start=petition-{PETITION}__share" in card.text
    assert (card.buttons[0][0].url or "").startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2FNidaDemoBot")
    for button, source, size in (
        ("A square picture", "picture", (1080, 1080)),
        ("A wide picture", "picture", (1200, 630)),
        ("A code to scan", "code", None),
    ):
        after = (await zara.last()).id
        await zara.taps(label(locale, button))
        picture = await zara.sees(lambda message: message.kind == "photo", after=after)
        assert f"start=petition-{PETITION}__{source}" in picture.text
        assert TITLES[locale] in without_marks(picture.text)
        drawn = Image.open(io.BytesIO(await zara.downloads(picture)))
        assert size is None or drawn.size == size
    counted = await steps(nida)
    assert counted["poster", f"petition:{PETITION}"][Step.SHARED] == 1


async def test_a_case_is_shared_in_the_language_of_who_shares_it(world: TelegramWorld, nida: Nida) -> None:
    zara = await reader(world, "en")
    page = await zara.sees("Status: Open", after=await zara.types(f"/case {CASE}"))
    await zara.taps("Share", on=page)
    card = await sees_the_card(zara, "en", "case")
    assert f"start=case-{CASE}__share" in card.text
    await zara.taps("A wide picture")
    assert "What happened so far, and how to follow it" in (await zara.sees(lambda message: message.kind == "photo")).text


async def test_without_fonts_there_is_a_sentence_instead_of_a_picture(
    world: TelegramWorld, nida: Nida, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    zara = await reader(world, "ur")
    await zara.starts(f"petition-{PETITION}")
    await zara.taps(label("ur", "Share"), on=await zara.sees(lambda message: bool(message.button(label("ur", "Share")))))
    await sees_the_card(zara, "ur", "petition")
    monkeypatch.setenv("NIDA_FONTS", str(tmp_path_factory.mktemp("none")))
    lettering._font.cache_clear()
    lettering._coverage.cache_clear()
    tapped = await zara.taps(label("ur", "A square picture"))
    sentence = notice("ur", "There is no picture of this just now; the message above can be passed on.")
    assert (await zara.answers_to(tapped))["text"] == sentence


@pytest.mark.parametrize("data", ["share:petition:999999:", "share-picture:case:999999:0", "share-code:event:999999"])
async def test_a_button_that_shares_what_is_gone(world: TelegramWorld, nida: Nida, data: str) -> None:
    zara = await reader(world, "en")
    await zara.starts()
    await zara.sees("Welcome")
    assert (await zara.answers_to(await zara.forges(data)))["text"] == "This is no longer here."


async def test_a_draft_cannot_be_shared(world: TelegramWorld, nida: Nida) -> None:
    zara = await reader(world, "en")
    assert not [each for each in await zara.asks_inline("interpreter from day one") if each.id.startswith("petition")]


async def test_an_action_that_asks_to_share_hands_out_what_it_is_about(world: TelegramWorld, nida: Nida) -> None:
    zara = await reader(world, "en")
    await zara.starts("action-share-open-court-three__leaflet")
    await zara.taps("Share", on=await zara.sees(lambda message: message.button("Share") is not None))
    card = await sees_the_card(zara, "en", "petition")
    assert "start=petition-open-court-three__share" in card.text
    await nida.app.intake.drain()
    assert (await steps(nida))["leaflet", "petition:open-court-three"] == {Step.SHARED: 1}
    action = await nida.app.services.campaigns.get_card("share-open-court-three", None)
    assert action is not None
    await zara.forges(f"share:action:{action.action.id}:")
    shared = await sees_the_card(zara, "en", "action")
    assert "What you can do, and how: " in shared.text
