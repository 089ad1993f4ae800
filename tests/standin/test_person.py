"""The person of the tests types, taps and looks; what they report must be what happened."""

import pytest

from tests.person import ControlRefused
from tests.telegram_world import TelegramWorld

BUTTONS = {"inline_keyboard": [[{"text": "\u2067پیروی کریں\u2069", "callback_data": "follow:1"}]]}


async def test_a_person_who_starts_sends_the_command_with_the_payload(world: TelegramWorld) -> None:
    amal = await world.person("Amal", language_code="ar")
    await amal.starts("case-north-gate")
    (update,) = await world.result("getUpdates")
    assert update["message"]["text"] == "/start case-north-gate"
    assert update["message"]["from"]["language_code"] == "ar"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_person_sees_the_newest_message_that_fits_and_taps_by_what_they_read(world: TelegramWorld) -> None:
    zara = await world.person("Zara")
    await zara.starts()
    await world.result("sendMessage", chat_id=zara.id, text="One case", reply_markup=BUTTONS)
    second = await world.result("sendMessage", chat_id=zara.id, text="Two cases", reply_markup=BUTTONS)
    assert (await zara.sees("case")).id == second["message_id"]
    tap = await zara.taps("پیروی")
    await world.result("answerCallbackQuery", callback_query_id=tap, text="Followed")
    assert await zara.toasts() == ["Followed"]
    assert (await zara.answers_to(tap))["show_alert"] is False


async def test_a_person_who_waits_in_vain_says_what_the_chat_showed(world: TelegramWorld) -> None:
    zara = await world.person("Zara")
    await zara.types("Is anybody there?")
    with pytest.raises(AssertionError, match="Is anybody there"):
        await zara.sees("Welcome", timeout=0.05)


async def test_a_button_that_is_not_there_fails_with_those_that_are(world: TelegramWorld) -> None:
    zara = await world.person("Zara")
    await zara.starts()
    await world.result("sendMessage", chat_id=zara.id, text="One case", reply_markup=BUTTONS)
    with pytest.raises(AssertionError, match="پیروی"):
        await zara.taps("Subscribe")


async def test_a_person_who_has_blocked_the_bot_cannot_write_to_it(world: TelegramWorld) -> None:
    zara = await world.person("Zara")
    await zara.starts()
    await zara.blocks()
    with pytest.raises(ControlRefused, match="unblock"):
        await zara.types("Hello")
    await zara.starts()
    updates = await world.result("getUpdates")
    assert [next(name for name in update if name != "update_id") for update in updates] == [
        "message",
        "my_chat_member",
        "my_chat_member",
        "message",
    ]


async def test_a_quiet_chat_is_heard_as_quiet_and_a_lively_one_is_not(world: TelegramWorld) -> None:
    zara = await world.person("Zara")
    await zara.starts()
    await zara.hears_nothing(0.05)
