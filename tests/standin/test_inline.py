"""Inline mode and photos: what is offered, what is sent of it, and what is refused."""

from typing import Any

import pytest
from aiohttp import FormData

from tests.person import ControlRefused, Person
from tests.standin.pictures import png
from tests.telegram_world import TelegramWorld

TEXT = {"message_text": "The case"}


def article(**more: Any) -> dict[str, Any]:
    return {"type": "article", "id": "1", "title": "A case", "input_message_content": TEXT, **more}


@pytest.fixture
async def asking(world: TelegramWorld) -> Person:
    """Somebody who has typed behind the bot's name, and never started it."""
    person = await world.person("Noor")
    async with world.control.post(f"/control/people/{person.id}/inline", json={"query": "gate"}) as response:
        assert response.status == 200
    return person


async def query_id(world: TelegramWorld) -> str:
    return str((await world.result("getUpdates"))[-1]["inline_query"]["id"])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"results": [article()] * 51}, "RESULTS_TOO_MUCH"),
    ({"results": [article(), article()]}, "RESULT_ID_DUPLICATE"),
    ({"results": [article(id="ن" * 33)]}, "RESULT_ID_INVALID"),
    ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
    ({"results": [article(colour="red")]}, 'can\'t parse InlineQueryResultArticle: unknown field "colour"'),
    ({"results": [article(input_message_content={"message_text": "<p>", "parse_mode": "HTML"})]},
        'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
    ({"results": [article(input_message_content={})]}, "message text is empty"),
    ({"results": [{**article(), "type": "photo"}]}, "the stand-in does not model inline results of type photo"),
    ({"results": [article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]})]},
        "the stand-in does not model taps on messages that were sent inline"),
    ({"results": [], "button": {"text": "Subscribe", "start_parameter": "ن"}}, "START_PARAM_INVALID"),
    ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "complaint"), REFUSED, ids=[complaint for _, complaint in REFUSED])
async def test_what_telegram_refuses_to_offer(
    world: TelegramWorld, asking: Person, given: dict[str, Any], complaint: str
) -> None:
    refused = await world.call("answerInlineQuery", inline_query_id=await query_id(world), **given)
    assert refused["description"] == f"Bad Request: {complaint}"
    assert (await asking.chat()).raw["inline"] is None


async def test_a_query_is_answered_once_and_an_unknown_one_never(world: TelegramWorld, asking: Person) -> None:
    number = await query_id(world)
    assert await world.result("answerInlineQuery", inline_query_id=number, results=[article()])
    for again in (number, "000"):
        refused = await world.call("answerInlineQuery", inline_query_id=again, results=[])
        assert refused["description"].startswith("Bad Request: query is too old")


async def test_only_what_was_offered_to_somebody_can_be_sent_by_them(world: TelegramWorld, asking: Person) -> None:
    number = await query_id(world)
    await world.result("answerInlineQuery", inline_query_id=number, results=[article()])
    other = await world.person("Sam")
    for person, result in ((asking, "2"), (other, "1")):
        with pytest.raises(ControlRefused, match="has not offered"):
            await person._post(f"/control/people/{person.id}/choose", {"query_id": number, "result_id": result})
    assert (await asking.chat()).messages == []


async def test_a_bot_that_does_not_ask_for_inline_queries_gets_none(world: TelegramWorld) -> None:
    await world.result("getUpdates", allowed_updates=["message"])
    person = await world.person("Noor")
    async with world.control.post(f"/control/people/{person.id}/inline", json={"query": "gate"}) as response:
        assert (await response.json())["update_id"] is None


async def _send(world: TelegramWorld, person: Person, method: str, field: str, content: bytes) -> dict[str, Any]:
    form = FormData({"chat_id": str(person.id)})
    form.add_field(field, content, filename="card.png", content_type="image/png")
    async with world.control.post(f"/bot{world.token}/{method}", data=form) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def test_a_photo_is_a_picture_and_no_document(world: TelegramWorld) -> None:
    person = await world.person("Noor", started=True)
    sent = (await _send(world, person, "sendPhoto", "photo", png(40, 20)))["result"]
    assert (sent["photo"][0]["width"], sent["photo"][0]["height"]) == (40, 20)
    shown = await person.last()
    assert (shown.kind, shown.file and shown.file["width"]) == ("photo", 40)
    assert await person.downloads(shown) == png(40, 20)
    refused = await world.call("sendDocument", chat_id=person.id, document=sent["photo"][0]["file_id"])
    assert refused["description"] == "Bad Request: can't use file of type Photo as Document"
    document = (await _send(world, person, "sendDocument", "document", png(40, 20)))["result"]["document"]
    refused = await world.call("sendPhoto", chat_id=person.id, photo=document["file_id"])
    assert refused["description"] == "Bad Request: can't use file of type Document as Photo"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png(40, 20)[:60], "IMAGE_PROCESS_FAILED"),
        (b"", "file must be non-empty"),
        (png(420, 20), "PHOTO_INVALID_DIMENSIONS"),
    ],
    ids=["no picture", "cut off", "empty", "a stripe"],
)
async def test_what_is_no_photo_is_refused(world: TelegramWorld, content: bytes, complaint: str) -> None:
    person = await world.person("Noor", started=True)
    assert (await _send(world, person, "sendPhoto", "photo", content))["description"] == f"Bad Request: {complaint}"
    assert (await person.chat()).messages == []
