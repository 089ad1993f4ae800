"""People, chats and messages: what exists in the stand-in's world, and nothing about how it is reached."""

import hashlib
from dataclasses import dataclass, field

from bot.standin.files import StoredFile
from bot.standin.keyboards import NO_KEYBOARD, Keyboard
from bot.standin.markup import Markup

KINDS = ("text", "photo", "sticker", "voice", "document", "location", "contact", "video")
"""What a person can send. A bot here sends texts, documents and photos."""


@dataclass(slots=True, eq=False)
class Message:
    """One message of a private chat. `date` and `edit_date` are seconds since 1970, UTC."""

    message_id: int
    from_bot: bool
    date: int
    markup: Markup
    """The text, or the caption of what is not a text."""
    kind: str = "text"
    keyboard: Keyboard = NO_KEYBOARD
    file: StoredFile | None = None
    edit_date: int | None = None
    silent: bool = False
    protected: bool = False
    reply_to: int | None = None
    preview: dict[str, object] | None = None
    via_bot: bool = False
    """A person chose it from what the bot offered inline."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a tap."""

    callback_id: str
    text: str
    show_alert: bool
    url: str | None = None


@dataclass(slots=True)
class Tap:
    """A press on a button. `at` is on the clock that never runs backwards."""

    callback_id: str
    person: int
    at: float
    answered: bool = False


@dataclass(frozen=True, slots=True)
class InlineResult:
    """One of the things the bot offers to send: how it is listed, and the message it becomes."""

    id: str
    title: str
    description: str
    markup: Markup
    keyboard: Keyboard
    preview: dict[str, object] | None


@dataclass(slots=True, eq=False)
class InlineQuery:
    """What a person types behind the bot's name. `at` is on the clock that never runs backwards."""

    query_id: str
    person: int
    words: str
    offset: str
    at: float
    answered: bool = False
    results: tuple[InlineResult, ...] = ()
    next_offset: str = ""
    button: dict[str, object] | None = None
    """What stands above the results and leads to the chat with the bot: its text and start_parameter."""


@dataclass(slots=True, eq=False)
class Person:
    """Somebody with the app. Their private chat with the bot has the same id."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    version: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    asks: InlineQuery | None = None
    """What they typed inline last."""

    @property
    def chat_instance(self) -> str:
        return str(int.from_bytes(hashlib.blake2b(str(self.id).encode(), digest_size=8).digest(), signed=True))

    @property
    def chat_json(self) -> dict[str, object]:
        """The private chat as Telegram writes it; the hot path's own, proven equal to python-telegram-bot's."""
        chat: dict[str, object] = {"id": self.id, "type": "private", "first_name": self.first_name}
        if self.last_name:
            chat["last_name"] = self.last_name
        if self.username:
            chat["username"] = self.username
        return chat


@dataclass(slots=True)
class World:
    """Everyone and everything. `version` counts changes that everybody sees, such as a new name of the bot."""

    people: dict[int, Person] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    version: int = 0
    last_message: int = 0
    last_tap: int = 10_000

    def next_message(self) -> int:
        self.last_message += 1
        return self.last_message

    def next_tap(self) -> str:
        self.last_tap += 1
        return f"{self.last_tap:019d}"
