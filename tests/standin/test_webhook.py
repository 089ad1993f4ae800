"""Webhooks: one ordered queue per key, again until it is taken, with the secret."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.person import PATIENCE, Person
from tests.telegram_world import TelegramWorld

BUTTONS = {"inline_keyboard": [[{"text": "Follow", "callback_data": "follow"}]]}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Hook:
    """Takes updates as a bot would. `refusals` answers that many posts with 500 first; `gate` holds answers back."""

    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    refusals: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)
    answer: dict[str, Any] | None = None

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.seen if "message" in update]

    async def take(self, request: web.Request) -> web.StreamResponse:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.seen.append(update)
        async with self.came:
            self.came.notify_all()
        if self.refusals:
            self.refusals -= 1
            raise web.HTTPInternalServerError
        await self.gate.wait()
        return web.json_response(self.answer) if self.answer else web.Response()

    async def until(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE), self.came:
            await self.came.wait_for(lambda: len(self.seen) >= number)


@asynccontextmanager
async def serving(hook: Hook) -> AsyncIterator[Hook]:
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    hook.gate.set()
    try:
        yield hook
    finally:
        hook.gate.set()
        await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with serving(Hook()) as hook:
        yield hook


@pytest.fixture
async def reader(world: TelegramWorld) -> Person:
    return await world.person("Noor")


async def pending(world: TelegramWorld) -> int:
    return int((await world.result("getWebhookInfo"))["pending_update_count"])


async def complaint(world: TelegramWorld) -> str:
    """Wait for what the last attempt to post ended with."""
    async with asyncio.timeout(PATIENCE):
        while not (said := (await world.result("getWebhookInfo")).get("last_error_message")):
            await asyncio.sleep(0.01)
    return str(said)


async def drained(world: TelegramWorld) -> None:
    async with asyncio.timeout(PATIENCE):
        while await pending(world):
            await asyncio.sleep(0.01)


async def test_updates_are_posted_with_the_secret_and_then_forgotten(world: TelegramWorld, reader: Person, hook: Hook) -> None:
    await reader.types("from before")
    await world.result("setWebhook", url=hook.url, secret_token="s3cret_-")
    await reader.types("from after")
    await drained(world)
    assert hook.texts() == ["from before", "from after"]
    assert set(hook.secrets) == {"s3cret_-"}


async def test_what_was_not_taken_is_posted_again_in_order(world: TelegramWorld, reader: Person, hook: Hook) -> None:
    hook.refusals = 2
    await world.result("setWebhook", url=hook.url)
    await reader.types("one")
    await reader.types("two")
    await hook.until(1)
    await drained(world)
    assert hook.texts() == ["one", "one", "one", "two"]
    assert hook.secrets[0] is None
    info = await world.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert info["url"] == hook.url


async def test_one_person_waits_for_themselves_but_not_for_another(world: TelegramWorld, reader: Person, hook: Hook) -> None:
    other = await world.person("Omar")
    hook.gate.clear()
    await world.result("setWebhook", url=hook.url)
    await reader.types("first of Noor")
    await reader.types("second of Noor")
    await other.types("first of Omar")
    await hook.until(2)
    await asyncio.sleep(0.05)
    assert sorted(hook.texts()) == ["first of Noor", "first of Omar"]
    hook.gate.set()
    await drained(world)
    assert hook.texts()[-1] == "second of Noor"


async def test_a_message_a_tap_and_a_block_of_one_person_arrive_at_the_same_time(
    world: TelegramWorld, reader: Person, hook: Hook
) -> None:
    await reader.starts()
    await world.result("sendMessage", chat_id=reader.id, text="A case", reply_markup=BUTTONS)
    await world.result("getUpdates", offset=-1)
    hook.gate.clear()
    await world.result("setWebhook", url=hook.url, drop_pending_updates=True)
    await reader.types("hello")
    await reader.taps("Follow")
    await reader.blocks()
    await hook.until(3)
    kinds = {next(iter(update.keys() - {"update_id"})) for update in hook.seen}
    assert kinds == {"message", "callback_query", "my_chat_member"}


async def test_an_unreachable_webhook_loses_nothing(world: TelegramWorld, reader: Person, hook: Hook) -> None:
    await world.fault("unreachable_webhook")
    await world.result("setWebhook", url=hook.url)
    await reader.types("still here")
    assert await complaint(world) == "Connection refused"
    assert hook.seen == []
    assert await pending(world) == 1
    await world.no_more_faults()
    await drained(world)
    assert hook.texts() == ["still here"]


async def test_a_webhook_that_nobody_serves_is_tried_again_when_somebody_does(world: TelegramWorld, reader: Person) -> None:
    async with serving(Hook()) as gone:
        pass
    await world.result("setWebhook", url=gone.url)
    await reader.types("hello")
    assert await complaint(world)
    async with serving(Hook()) as hook:
        await world.result("setWebhook", url=hook.url)
        await drained(world)
        assert hook.texts() == ["hello"]


async def test_a_method_in_the_answer_is_called_and_its_refusal_told_to_nobody(
    world: TelegramWorld, reader: Person, hook: Hook
) -> None:
    hook.answer = {"method": "sendMessage", "chat_id": reader.id, "text": "Heard"}
    await world.result("setWebhook", url=hook.url)
    await reader.types("hello")
    assert (await reader.sees("Heard")).from_bot
    hook.answer = {"method": "sendMessage", "chat_id": reader.id, "text": ""}
    await reader.types("hello again")
    await drained(world)
    assert len((await reader.chat()).from_bot) == 1


async def test_a_repeated_update_is_posted_again_with_the_same_id(world: TelegramWorld, reader: Person, hook: Hook) -> None:
    await world.result("setWebhook", url=hook.url)
    await reader.types("twice")
    await drained(world)
    async with world.control.post("/control/updates", json={"update": hook.seen[0]}) as response:
        assert response.status == 200
    await hook.until(2)
    assert json.dumps(hook.seen[0]) == json.dumps(hook.seen[1])
