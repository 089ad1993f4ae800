"""The objects of the Bot API, built with python-telegram-bot's types, so that the protocol is modelled by a library
other than the bot's own. One shortcut: `message_json` writes a text message directly, as the answer to a send must be
cheap; a test holds it equal to what the types give.
"""

from datetime import UTC, datetime
from typing import Final

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    ChosenInlineResult,
    Contact,
    Document,
    InlineQuery,
    LinkPreviewOptions,
    Location,
    Message,
    PhotoSize,
    Sticker,
    TelegramObject,
    User,
    Video,
    Voice,
)

from bot.standin import world
from bot.standin.files import StoredFile
from bot.standin.profile import Profile

_NEVER_SENT: Final = frozenset({"delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created"})
_NAMELESS: Final = ("AgACAgIAAxkBAAMnothing", "AQADnothing")
"""What a person sends that is not a text has nothing in it: a bot that cannot use it must only say so."""
EMPTY_FILE: Final = StoredFile("BQACAgIAAxkBAAMnothing", "AgADnothing", "paper.pdf", "application/pdf", b"%PDF-1.7")
EPOCH: Final = datetime.fromtimestamp(0, UTC)


def wire(shape: TelegramObject) -> dict[str, object]:
    """As it goes over the wire: the types write false for four flags that Telegram leaves out."""
    return _without_flags(shape.to_dict())


def _without_flags(given: dict[str, object]) -> dict[str, object]:
    return {
        name: _without_flags(value) if isinstance(value, dict) else value
        for name, value in given.items()
        if name not in _NEVER_SENT
    }


def bot_user(profile: Profile) -> User:
    return User(
        profile.id,
        profile.shown_name(None),
        is_bot=True,
        username=profile.username,
        can_join_groups=True,
        can_read_all_group_messages=False,
        supports_inline_queries=True,
        can_connect_to_business=False,
        has_main_web_app=False,
    )


def bot_sender(profile: Profile) -> User:
    return User(profile.id, profile.shown_name(None), is_bot=True, username=profile.username)


def user(person: world.Person) -> User:
    return User(
        person.id,
        person.first_name,
        is_bot=False,
        last_name=person.last_name,
        username=person.username,
        language_code=person.language_code,
    )


def chat(person: world.Person) -> Chat:
    return Chat(person.id, "private", first_name=person.first_name, last_name=person.last_name, username=person.username)


def message(sent: world.Message, person: world.Person, profile: Profile) -> Message:
    """A message of a private chat, with the message it replies to."""
    replied = person.messages.get(sent.reply_to) if sent.reply_to else None
    text, entities = sent.markup.text or None, sent.markup.entities or None
    is_text = sent.kind == "text"
    return Message(
        sent.message_id,
        moment(sent.date),
        chat(person),
        from_user=bot_sender(profile) if sent.from_bot else user(person),
        text=text if is_text else None,
        entities=entities if is_text else None,
        caption=None if is_text else text,
        caption_entities=None if is_text else entities,
        edit_date=moment(sent.edit_date) if sent.edit_date else None,
        reply_markup=sent.keyboard.markup,
        via_bot=bot_sender(profile) if sent.via_bot else None,
        reply_to_message=message(replied, person, profile) if replied else None,
        has_protected_content=True if sent.protected else None,
        link_preview_options=LinkPreviewOptions.de_json(sent.preview, None) if sent.preview else None,
        document=document(sent.file or EMPTY_FILE) if sent.kind == "document" else None,
        photo=(photo(sent.file),) if sent.kind == "photo" else None,
        sticker=Sticker(*_NAMELESS, 512, 512, False, False, "regular") if sent.kind == "sticker" else None,
        voice=Voice(*_NAMELESS, 4, mime_type="audio/ogg", file_size=16_000) if sent.kind == "voice" else None,
        video=Video(*_NAMELESS, 640, 360, 9, mime_type="video/mp4") if sent.kind == "video" else None,
        location=Location(longitude=35.93, latitude=31.95) if sent.kind == "location" else None,
        contact=Contact("+15550100", person.first_name, user_id=person.id) if sent.kind == "contact" else None,
    )


def message_json(sent: world.Message, person: world.Person, sender: dict[str, object]) -> dict[str, object]:
    """A text of the bot's, as JSON; `sender` is the bot's own user."""
    json: dict[str, object] = {
        "message_id": sent.message_id,
        "from": sender,
        "chat": person.chat_json,
        "date": sent.date,
        "text": sent.markup.text,
    }
    if sent.edit_date:
        json["edit_date"] = sent.edit_date
    if sent.markup.entities:
        json["entities"] = sent.markup.json
    if sent.keyboard.json and sent.keyboard.kind == "inline":
        json["reply_markup"] = sent.keyboard.json
    if sent.protected:
        json["has_protected_content"] = True
    if sent.preview:
        json["link_preview_options"] = sent.preview
    return json


def callback_query(callback_id: str, person: world.Person, shown: Message, data: str) -> CallbackQuery:
    return CallbackQuery(callback_id, user(person), person.chat_instance, message=shown, data=data)


def membership(person: world.Person, profile: Profile, at: datetime, *, blocked: bool) -> ChatMemberUpdated:
    """The bot was blocked by a person, or unblocked."""
    bot = bot_sender(profile)
    member: ChatMember = ChatMemberMember(bot)
    banned: ChatMember = ChatMemberBanned(bot, until_date=EPOCH)
    old, new = (member, banned) if blocked else (banned, member)
    return ChatMemberUpdated(chat(person), user(person), at, old, new)


def document(file: StoredFile) -> Document:
    return Document(file.file_id, file.unique_id, file_name=file.name, mime_type=file.mime_type, file_size=len(file.content))


def photo(file: StoredFile | None) -> PhotoSize:
    if file is None or file.size is None:
        return PhotoSize(*_NAMELESS, 640, 480, file_size=32_000)
    return PhotoSize(file.file_id, file.unique_id, *file.size, file_size=len(file.content))


def inline_query(asked: world.InlineQuery, person: world.Person) -> InlineQuery:
    return InlineQuery(asked.query_id, user(person), asked.words, asked.offset, chat_type="sender")


def chosen_result(result_id: str, asked: world.InlineQuery, person: world.Person) -> ChosenInlineResult:
    return ChosenInlineResult(result_id, user(person), asked.words)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
