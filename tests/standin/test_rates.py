"""Over the rate a bot gets 429 with the seconds to wait, and while they last everything is refused."""

from collections.abc import AsyncIterator

import pytest

from bot.standin import Limits
from tests.clocks import FrozenClock
from tests.telegram_world import TelegramWorld, telegram_world

PEOPLE = range(1, 41)


@pytest.fixture
async def limited(clock: FrozenClock) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(clock=clock, limits=Limits()) as world:
        people = [{"id": number, "first_name": "Reader", "started": True} for number in PEOPLE]
        async with world.control.post("/control/people", json=people) as response:
            assert await response.json() == {"made": len(PEOPLE)}
        yield world


async def refused(world: TelegramWorld, chat: int) -> int | None:
    """The seconds to wait, or None when the message was taken."""
    answer = await world.call("sendMessage", chat_id=chat, text="Hello")
    if answer["ok"]:
        return None
    seconds = int(answer["parameters"]["retry_after"])
    assert (answer["error_code"], answer["description"]) == (429, f"Too Many Requests: retry after {seconds}")
    return seconds


async def test_thirty_messages_in_a_second_pass_and_the_next_must_wait(limited: TelegramWorld, clock: FrozenClock) -> None:
    assert [await refused(limited, chat) for chat in range(1, 31)] == [None] * 30
    assert await refused(limited, 31) == 1
    await clock.advance(seconds=0.5)
    assert await refused(limited, 32) == 1, "Until the wait is over, everything is refused."
    await clock.advance(seconds=0.5)
    assert await refused(limited, 31) is None


async def test_one_chat_takes_a_short_burst_and_then_one_a_second(limited: TelegramWorld, clock: FrozenClock) -> None:
    assert [await refused(limited, 1) for _ in range(11)] == [None] * 10 + [1]
    assert await refused(limited, 2) is None, "Another chat has a pace of its own."
    await clock.advance(seconds=1)
    assert await refused(limited, 1) is None
    assert await refused(limited, 1) == 1


async def test_twenty_edits_a_minute_pass_in_one_chat(limited: TelegramWorld, clock: FrozenClock) -> None:
    sent = await limited.result("sendMessage", chat_id=1, text="Page 0")
    for page in range(1, 21):
        await limited.result("editMessageText", chat_id=1, message_id=sent["message_id"], text=f"Page {page}")
    answer = await limited.call("editMessageText", chat_id=1, message_id=sent["message_id"], text="Page 21")
    assert answer["parameters"] == {"retry_after": 3}
    await clock.advance(seconds=3)
    assert (await limited.call("editMessageText", chat_id=1, message_id=sent["message_id"], text="Page 21"))["ok"]


async def test_limits_can_be_changed_and_taken_away(limited: TelegramWorld) -> None:
    async with limited.control.post("/control/limits", json={"rate": 2, "per_chat": None}) as response:
        assert (await response.json())["rate"] == 2
    assert [await refused(limited, 1) for _ in range(3)] == [None, None, 1]
    async with limited.control.post("/control/limits", json={"rate": None}) as response:
        assert (await response.json())["rate"] is None
    assert [await refused(limited, 1) for _ in range(50)] == [None] * 50


async def test_a_shorter_hold_does_not_release_a_longer_one(limited: TelegramWorld, clock: FrozenClock) -> None:
    await limited.fault("too_many", retry_after=30)
    assert await refused(limited, 1) == 30
    await limited.fault("too_many", retry_after=2)
    assert await refused(limited, 1) == 2
    await clock.advance(seconds=3)
    assert await refused(limited, 2) == 27
