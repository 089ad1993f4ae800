"""The control says in a sentence what it could not do."""

from typing import Any

import pytest

from bot.errors import Misuse
from bot.standin import StandIn, running
from tests.telegram_world import TelegramWorld


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("people", {"first_name": "Noor"}, "“id” is missing."),
        ("people", {"id": 5}, "“first_name” is missing."),
        ("people", {"id": "5", "first_name": "Noor"}, "“id” must be a whole number."),
        ("people", {"id": 5, "first_name": 7}, "“first_name” must be a text."),
        ("people", {"id": 5, "first_name": "Noor", "started": "yes"}, "“started” must be true or false."),
        ("people", [7], "The body must be a JSON object."),
        ("people/77/send", {"text": "Hello"}, "There is no person 77; make one with POST /control/people."),
        ("people/1/send", {}, "“text” is missing."),
        ("people/1/send", {"text": " "}, "A message needs a text."),
        ("people/1/send", {"text": "x" * 4097}, "The app lets nobody send more than 4096 characters."),
        ("people/1/send", {"kind": "hologram"},
            "A person can send text, photo, sticker, voice, document, location, contact, video, not hologram."),
        ("people/1/press", {"message_id": 9, "data": "x"}, "This person sees no message 9."),
        ("people/1/press", {"message_id": 1, "data": "x"}, "Message 1 has no such button; it has []."),
        ("people/1/edit", {"message_id": 9, "text": "x"}, "Message 9 is not one that this person sent."),
        ("updates", {}, "“update” must be an object."),
        ("limits", {"rate": "fast"}, "“rate” must be a number."),
    ],
)  # fmt: skip
async def test_a_wrong_request_gets_one_sentence(world: TelegramWorld, path: str, body: Any, sentence: str) -> None:
    someone = await world.person("Noor", id=1)
    await someone.types("Message 1")
    async with world.control.post(f"/control/{path}", json=body) as response:
        assert (response.status, await response.json()) == (400, {"error": sentence})


async def test_a_body_that_is_not_json_gets_a_sentence(world: TelegramWorld) -> None:
    async with world.control.post("/control/people", data=b"{") as response:
        assert (await response.json())["error"] == "The body is not JSON."


async def test_a_button_that_only_opens_a_page_cannot_be_pressed(world: TelegramWorld) -> None:
    reader = await world.person("Noor", id=1, started=True)
    buttons = {"inline_keyboard": [[{"text": "Read", "url": "https://example.org"}]]}
    sent = await world.result("sendMessage", chat_id=1, text="A case", reply_markup=buttons)
    body = {"message_id": sent["message_id"], "text": "Read"}
    async with world.control.post(f"/control/people/{reader.id}/press", json=body) as response:
        assert (await response.json())["error"] == "The button “Read” sends nothing to the bot."


async def test_a_forged_tap_carries_what_no_button_has(world: TelegramWorld) -> None:
    reader = await world.person("Noor", started=True)
    await world.result("sendMessage", chat_id=reader.id, text="A case")
    await reader.forges("case:delete:everything")
    assert (await world.result("getUpdates"))[0]["callback_query"]["data"] == "case:delete:everything"


async def test_people_are_listed_and_changed(world: TelegramWorld) -> None:
    await world.person("Noor", id=1, language_code="ar")
    await world.person("Noor", id=1, language_code="ur")
    async with world.control.get("/control/people") as response:
        (person,) = await response.json()
    assert (person["first_name"], person["language_code"]) == ("Noor", "ur")


async def test_calls_are_counted_and_the_state_shows_what_waits(world: TelegramWorld) -> None:
    reader = await world.person("Noor")
    await reader.starts()
    await world.call("getMe")
    await world.call("getMe")
    assert (await world.calls())["getMe"] == 2
    async with world.control.get("/control/state") as response:
        state = await response.json()
    assert [pending["kind"] for pending in state["pending"]] == ["message"]


async def test_a_token_without_a_number_is_refused() -> None:
    with pytest.raises(Misuse, match="like 123456:demo"):
        StandIn("secret")


async def test_a_port_in_use_is_said_in_one_sentence(world: TelegramWorld) -> None:
    port = int(world.url.rsplit(":", 1)[1])
    with pytest.raises(Misuse, match=f"Port {port} .* in use"):
        async with running(StandIn(), port=port):
            pass
