"""Sending, editing and deleting texts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from bot.standin import markup
from bot.standin.keyboards import NO_KEYBOARD, Keyboard
from bot.standin.methods.base import Methods
from bot.standin.parameters import (
    ChatId,
    Entities,
    Ignored,
    Markup,
    Object,
    Reads,
    Required,
    Unmodelled,
    read_numbers,
)
from bot.standin.refusals import Refusal, bad_request
from bot.standin.state import StandIn
from bot.standin.world import Message, Person

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
DELETABLE_SECONDS = 48 * 3600
FURTHEST_DATE = timedelta(days=3 * 365)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
Text = Annotated[str, Required("message text is empty")]
MessageId = Annotated[int, Required("message identifier is not specified")]
MessageIds = Annotated[list[int], Reads(read_numbers), Required("message identifiers are not specified")]
_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}


@dataclass(slots=True, kw_only=True)
class Sending:
    """What every method takes that sends one message."""

    chat_id: ChatId
    business_connection_id: Unmodelled = None
    message_thread_id: Unmodelled = None
    direct_messages_topic_id: Unmodelled = None
    receiver_user_id: Unmodelled = None
    callback_query_id: Unmodelled = None
    ephemeral_message_parameters: Unmodelled = None
    parse_mode: str = ""
    disable_notification: bool = False
    protect_content: bool = False
    allow_paid_broadcast: bool = False
    message_effect_id: Ignored = None
    suggested_post_parameters: Unmodelled = None
    reply_parameters: Object = None
    reply_to_message_id: int = 0
    allow_sending_without_reply: bool = False
    reply_markup: Markup = None

    def sent(self, standin: StandIn, person: Person, text: markup.Markup) -> Message:
        """A message with this text, not in the chat yet. Counted against the rate."""
        reply_to = replied(person, self.reply_parameters, self.reply_to_message_id, self.allow_sending_without_reply)
        standin.rates.message(self.chat_id, standin.clock.monotonic())
        return Message(
            standin.world.next_message(),
            True,
            standin.now(),
            text,
            keyboard=self.reply_markup or NO_KEYBOARD,
            silent=self.disable_notification,
            protected=self.protect_content,
            reply_to=reply_to,
        )


@dataclass(slots=True, kw_only=True)
class SendMessage(Sending):
    text: Text
    entities: Entities = ()
    link_preview_options: Object = None
    disable_web_page_preview: bool = False

    async def answer(self, standin: StandIn) -> object:
        text = read_text(standin, self.text, self.parse_mode, self.entities)
        person = standin.reachable(self.chat_id)
        message = self.sent(standin, person, text)
        message.preview = preview(self.link_preview_options, self.disable_web_page_preview)
        return standin.json_of(standin.add(person, message), person)


@dataclass(slots=True)
class EditMessageText:
    text: Text
    business_connection_id: Unmodelled = None
    chat_id: ChatId = 0
    message_id: MessageId = 0
    inline_message_id: Unmodelled = None
    parse_mode: str = ""
    entities: Entities = ()
    link_preview_options: Object = None
    disable_web_page_preview: bool = False
    reply_markup: Markup = None
    rich_message: Unmodelled = None

    async def answer(self, standin: StandIn) -> object:
        person, message = editable(standin, self.chat_id, self.message_id)
        if message.kind != "text":
            raise bad_request("there is no text in the message to edit")
        text = read_text(standin, self.text, self.parse_mode, self.entities)
        shown = preview(self.link_preview_options, self.disable_web_page_preview)
        return edited(standin, person, message, text, self.reply_markup, shown)


@dataclass(slots=True)
class EditMessageReplyMarkup:
    business_connection_id: Unmodelled = None
    chat_id: ChatId = 0
    message_id: MessageId = 0
    inline_message_id: Unmodelled = None
    reply_markup: Markup = None

    async def answer(self, standin: StandIn) -> object:
        person, message = editable(standin, self.chat_id, self.message_id)
        return edited(standin, person, message, message.markup, self.reply_markup, message.preview)


@dataclass(slots=True)
class DeleteMessage:
    chat_id: ChatId
    message_id: MessageId

    async def answer(self, standin: StandIn) -> object:
        person = standin.reachable(self.chat_id)
        message = person.messages.get(self.message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if not deletable(standin, message):
            raise bad_request("message can't be deleted for everyone")
        del person.messages[self.message_id]
        standin.changed(person)
        return True


@dataclass(slots=True)
class DeleteMessages:
    chat_id: ChatId
    message_ids: MessageIds

    async def answer(self, standin: StandIn) -> object:
        person = standin.reachable(self.chat_id)
        if len(self.message_ids) > 100:
            raise bad_request("too many message identifiers specified")
        for message_id in self.message_ids:
            message = person.messages.get(message_id)
            if message and deletable(standin, message):
                del person.messages[message_id]
        standin.changed(person)
        return True


def read_text(standin: StandIn, source: str, parse_mode: str, entities: Entities) -> markup.Markup:
    text = markup.within(markup.read(source, parse_mode, entities), LONGEST_TEXT, "message is too long")
    if not text.text:
        raise bad_request("message text is empty")
    ensure_dates(standin, text)
    return text


def ensure_dates(standin: StandIn, text: markup.Markup) -> None:
    """Telegram refuses a time more than about three years away."""
    if text.dates and any(abs(date - standin.clock.now()) > FURTHEST_DATE for date in text.dates):
        raise bad_request("ENTITY_DATE_INVALID")


def editable(standin: StandIn, chat_id: int, message_id: int) -> tuple[Person, Message]:
    """Counted against the rate once it is known to exist."""
    if not chat_id:
        raise bad_request("chat_id is empty")
    if not message_id:
        raise bad_request("message identifier is not specified")
    person = standin.reachable(chat_id)
    message = person.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.keyboard.kind in {"reply", "remove", "force"}:
        raise bad_request("message can't be edited")
    standin.rates.edit(chat_id, standin.clock.monotonic())
    return person, message


def edited(
    standin: StandIn,
    person: Person,
    message: Message,
    text: markup.Markup,
    keyboard: Keyboard | None,
    shown: dict[str, object] | None,
) -> object:
    """An edit without a keyboard takes the keyboard away."""
    keyboard = keyboard or NO_KEYBOARD
    if keyboard.kind not in {"inline", "none"}:
        raise bad_request("inline keyboard expected")
    same = message.markup.same_as(text) and (message.keyboard.json, message.preview) == (keyboard.json, shown)
    if same:
        raise bad_request(NOT_MODIFIED)
    message.markup, message.keyboard, message.preview = text, keyboard, shown
    message.edit_date = standin.now()
    standin.changed(person)
    return standin.json_of(message, person)


def deletable(standin: StandIn, message: Message) -> bool:
    return standin.now() - message.date < DELETABLE_SECONDS


def replied(person: Person, parameters: Object, legacy: int, without: bool) -> int | None:
    """Which message is replied to. Raises Refusal when it is not there and had to be."""
    given = parameters or {}
    message_id = given.get("message_id", legacy)
    if not message_id:
        return None
    if isinstance(message_id, int) and message_id in person.messages:
        return message_id
    if without or given.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def preview(options: dict[str, object] | None, disabled: bool) -> dict[str, object] | None:
    if options is None:
        return {"is_disabled": True} if disabled else None
    for name in options:
        if name not in _PREVIEW_FIELDS:
            raise unknown_field("LinkPreviewOptions", name)
    return options or None


def unknown_field(shape: str, name: str) -> Refusal:
    return bad_request(f'can\'t parse {shape}: unknown field "{name}"')


METHODS: Methods = {
    "sendMessage": SendMessage,
    "editMessageText": EditMessageText,
    "editMessageReplyMarkup": EditMessageReplyMarkup,
    "deleteMessage": DeleteMessage,
    "deleteMessages": DeleteMessages,
}
