"""Talking to one person: a reply, a menu edited in place, the answer to a tapped button, a file.

Every reply is a `Text` of the builder. It takes its turn before anything that is sent to many, out of the same budget.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.clock import Clock
from bot.delivery.outcome import Answered, NotSent, Seen
from bot.delivery.pace import Lane, Pace
from bot.language import Notice, Text
from bot.language.keyboard import Keyboard
from bot.language.text import CAPTION_LIMIT
from bot.meters import Times
from bot.telegram.transport import AiohttpTransport

log = structlog.get_logger()

TRIES = 6
"""How often a reply that certainly did not arrive is tried again, with growing pauses: about a minute in all."""
NO_PREVIEW = {"is_disabled": True}


class Postman:
    """What all chats share: the way to Telegram, and the pace."""

    def __init__(self, transport: AiohttpTransport, pace: Pace, clock: Clock) -> None:
        self._transport = transport
        self._pace = pace
        self._clock = clock
        self.replies: Counter[str] = Counter()
        """By what became of them: answered, refused, lost, not_sent."""
        self.took = Times()
        """From when a reply was ready until Telegram had answered, its turn and further tries included."""

    async def call(self, method: str, chat_id: int, parameters: dict[str, Any]) -> Seen:
        """A call that shows something in a chat, in its turn."""
        return await self._in_turn(chat_id, lambda: self._transport.call(method, {"chat_id": chat_id, **parameters}))

    async def upload(self, method: str, chat_id: int, fields: dict[str, str], file: tuple[str, str, bytes]) -> Seen:
        whole = {"chat_id": str(chat_id), **fields}
        return await self._in_turn(chat_id, lambda: self._transport.upload(method, whole, file))

    async def answer_tap(self, callback_id: str, text: str | None) -> None:
        """Answering a tap is not a message: it waits for no turn, and one that comes too late is no error."""
        shown = {"text": text} if text else {}
        await self._transport.call("answerCallbackQuery", {"callback_query_id": callback_id, **shown})

    async def answer_inline(self, parameters: dict[str, Any]) -> None:
        """Nor is what is offered inline: nothing is shown in a chat until somebody chooses it."""
        await self._transport.call("answerInlineQuery", parameters)

    async def _in_turn(self, chat_id: int, send: Callable[[], Awaitable[Seen]]) -> Seen:
        began, pause = self._clock.monotonic(), 1.0
        for _ in range(TRIES):
            await self._pace.turn(chat_id, Lane.REPLY)
            seen = await send()
            if isinstance(seen, NotSent):
                await self._clock.sleep(pause)
                pause *= 2
            elif isinstance(seen, Answered) and seen.status == 429:
                self._pace.hold(_retry_after(seen))
            else:
                break
        self.took.took(self._clock.monotonic() - began)
        self.replies[_became(seen)] += 1
        return seen


class Chat:
    """The chat an update came from. `tapped` is the message whose button was tapped, if one was."""

    def __init__(self, postman: Postman, chat_id: int, tapped: int | None, callback_id: str | None) -> None:
        self._postman = postman
        self._id = chat_id
        self._tapped = tapped
        self._callback_id = callback_id

    async def say(self, text: Text, keyboard: Keyboard | None = None) -> int | None:
        """A new message; a text over Telegram's limit becomes several, the buttons below the last. The number of that one, None
        where it is not known to have arrived."""
        *first, last = text.split()
        for part in first:
            await self._send(part, None)
        return await self._send(last, keyboard)

    async def show(self, text: Text, keyboard: Keyboard | None = None, notice: Notice | None = None) -> int | None:
        """Answer in place: the message whose button was tapped becomes this; without one, or too long, it is a new message.
        The number of the message, as for `say`."""
        await self.acknowledge(notice)
        if self._tapped is not None and len(text.split()) == 1 and await self._edited(text, keyboard):
            return self._tapped
        return await self.say(text, keyboard)

    async def acknowledge(self, notice: Notice | None = None) -> None:
        """Stop the tapped button's spinner, with a short word or without."""
        if self._callback_id is not None:
            callback_id, self._callback_id = self._callback_id, None
            await self._postman.answer_tap(callback_id, notice.text if notice else None)

    async def send_file(self, name: str, content: bytes, caption: Text) -> None:
        """A file; what is over Telegram's limit for a caption follows as a message."""
        await self._upload("sendDocument", ("document", name, content), caption)

    async def send_picture(self, name: str, content: bytes, caption: Text) -> None:
        """A picture, shown as one; the caption as for a file."""
        await self._upload("sendPhoto", ("photo", name, content), caption)

    async def _upload(self, method: str, file: tuple[str, str, bytes], caption: Text) -> None:
        first, *rest = caption.split(CAPTION_LIMIT)
        fields = {"caption": first.html, "parse_mode": "HTML"}
        self._report(method, await self._postman.upload(method, self._id, fields, file))
        for part in rest:
            await self._send(part, None)

    async def edit(self, message_id: int, text: Text, keyboard: Keyboard | None = None) -> None:
        """Put something else into a message that was shown a moment ago."""
        body = {"message_id": message_id, **self._body(text, keyboard)}
        self._report("editMessageText", await self._postman.call("editMessageText", self._id, body))

    async def _send(self, text: Text, keyboard: Keyboard | None) -> int | None:
        seen = await self._postman.call("sendMessage", self._id, self._body(text, keyboard))
        self._report("sendMessage", seen)
        return _message_id(seen)

    async def _edited(self, text: Text, keyboard: Keyboard | None) -> bool:
        body = {"message_id": self._tapped, **self._body(text, keyboard)}
        seen = await self._postman.call("editMessageText", self._id, body)
        # Any refusal but "nothing changed" means the message is not there to be edited: say it anew.
        return not isinstance(seen, Answered) or seen.status != 400 or _is_unchanged(seen)

    def _body(self, text: Text, keyboard: Keyboard | None) -> dict[str, Any]:
        body: dict[str, Any] = {"text": text.html, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
        if keyboard is not None and keyboard.rows:
            body["reply_markup"] = keyboard.markup()
        return body

    @staticmethod
    def _report(method: str, seen: Seen) -> None:
        if not isinstance(seen, Answered) or seen.status != 200:
            log.warning("reply.not_sent", method=method, seen=type(seen).__name__, status=getattr(seen, "status", None))


def _message_id(seen: Seen) -> int | None:
    message = (seen.body or {}).get("result") if isinstance(seen, Answered) else None
    return message.get("message_id") if isinstance(message, dict) else None


def _retry_after(seen: Answered) -> float:
    parameters = (seen.body or {}).get("parameters") or {}
    return float(parameters.get("retry_after", 1))


def _became(seen: Seen) -> str:
    if isinstance(seen, Answered):
        return "answered" if seen.status == 200 or _is_unchanged(seen) else "refused"
    return "not_sent" if isinstance(seen, NotSent) else "lost"


def _is_unchanged(seen: Answered) -> bool:
    return "not modified" in str((seen.body or {}).get("description", ""))
