"""A person at the other end of a chat, for tests: they type, tap and look, through the stand-in's control.

amal = await Person.joins(control, 42, "Amal", language_code="ar")
await amal.starts()
await amal.taps("English")
message = await amal.sees("Welcome")
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE = 60.0
"""Seconds to wait for what should come: it comes long before, but not on every machine at once."""


@dataclass(frozen=True)
class Button:
    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True)
class ChatMessage:
    """`text` is what is shown; `html` the same with its entities as Telegram's tags."""

    id: int
    from_bot: bool
    kind: str
    text: str
    html: str
    entities: list[dict[str, Any]]
    buttons: list[list[Button]]
    date: int
    edit_date: int | None
    silent: bool
    reply_to: int | None = None
    file: dict[str, Any] | None = None
    via_bot: bool = False

    @property
    def edited(self) -> bool:
        return self.edit_date is not None

    @property
    def labels(self) -> list[str]:
        return [button.text for row in self.buttons for button in row]

    def button(self, label: str) -> Button | None:
        """By the whole label, else by its beginning, else by any part; direction marks do not count."""
        buttons = [button for row in self.buttons for button in row]
        for fits in (str.__eq__, str.startswith, str.__contains__):
            for button in buttons:
                if fits(_plain(button.text), _plain(label)):
                    return button
        return None


@dataclass(frozen=True)
class Offer:
    """One result of an inline query."""

    query_id: str
    id: str
    title: str
    description: str


@dataclass(frozen=True)
class Chat:
    version: int
    messages: list[ChatMessage]
    toasts: list[dict[str, Any]]
    commands: list[dict[str, str]]
    bot_name: str
    description: str
    short_description: str
    raw: dict[str, Any] = field(repr=False)

    @property
    def from_bot(self) -> list[ChatMessage]:
        return [message for message in self.messages if message.from_bot]

    def __str__(self) -> str:
        lines = [f"{_who(message)} #{message.id}{_marks(message)}: {message.text}" for message in self.messages]
        toasts = [f"toast: {toast['text']}" for toast in self.toasts if toast["text"]]
        return "\n".join([*lines, *toasts]) or "(an empty chat)"


Looked = str | Callable[[ChatMessage], bool]


class ControlRefused(AssertionError):
    """The stand-in would not do it; the message is its sentence."""


