"""Messages with a file, through the stand-in: sent with their text, edited in place, and taken back."""

import json

from bot.delivery.outcome import Answered, Verdict, judge
from bot.delivery.transport import LONGEST_CAPTION, Document, Payload
from bot.telegram.transport import AiohttpTransport
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

BUTTON = {"inline_keyboard": [[{"text": "فتح", "callback_data": "event:1"}]]}
ICS = Document("mill-lane-appeal.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def payload(text: str, document: Document | None = None, *, captioned: bool = False) -> Payload:
    body = {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, "reply_markup": BUTTON}
    return Payload("ar", json.dumps(body, ensure_ascii=False).encode(), document, captioned=captioned)


async def subscribed(world: TelegramWorld) -> Person:
    reader = await world.person("Amal", language_code="ar")
    await reader.starts()  # before which no bot may write to anybody
    return reader


async def only_message(reader: Person) -> ChatMessage:
    (message,) = (await reader.chat()).from_bot
    return message


async def test_a_document_comes_with_its_text_and_its_caption_is_edited(world: TelegramWorld) -> None:
    reader = await subscribed(world)
    async with AiohttpTransport(world.token, world.url, paid=True) as transport:
        seen = await transport.send(reader.id, payload("<b>تأجلت</b>", ICS), silent=True)
        assert isinstance(seen, Answered)
        sent = judge(seen)
        assert (sent.verdict, sent.reason) == (Verdict.SENT, None)
        document = (seen.body or {})["result"]["document"]
        assert (document["file_name"], document["mime_type"]) == ("mill-lane-appeal.ics", "text/calendar")
        message = await only_message(reader)
        assert (message.kind, message.html, message.labels, message.silent) == ("document", "<b>تأجلت</b>", ["فتح"], True)
        assert await reader.downloads(message) == ICS.content
        edited = judge(await transport.edit(reader.id, sent.message_id or 0, payload("<b>ألغيت</b>", ICS)))
        assert (edited.verdict, edited.reason) == (Verdict.SENT, None)
        message = await only_message(reader)
        assert (message.kind, message.html, message.labels) == ("document", "<b>ألغيت</b>", ["فتح"])
        assert await world.calls() == {"sendDocument": 1, "editMessageCaption": 1}


async def test_what_may_be_a_caption_is_edited_whichever_it_is(world: TelegramWorld) -> None:
    """Too long for a caption, it was sent as text; or nobody knows any more."""
    reader = await subscribed(world)
    async with AiohttpTransport(world.token, world.url) as transport:
        long = "ت" * (LONGEST_CAPTION + 1)
        assert judge(await transport.send(reader.id, payload(long, ICS), silent=False)).verdict is Verdict.REJECTED
        text = judge(await transport.send(reader.id, payload(long), silent=False))
        assert judge(await transport.edit(reader.id, text.message_id or 0, payload("ألغيت", ICS))).verdict is Verdict.SENT
        assert (await only_message(reader)).html == "ألغيت"
        file = judge(await transport.send(reader.id, payload("ت" * LONGEST_CAPTION, ICS), silent=False))
        assert judge(await transport.edit(reader.id, file.message_id or 0, payload("x"))).verdict is Verdict.REJECTED
        for each in (file, text):
            edit = await transport.edit(reader.id, each.message_id or 0, payload("سحبت", captioned=True))
            assert judge(edit).verdict is Verdict.SENT
    assert [message.html for message in (await reader.chat()).from_bot] == ["سحبت", "سحبت"]


async def test_no_more_than_one_way_is_tried_where_the_answer_is_no_refusal(world: TelegramWorld) -> None:
    reader = await subscribed(world)
    async with AiohttpTransport(world.token, world.url) as transport:
        file = judge(await transport.send(reader.id, payload("تأجلت", ICS), silent=False))
        await reader.blocks()
        assert judge(await transport.edit(reader.id, file.message_id or 0, payload("x", ICS))).verdict is not Verdict.SENT
    assert "editMessageText" not in await world.calls()
