"""Whatever is sent gets one clear sentence in the reader's language, or silence after one notice; nothing breaks."""

import pytest
from aiogram.filters.callback_data import CallbackData, CallbackQueryFilter

from bot.telegram.flood import BURST
from bot.telegram.identity import ALWAYS_HEARD_TAPS
from handlers import actions, routers
from handlers.actions import DeclineEvent, Forget, Pause, StopFollowing, StopHearingOfPetition, WithdrawSignature
from handlers.supporters import choices
from tests.conversation.people import CASE, supporter
from tests.conversation.speaking import LOCALES, notice, said
from tests.nida import Nida
from tests.telegram_world import TelegramWorld

NOT_UNDERSTOOD = "I do not understand sentences yet."


@pytest.mark.parametrize("locale", LOCALES)
async def test_an_unknown_command(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/nonsense")
    answered = await sam.sees("/help")
    assert (
        said(locale, "You can look at cases and follow them, sign petitions, do something yourself, and read the latest updates.")
        in answered.text
    )


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "document", "location", "contact", "video"])
async def test_what_is_not_text(world: TelegramWorld, nida: Nida, kind: str) -> None:
    sam = await world.person(language_code="ur")
    await sam.sends(kind)
    await sam.sees(said("ur", "I can only read text; what you sent was not kept."))


@pytest.mark.parametrize(
    "text", ["x" * 4096, "🙂", "👨‍👩‍👧‍👦🏳️‍🌈", "\u202eevil\u202c", "\u2067\u2067\u2067", "<b>&amp;", "ز" * 4096, "..."]
)
async def test_texts_of_any_kind(world: TelegramWorld, nida: Nida, text: str) -> None:
    sam = await world.person(language_code="en")
    await sam.types(text)
    await sam.sees(NOT_UNDERSTOOD)


@pytest.mark.parametrize("data", ["case:999999", "timeline:999999:0", "follow:999999", "unfollow:999999:0"])
async def test_a_button_whose_case_is_gone(world: TelegramWorld, nida: Nida, data: str) -> None:
    sam = await supporter(world)
    answer = await sam.answers_to(await sam.forges(data if data.startswith(("follow", "timeline", "unfollow")) else f"{data}:0"))
    assert answer["text"] in {notice("en", "This case is no longer here."), notice("en", "You no longer follow this case.")}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "?",
        "case:x:0",
        "case:-1:0:0",
        "language:xx",
        "language:xx::",
        "settings:nowhere",
        "place:atlantis",
        "pause:9999",
        "region:XX",
        "kind:none:1",
        "old",
    ],
)
async def test_forged_and_old_buttons_are_answered_and_change_nothing(world: TelegramWorld, nida: Nida, data: str) -> None:
    sam = await supporter(world)
    before = await nida.app.services.supporters.recognise(sam.id, "en")
    await sam.answers_to(await sam.forges(data or "-"))
    await nida.app.intake.drain()
    assert await nida.app.services.supporters.recognise(sam.id, "en") == before


async def test_a_button_tapped_many_times_has_one_effect(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types(f"/case {CASE}")
    page = await sam.sees("Status: Open")
    follow = page.button("Follow")
    assert follow is not None
    for _ in range(5):
        await sam.forges(follow.data or "", on=page)
    await sam.sees("You follow this case.")
    await nida.app.intake.drain()
    supporter_id = (await nida.app.services.supporters.recognise(sam.id, "en")).id
    assert supporter_id is not None
    assert len(await nida.app.services.following.followed_case_ids(supporter_id)) == 1


async def test_twenty_messages_at_once_are_answered_then_limited_after_one_notice(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="ar")
    for number in range(20):
        await sam.types(f"رسالة {number}")
    limited = said("ar", "That was a lot at once. Please wait a moment, then go on.")
    await sam.sees(limited)
    await nida.app.intake.drain()
    answers = (await sam.chat()).from_bot
    assert sum(limited in message.text for message in answers) == 1
    assert BURST <= len(answers) - 1 <= BURST + 2
    await sam.types("/stop")
    await sam.sees(said("ar", "Stopped. You will get no more messages from us."))


async def test_every_tap_is_answered_and_erasing_works_however_many_there_were(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types("/forget")
    asked = await sam.sees("will be erased at once")
    taps = [await sam.forges("old", on=asked) for _ in range(BURST + 6)]
    for tap in taps:
        await sam.answers_to(tap)
    await sam.taps("Erase everything", on=asked)
    await sam.sees("Nothing is kept about you any more")


def test_every_button_there_is_has_one_who_handles_it() -> None:
    handled = {
        each.callback.callback_data
        for router in routers()
        for handler in router.callback_query.handlers
        for each in handler.filters or ()
        if isinstance(each.callback, CallbackQueryFilter)
    }
    carried = {**vars(actions), **vars(choices)}.values()
    made = {each for each in carried if isinstance(each, type) and issubclass(each, CallbackData)}
    assert made - {CallbackData, actions.Lasting} == handled


def test_buttons_that_stop_or_erase_are_those_always_heard() -> None:
    stopping = (Forget, StopFollowing, Pause, DeclineEvent, WithdrawSignature, StopHearingOfPetition)
    assert {action.__prefix__ for action in stopping} == set(ALWAYS_HEARD_TAPS)


async def test_an_edited_message_and_a_group_are_left_alone(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    sent = await sam.types("/help")
    await sam.sees("/forget")
    await sam.edits(sent, "/cases")
    await sam.hears_nothing()
