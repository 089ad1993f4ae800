"""How updates reach a bot that polls: kept until confirmed, filtered as asked, one poller at a time, not for ever."""

import asyncio
import time
from typing import Any

import pytest

from bot.standin import StandIn
from bot.standin import updates as updates_module
from tests.clocks import FrozenClock
from tests.person import PATIENCE, Person
from tests.telegram_world import TelegramWorld, telegram_world

OTHER_KINDS = ("sticker", "voice", "video", "document", "location", "contact")
BUTTONS = {"inline_keyboard": [[{"text": "Follow", "callback_data": "follow"}]]}


@pytest.fixture
async def reader(world: TelegramWorld) -> Person:
    return await world.person("Noor")


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_update_is_given_again_until_the_offset_confirms_it(world: TelegramWorld, reader: Person) -> None:
    await reader.types("one")
    await reader.types("two")
    first = await world.result("getUpdates")
    assert texts(first) == texts(await world.result("getUpdates")) == ["one", "two"]
    assert texts(await world.result("getUpdates", offset=first[0]["update_id"] + 1)) == ["two"]
    assert await world.result("getUpdates", offset=first[1]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_only_the_last(world: TelegramWorld, reader: Person) -> None:
    for text in ("one", "two", "three"):
        await reader.types(text)
    assert texts(await world.result("getUpdates", offset=-1)) == ["three"]
    assert texts(await world.result("getUpdates")) == ["three"]


async def test_no_more_than_the_limit_comes_at_once(world: TelegramWorld, reader: Person) -> None:
    for text in ("one", "two", "three"):
        await reader.types(text)
    assert texts(await world.result("getUpdates", limit=2)) == ["one", "two"]


async def somebody_polls(world: TelegramWorld) -> None:
    """Return once a long poll waits in the stand-in."""
    async with asyncio.timeout(PATIENCE):
        while not world.standin.updates.is_polled:
            await asyncio.sleep(0.005)


async def test_a_long_poll_waits_and_ends_when_something_comes(world: TelegramWorld, reader: Person) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(world.result("getUpdates", timeout=50))
        await somebody_polls(world)
        began = time.monotonic()
        await reader.types("at last")
    assert texts(poll.result()) == ["at last"]
    assert time.monotonic() - began < 40, "It ends when something comes, not when its time is over."


async def test_a_long_poll_ends_empty_when_nothing_comes(world: TelegramWorld) -> None:
    started = time.monotonic()
    assert await world.result("getUpdates", timeout=1) == []
    assert time.monotonic() - started >= 1


async def test_a_second_poller_ends_the_first_with_a_conflict(world: TelegramWorld, reader: Person) -> None:
    async with asyncio.TaskGroup() as group:
        first = group.create_task(world.call("getUpdates", timeout=50))
        await somebody_polls(world)
        second = group.create_task(world.call("getUpdates", timeout=50))
        await first
        await reader.types("hello")
    assert first.result()["error_code"] == 409
    assert first.result()["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    assert texts(second.result()["result"]) == ["hello"]


async def test_polling_and_a_webhook_exclude_each_other(world: TelegramWorld) -> None:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(world.call("getUpdates", timeout=50))
        await somebody_polls(world)
        await world.result("setWebhook", url="https://bot.example/hook")
    assert poll.result()["description"] == "Conflict: terminated by setWebhook request"
    assert (await world.call("getUpdates"))["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await world.result("deleteWebhook")
    assert (await world.call("getUpdates"))["ok"]


async def test_allowed_updates_stick_and_hold_only_for_what_comes_after(world: TelegramWorld, reader: Person) -> None:
    await reader.types("before")
    await world.result("getUpdates", allowed_updates=["callback_query"])
    await reader.types("not asked for")
    await world.result("sendMessage", chat_id=reader.id, text="A case", reply_markup=BUTTONS)
    await reader.taps("Follow")
    updates = await world.result("getUpdates")
    assert [update.get("message", {}).get("text") for update in updates] == ["before", None]
    await world.result("getUpdates", allowed_updates=[])
    await reader.types("all again")
    assert texts((await world.result("getUpdates"))[-1:]) == ["all again"]


async def test_dropping_pending_updates_drops_them(world: TelegramWorld, reader: Person) -> None:
    await reader.types("STOP")
    await world.result("deleteWebhook", drop_pending_updates=True)
    assert await world.result("getUpdates") == []


async def test_a_tap_is_lost_after_150_seconds_and_a_message_after_a_day(clock: FrozenClock) -> None:
    async with telegram_world(clock=clock) as world:
        reader = await world.person("Noor")
        await reader.starts()
        await world.result("sendMessage", chat_id=reader.id, text="A case", reply_markup=BUTTONS)
        tap = await reader.taps("Follow")
        await clock.advance(seconds=149)
        assert len(await world.result("getUpdates")) == 2
        await clock.advance(seconds=2)
        assert texts(await world.result("getUpdates")) == ["/start"]
        assert "query is too old" in (await world.call("answerCallbackQuery", callback_query_id=tap))["description"]
        await clock.advance(hours=24)
        assert await world.result("getUpdates") == []


async def test_a_repeated_update_comes_once_more_though_it_was_confirmed(world: TelegramWorld, reader: Person) -> None:
    await reader.types("once")
    (update,) = await world.result("getUpdates")
    beyond = update["update_id"] + 1
    assert await world.result("getUpdates", offset=beyond) == []
    async with world.control.post("/control/updates", json={"update": update}) as response:
        assert (await response.json())["update_id"] == update["update_id"]
    assert await world.result("getUpdates", offset=beyond) == [update]
    assert await world.result("getUpdates", offset=beyond) == []


async def test_after_a_week_without_updates_the_numbers_begin_anew_and_what_was_asked_from_before_is_in_vain(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates_module, "any_number", lambda: 5)
    async with telegram_world(clock=clock) as world:
        reader = await world.person("Noor")
        await reader.types("before")
        beyond = (await world.result("getUpdates"))[0]["update_id"] + 1
        await clock.advance(days=7)
        await reader.types("after")
        for _ in range(2):
            (update,) = await world.result("getUpdates", offset=beyond)
            assert update["update_id"] == 5, "a number far below the offset, which confirms nothing"
        assert await world.result("getUpdates", offset=6) == []


def test_a_stand_in_that_is_started_again_numbers_from_elsewhere() -> None:
    assert StandIn().updates.next_number != StandIn().updates.next_number


async def test_everything_people_do_is_told_as_telegram_tells_it(world: TelegramWorld, reader: Person) -> None:
    number = await reader.types("one")
    await reader.edits(number, "won")
    await reader.sends("photo", "a picture")
    for kind in OTHER_KINDS:
        await reader.sends(kind)
    await reader.blocks()
    await reader.unblocks()
    updates = await world.result("getUpdates")
    assert [next(iter(update.keys() - {"update_id"})) for update in updates] == [
        "message",
        "edited_message",
        *["message"] * 7,
        "my_chat_member",
        "my_chat_member",
    ]
    assert updates[1]["edited_message"]["edit_date"]
    assert updates[2]["message"]["caption"] == "a picture"
    assert updates[-2]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert updates[-2]["my_chat_member"]["new_chat_member"]["until_date"] == 0
    assert updates[-1]["my_chat_member"]["new_chat_member"]["status"] == "member"
    for kind, update in zip(OTHER_KINDS, updates[3:9], strict=True):
        assert kind in update["message"]


async def test_a_callback_carries_the_message_it_hangs_on(world: TelegramWorld, reader: Person) -> None:
    await reader.starts()
    sent = await world.result("sendMessage", chat_id=reader.id, text="<b>A case</b>", parse_mode="HTML", reply_markup=BUTTONS)
    await reader.taps("Follow")
    query = (await world.result("getUpdates"))[-1]["callback_query"]
    assert query["message"] == sent
    assert query["data"] == "follow"
    assert query["chat_instance"]
    assert query["from"]["id"] == reader.id
