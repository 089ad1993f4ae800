"""Edits, deletes, replies and files change what the chat shows; the answer is what the types of the protocol give."""

import telegram
from aiohttp import FormData

from bot.standin import StandIn, shapes
from tests.person import Person
from tests.telegram_world import TelegramWorld

BUTTONS = {"inline_keyboard": [[{"text": "Follow", "callback_data": "follow", "style": "success"}], [{"text": "Read", "url": "https://example.org"}]]}  # fmt: skip # noqa: E501


async def reader_of(world: TelegramWorld) -> Person:
    return await world.person("Noor", last_name="Haddad", username="noor_h", started=True)


async def test_the_quick_answer_to_a_send_is_what_the_types_would_give(world: TelegramWorld, standin: StandIn) -> None:
    reader = await reader_of(world)
    plain = {"chat_id": reader.id, "text": "Hello"}
    full = {
        "chat_id": reader.id,
        "text": '<b>A case</b> <a href="https://example.org/">here</a> <tg-time unix="1762200000">then</tg-time>\n/stop',
        "parse_mode": "HTML",
        "reply_markup": BUTTONS,
        "protect_content": True,
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
    }
    answers = [await world.result("sendMessage", **given) for given in (plain, full)]
    changed = {**full, "text": "Another", "message_id": answers[1]["message_id"]}
    for name in ("protect_content", "disable_notification"):
        del changed[name]
    answers.append(await world.result("editMessageText", **changed))
    person = standin.world.people[reader.id]
    assert answers[2] == shapes.wire(shapes.message(person.messages[answers[2]["message_id"]], person, standin.profile))
    for answer in answers:
        assert shapes.wire(telegram.Message.de_json(answer, None)) == answer


async def test_an_edit_replaces_the_message_in_place_and_takes_the_buttons_away(world: TelegramWorld) -> None:
    reader = await reader_of(world)
    first = await world.result("sendMessage", chat_id=reader.id, text="Page 1", reply_markup=BUTTONS)
    await world.result("sendMessage", chat_id=reader.id, text="Another")
    await world.result("editMessageText", chat_id=reader.id, message_id=first["message_id"], text="Page 2")
    chat = await reader.chat()
    assert [message.text for message in chat.from_bot] == ["Page 2", "Another"]
    assert chat.from_bot[0].edited
    assert chat.from_bot[0].buttons == []


async def test_only_the_buttons_can_be_edited(world: TelegramWorld) -> None:
    reader = await reader_of(world)
    sent = await world.result("sendMessage", chat_id=reader.id, text="A case", reply_markup=BUTTONS)
    await world.result("editMessageReplyMarkup", chat_id=reader.id, message_id=sent["message_id"])
    message = await reader.last()
    assert (message.text, message.labels) == ("A case", [])


async def test_a_deleted_message_is_gone_from_the_chat(world: TelegramWorld) -> None:
    reader = await reader_of(world)
    numbers = [(await world.result("sendMessage", chat_id=reader.id, text=str(n)))["message_id"] for n in range(4)]
    await world.result("deleteMessage", chat_id=reader.id, message_id=numbers[0])
    await world.result("deleteMessages", chat_id=reader.id, message_ids=[*numbers[1:3], 12345])
    assert [message.text for message in (await reader.chat()).from_bot] == ["3"]


async def test_a_reply_carries_the_message_it_replies_to(world: TelegramWorld) -> None:
    reader = await reader_of(world)
    asked = await reader.types("Is there news?")
    answer = await world.result("sendMessage", chat_id=reader.id, text="Yes", reply_parameters={"message_id": asked})
    assert answer["reply_to_message"]["text"] == "Is there news?"
    assert (await reader.last()).reply_to == asked
    loose = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await world.result("sendMessage", chat_id=reader.id, text="?", reply_parameters=loose)


async def test_a_document_is_uploaded_once_and_sent_again_by_its_id(world: TelegramWorld) -> None:
    reader = await reader_of(world)
    content = '{"follows": ["ندا"]}'.encode()
    form = FormData({"chat_id": str(reader.id), "caption": "<b>Your data</b>", "parse_mode": "HTML"})
    form.add_field("document", content, filename="my data.json", content_type="application/json")
    async with world.control.post(f"/bot{world.token}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]
    assert (sent["document"]["file_name"], sent["document"]["file_size"]) == ("my data.json", len(content))
    assert sent["caption_entities"] == [{"type": "bold", "offset": 0, "length": 9}]
    again = await world.result("sendDocument", chat_id=reader.id, document=sent["document"]["file_id"])
    assert again["document"] == sent["document"]
    assert await reader.downloads(await reader.last()) == content
    file = await world.result("getFile", file_id=sent["document"]["file_id"])
    async with world.control.get(f"/file/bot{world.token}/{file['file_path']}") as response:
        assert await response.read() == content
    edited = {"chat_id": reader.id, "message_id": sent["message_id"]}
    assert (await world.result("editMessageCaption", **edited, caption="Kept"))["caption"] == "Kept"
    refused = await world.call("editMessageText", **edited, text="Kept")
    assert refused["description"] == "Bad Request: there is no text in the message to edit"


async def test_the_file_of_another_address_is_not_found(world: TelegramWorld) -> None:
    async with world.control.get(f"/file/bot{world.token}/documents/none/none.txt") as response:
        assert response.status == 404
    async with world.control.get("/control/files/none") as response:
        assert response.status == 404