class Person:
    """`control` is a client session whose base address is the stand-in's."""

    def __init__(self, control: aiohttp.ClientSession, person_id: int) -> None:
        self.control = control
        self.id = person_id

    @classmethod
    async def joins(
        cls,
        control: aiohttp.ClientSession,
        person_id: int,
        first_name: str = "Sam",
        *,
        language_code: str | None = "en",
        started: bool = False,
        **more: Any,
    ) -> "Person":
        """Make (or change) the person in the stand-in's world."""
        person = cls(control, person_id)
        body = {"id": person_id, "first_name": first_name, "language_code": language_code, "started": started, **more}
        await person._post("/control/people", body)
        return person

    async def starts(self, payload: str | None = None) -> int:
        """Tap START, of a deep link if there is a payload; the message's id."""
        return await self._sent("start", {"payload": payload} if payload else {})

    async def types(self, text: str) -> int:
        return await self._sent("send", {"text": text})

    async def sends(self, kind: str, caption: str | None = None) -> int:
        """Send something that is not a text: photo, sticker, voice, document, location, contact or video."""
        return await self._sent("send", {"kind": kind, "caption": caption})

    async def edits(self, message: "int | ChatMessage", text: str) -> int:
        return await self._sent("edit", {"message_id": _id(message), "text": text})

    async def taps(self, label: str, on: "ChatMessage | int | None" = None) -> str:
        """Tap a button by its label or how that begins, on one message or the newest that has it; the tap's id."""
        chat = await self.chat()
        shown = [m for m in reversed(chat.messages) if on is None or m.id == _id(on)]
        for message in shown:
            if button := message.button(label):
                which = {"data": button.data} if button.data is not None else {"text": button.text}
                pressed = await self._post(self._path("press"), {"message_id": message.id, **which})
                return str(pressed["callback_id"])
        offered = [label for message in chat.messages for label in message.labels]
        raise AssertionError(f"No button “{label}”; there are {offered}. The chat shows:\n{chat}")

    async def forges(self, data: str, on: "ChatMessage | int | None" = None) -> str:
        """Send callback data that no button carries, as a tampered app could; the tap's id."""
        message = on if on is not None else (await self.chat()).from_bot[-1]
        body = {"message_id": _id(message), "data": data, "forge": True}
        return str((await self._post(self._path("press"), body))["callback_id"])

    async def asks_inline(self, words: str, timeout: float = PATIENCE) -> list[Offer]:
        """Type words behind the bot's name, and wait for what it offers."""
        query_id = (await self._post(self._path("inline"), {"query": words}))["query_id"]
        ends = time.monotonic() + timeout
        chat = await self.chat()
        while (offered := chat.raw["inline"]) is None or offered["query_id"] != query_id:
            if time.monotonic() >= ends:
                raise AssertionError(f"The bot has offered nothing for {words!r} in {timeout} s.")
            chat = await self.chat(chat.version, max(0.0, ends - time.monotonic()))
        return [Offer(query_id, each["id"], each["title"], each["description"]) for each in offered["results"]]

    async def chooses(self, offer: Offer) -> ChatMessage:
        """Send what the bot has offered; the message as the chat shows it."""
        body = {"query_id": offer.query_id, "result_id": offer.id}
        number = (await self._post(self._path("choose"), body))["message_id"]
        return next(message for message in (await self.chat()).messages if message.id == number)

    async def blocks(self) -> None:
        await self._post(self._path("block"), {})

    async def unblocks(self) -> None:
        await self._post(self._path("unblock"), {})

    async def chat(self, after: int | None = None, timeout: float = 0.0) -> Chat:
        """What the chat shows now, or once its version is greater than `after`; `timeout` in seconds."""
        query = {} if after is None else {"after": str(after), "timeout": str(timeout)}
        async with self.control.get(self._path("chat"), params=query) as response:
            return _chat(await response.json())

    async def sees(self, looked_for: Looked, timeout: float = PATIENCE, *, after: int = 0) -> ChatMessage:
        """Wait for a message of the bot's that fits, and give the newest. Only messages with an id above `after`, or
        edited since, count when it is given. Fails showing the chat."""
        ends = time.monotonic() + timeout
        version: int | None = None
        while True:
            chat = await self.chat(version, max(0.0, ends - time.monotonic()))
            for message in reversed(chat.from_bot):
                if message.id > after and _fits(message, looked_for):
                    return message
            if time.monotonic() >= ends:
                raise AssertionError(f"No message with {looked_for!r} in {timeout} s. The chat shows:\n{chat}")
            version = chat.version

    async def hears_nothing(self, seconds: float = 0.3) -> None:
        """Fails if the chat changes in that time."""
        before = await self.chat()
        now = await self.chat(before.version, seconds)
        assert now.version == before.version, f"The chat changed. It shows:\n{now}"

    async def last(self) -> ChatMessage:
        """The bot's newest message."""
        chat = await self.chat()
        assert chat.from_bot, f"The bot has written nothing. The chat shows:\n{chat}"
        return chat.from_bot[-1]

    async def toasts(self) -> list[str]:
        """What the bot answered to taps, oldest first; those without words left out."""
        return [toast["text"] for toast in (await self.chat()).toasts if toast["text"]]

    async def answers_to(self, callback_id: str, timeout: float = PATIENCE) -> dict[str, Any]:
        """Wait for the answer to one tap: its text and show_alert."""
        ends = time.monotonic() + timeout
        chat = await self.chat()
        while True:
            for toast in chat.toasts:
                if toast["callback_id"] == callback_id:
                    return toast
            if time.monotonic() >= ends:
                raise AssertionError(f"No answer to that tap in {timeout} s. The chat shows:\n{chat}")
            chat = await self.chat(chat.version, max(0.0, ends - time.monotonic()))

    async def downloads(self, message: ChatMessage) -> bytes:
        assert message.file, f"There is no file in: {message}"
        async with self.control.get(f"/control/files/{message.file['file_id']}") as response:
            return await response.read()

    async def _sent(self, verb: str, body: dict[str, Any]) -> int:
        return int((await self._post(self._path(verb), body))["message_id"])

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in body.items() if value is not None}
        async with self.control.post(path, json=given) as response:
            answer: dict[str, Any] = await response.json()
            if response.status != 200:
                raise ControlRefused(answer["error"])
            return answer

    def _path(self, verb: str) -> str:
        return f"/control/people/{self.id}/{verb}"


_MARKS = dict.fromkeys(map(ord, "\u200c\u200e\u200f\u061c\u2066\u2067\u2068\u2069\ufeff"))


def _plain(text: str) -> str:
    """Without the invisible marks of direction, so that a test can name what a person reads."""
    return text.translate(_MARKS)


def _fits(message: ChatMessage, looked_for: Looked) -> bool:
    return _plain(looked_for) in _plain(message.text) if isinstance(looked_for, str) else looked_for(message)


def _id(message: "ChatMessage | int") -> int:
    return message if isinstance(message, int) else message.id


def _who(message: ChatMessage) -> str:
    return "bot" if message.from_bot else "person"


def _marks(message: ChatMessage) -> str:
    edited = " (edited)" if message.edited else ""
    return f"{edited} {message.labels}" if message.labels else edited


def _chat(raw: dict[str, Any]) -> Chat:
    return Chat(
        raw["version"],
        [_message(message) for message in raw["messages"]],
        raw["answers"],
        raw["commands"],
        raw["bot_name"],
        raw["description"],
        raw["short_description"],
        raw,
    )


def _message(raw: dict[str, Any]) -> ChatMessage:
    return ChatMessage(
        raw["message_id"],
        raw["from"] == "bot",
        raw["kind"],
        raw["text"],
        raw["html"],
        raw["entities"],
        [[_button(button) for button in row] for row in raw["buttons"]],
        raw["date"],
        raw["edit_date"],
        raw["silent"],
        raw["reply_to"],
        raw["file"],
        raw["via_bot"],
    )


def _button(raw: dict[str, Any]) -> Button:
    copied = raw.get("copy_text")
    return Button(raw["text"], raw.get("callback_data"), raw.get("url"), copied and copied["text"])
