"""What Telegram refuses, the stand-in refuses, in the same words: else it only flatters the bot."""

from typing import Any

import pytest
from aiohttp import MultipartWriter

from bot.standin import StandIn
from tests.person import Person
from tests.telegram_world import TelegramWorld

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CANNOT = "can't parse entities: "
BUTTON = "can't parse inline keyboard button: "
KNOWN, UNSTARTED, NOBODY = 1001, 1002, 999


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"chat_id": KNOWN, "text": said, **more}


def html(said: str) -> dict[str, Any]:
    return text(said, parse_mode="HTML")


def edit(**more: Any) -> dict[str, Any]:
    return {"chat_id": KNOWN, "message_id": 3, "text": "Other", **more}


BAD_REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    # parameters
    ("sendMessage", {"text": "Hello"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": "", "text": "Hello"}, "chat_id is empty"),
    ("sendMessage", {"chat_id": KNOWN}, "message text is empty"),
    ("sendMessage", text("Hello", colour="red"), 'unknown parameter "colour"'),
    ("sendMessage", text("Hello", message_thread_id=4), 'the stand-in does not model "message_thread_id"'),
    ("sendMessage", {"chat_id": KNOWN, "text": 5}, 'field "text" must be of type String'),
    ("sendMessage", {"chat_id": [1], "text": "Hello"}, 'field "chat_id" must be of type Number'),
    ("sendMessage", text("Hello", protect_content="perhaps"), 'field "protect_content" must be of type Boolean'),
    ("sendMessage", text("Hello", link_preview_options=[]), 'field "link_preview_options" must be of type Object'),
    ("sendMessage", text("Hello", link_preview_options={"off": True}),
        'can\'t parse LinkPreviewOptions: unknown field "off"'),
    # chats
    ("sendMessage", {"chat_id": NOBODY, "text": "Hello"}, "chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "Hello"}, "chat not found"),
    # texts
    ("sendMessage", text(""), "message text is empty"),
    ("sendMessage", text(" \n\u200f\u200b"), "message text is empty"),
    ("sendMessage", html("<b></b>"), "message text is empty"),
    ("sendMessage", text("ن" * 4097), "message is too long"),
    ("sendMessage", text("🕊" * 2049), "message is too long"),
    ("sendMessage", text("*Hello*", parse_mode="MarkdownV3"), "unsupported parse_mode"),
    ("sendMessage", text("Hello", reply_parameters={"message_id": 77}), "message to be replied not found"),
    # tags
    ("sendMessage", html("<p>Hello</p>"), CANNOT + 'Unsupported start tag "p" at byte offset 0'),
    ("sendMessage", html("ندا <br>"), CANNOT + 'Unsupported start tag "br" at byte offset 7'),
    ("sendMessage", html("3 < 5"), CANNOT + 'Unsupported start tag "" at byte offset 2'),
    ("sendMessage", html("3 <5 >"), CANNOT + 'Unsupported start tag "5" at byte offset 2'),
    ("sendMessage", html("<b>Hello"), CANNOT + 'Can\'t find end tag corresponding to start tag "b"'),
    ("sendMessage", html("Hello</b>"), CANNOT + "Unexpected end tag at byte offset 5"),
    ("sendMessage", html("<b>a<i>b</b></i>"),
        CANNOT + 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
    ("sendMessage", html("<b"), CANNOT + "Unclosed start tag at byte offset 0"),
    ("sendMessage", html("<b>x</b"), CANNOT + "Unclosed end tag at byte offset 4"),
    ("sendMessage", html("<span>x</span>"), CANNOT + 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("sendMessage", html('<a ="x">y</a>'), CANNOT + 'Empty attribute name in the tag "a" at byte offset 0'),
    ("sendMessage", html("<b loud>x</b>"),
        CANNOT + 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0'),
    ("sendMessage", html('<a href="x>y</a>'), CANNOT + "Unclosed start tag at byte offset 0"),
    ("sendMessage", html("<a href=https://example.org>y</a>"), CANNOT + "Unexpected end of name token at byte offset 8"),
    ("sendMessage", html('<tg-time unix="soon">x</tg-time>'), CANNOT + "Invalid date specified"),
    ("sendMessage", html('<tg-time unix="4102444800">x</tg-time>'), "ENTITY_DATE_INVALID"),
    # keyboards
    ("sendMessage", text("Hello", reply_markup="[[["), "can't parse reply keyboard markup JSON object"),
    ("sendMessage", text("Hello", reply_markup=[]), "object expected as reply markup"),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go")),
        BUTTON + "Text buttons are unallowed in the inline keyboard"),
    ("sendMessage", text("Hello", reply_markup=keyboard(callback_data="x")), BUTTON + 'Can\'t find field "text"'),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go", callback_data="ن" * 33)), "BUTTON_DATA_INVALID"),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go", callback_data="")), "BUTTON_DATA_INVALID"),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go", url="nowhere")),
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go", copy_text={"text": "x" * 257})),
        "BUTTON_COPY_TEXT_INVALID"),
    ("sendMessage", text("Hello", reply_markup=keyboard(text="Go", callback_data="a", style="pink")),
        BUTTON + "invalid button style specified"),
    ("sendMessage", text("Hello", reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "x"}] * 101]}),
        "reply markup is too long"),
    # edits and deletes; 1 is the person's, 2 carries a reply keyboard, 3 is a text of the bot's
    ("editMessageText", {"chat_id": KNOWN, "text": "Other"}, "message identifier is not specified"),
    ("editMessageText", edit(message_id=77), "message to edit not found"),
    ("editMessageText", edit(message_id=1), "message can't be edited"),
    ("editMessageText", edit(message_id=2), "message can't be edited"),
    ("editMessageText", edit(text="As it was"), NOT_MODIFIED),
    ("editMessageText", edit(text=" As it was\n"), NOT_MODIFIED),
    ("editMessageText", edit(text=""), "message text is empty"),
    ("editMessageReplyMarkup", {"chat_id": KNOWN, "message_id": 3}, NOT_MODIFIED),
    ("editMessageCaption", {"chat_id": KNOWN, "message_id": 3, "caption": "x"},
        "there is no caption in the message to edit"),
    ("deleteMessage", {"chat_id": KNOWN, "message_id": 77}, "message to delete not found"),
    ("deleteMessages", {"chat_id": KNOWN, "message_ids": list(range(1, 102))},
        "too many message identifiers specified"),
    # taps
    ("answerCallbackQuery", {"callback_query_id": "5"}, TOO_OLD),
    ("answerCallbackQuery", {}, TOO_OLD),
    # files
    ("sendDocument", {"chat_id": KNOWN, "document": "BQAC-unknown"}, "wrong file identifier/HTTP URL specified"),
    ("sendDocument", {"chat_id": KNOWN}, "there is no document in the request"),
    ("getFile", {"file_id": "BQAC-unknown"}, "invalid file_id"),
    # the bot's own surfaces
    ("setMyCommands", {"commands": [{"command": "Follow", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "متابعة", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "urd"}, "invalid language code specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "everybody"}},
        "can't parse BotCommandScope: Unsupported type specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": NOBODY}}, "chat not found"),
    ("setMyName", {"name": "ن" * 65}, "text is too long"),
    ("setMyDescription", {"description": "x" * 513}, "text is too long"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "text is too long"),
    ("sendChatAction", {"chat_id": KNOWN, "action": "dancing"}, "wrong parameter action in request"),
    # webhooks
    ("setWebhook", {"url": "nida"}, "invalid webhook URL specified"),
    ("setWebhook", {"url": "http://bot.example"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ("setWebhook", {"url": "https://bot.example:9000"},
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ("setWebhook", {"url": "https://bot.example", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ("setWebhook", {"url": "https://bot.example", "secret_token": "a" * 257}, "secret token is too long"),
]  # fmt: skip


@pytest.fixture
async def reader(world: TelegramWorld) -> Person:
    """Message 1 is theirs, 2 has a reply keyboard, 3 is a text."""
    reader = await world.person("Noor", id=KNOWN)
    await world.person("Omar", id=UNSTARTED)
    await reader.starts()
    await world.result("sendMessage", chat_id=KNOWN, text="Choose", reply_markup={"keyboard": [[{"text": "A"}]]})
    await world.result("sendMessage", chat_id=KNOWN, text="As it was")
    return reader


async def test_each_wrong_call_is_refused_in_telegrams_words(world: TelegramWorld, reader: Person) -> None:
    before = await reader.chat()
    told = []
    for method, given, reason in BAD_REQUESTS:
        answer = await world.call(method, **given)
        if answer != {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}:
            told.append((method, given, reason, answer))
    assert told == []
    assert (await reader.chat()).version == before.version, "A refused call changed the chat."


async def test_an_unknown_method_is_not_found(world: TelegramWorld) -> None:
    assert await world.call("sendTelepathy") == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_a_bot_cannot_write_first(world: TelegramWorld, reader: Person) -> None:
    answer = await world.call("sendMessage", chat_id=UNSTARTED, text="Hello")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


async def test_a_wrong_token_is_unauthorized_and_what_is_no_token_is_not_found(world: TelegramWorld) -> None:
    for token, code in (("123456:other", 401), ("999:TEST", 401), ("hello", 404)):
        async with world.control.post(f"/bot{token}/getMe") as response:
            assert (response.status, (await response.json())["error_code"]) == (code, code)


async def test_a_blocked_bot_and_a_deleted_account_are_forbidden(world: TelegramWorld, reader: Person) -> None:
    await reader.blocks()
    answer = await world.call("sendMessage", chat_id=reader.id, text="Hello")
    assert answer == {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    await reader.unblocks()
    assert (await world.call("sendMessage", chat_id=reader.id, text="Hello"))["ok"]
    gone = await world.person("Omar", deactivated=True)
    answer = await world.call("sendMessage", chat_id=gone.id, text="Hello")
    assert answer["description"] == "Forbidden: user is deactivated"


async def test_a_tap_is_answered_once_and_in_time_and_in_200_characters(world: TelegramWorld, reader: Person) -> None:
    button = keyboard(text="Follow", callback_data="follow:3")
    await world.result("sendMessage", chat_id=reader.id, text="A case", reply_markup=button)
    tap = await reader.taps("Follow")
    too_long = await world.call("answerCallbackQuery", callback_query_id=tap, text="x" * 201)
    assert too_long["description"] == "Bad Request: MESSAGE_TOO_LONG"
    assert await world.result("answerCallbackQuery", callback_query_id=tap, text="x" * 200) is True
    assert (await world.call("answerCallbackQuery", callback_query_id=tap))["description"] == f"Bad Request: {TOO_OLD}"


async def test_calls_are_taken_as_query_json_form_and_multipart(world: TelegramWorld, reader: Person) -> None:
    path = f"/bot{world.token}/sendMessage"
    given = {"chat_id": str(reader.id), "text": "As a form"}
    async with world.control.get(path, params={**given, "text": "In the address"}) as response:
        assert response.status == 200
    async with world.control.post(path, data=given) as response:
        assert response.status == 200
    with_file = {**given, "text": "In parts", "reply_markup": '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}'}
    async with world.control.post(path, data=_multipart(with_file)) as response:
        assert response.status == 200, await response.text()
    async with world.control.post(path.replace("sendMessage", "SENDMESSAGE"), json=given) as response:
        assert response.status == 200
    shown = [message.text for message in (await reader.chat()).from_bot]
    assert shown[-4:] == ["In the address", "As a form", "In parts", "As a form"]


async def test_a_body_that_is_not_json_is_refused(world: TelegramWorld) -> None:
    headers = {"Content-Type": "application/json"}
    async with world.control.post(f"/bot{world.token}/sendMessage", data=b"{nonsense", headers=headers) as response:
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


async def test_a_message_older_than_two_days_can_be_edited_but_not_deleted(
    world: TelegramWorld, standin: StandIn, reader: Person
) -> None:
    old = standin.world.people[reader.id].messages[3]
    old.date -= 48 * 3600 + 60
    answer = await world.call("deleteMessage", chat_id=reader.id, message_id=3)
    assert answer["description"] == "Bad Request: message can't be deleted for everyone"
    await world.result("deleteMessages", chat_id=reader.id, message_ids=[2, 3])
    assert [message.id for message in (await reader.chat()).from_bot] == [3]
    assert (await world.call("editMessageText", chat_id=reader.id, message_id=3, text="Withdrawn"))["ok"]


def _multipart(fields: dict[str, str]) -> MultipartWriter:
    writer = MultipartWriter("form-data")
    for name, value in fields.items():
        part = writer.append(value)
        part.set_content_disposition("form-data", name=name)
    return writer
