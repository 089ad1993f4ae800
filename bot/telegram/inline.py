"""Answering what somebody types behind the bot's name, in whatever chat they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.language import Description, Label, Text
from bot.language.keyboard import Keyboard
from bot.telegram.chat import NO_PREVIEW, Postman

MOST_OFFERS: Final = 10
CACHED_SECONDS: Final = 30
"""How long Telegram may answer the same words of the same person by itself."""
COMES_BY: Final = "__inline"
"""What the button above the offers starts the bot with: no more than where somebody came from."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to send: how it is listed, and the message it becomes. `id` is told back when it is chosen."""

    id: str
    title: Label
    about: Description
    text: Text
    keyboard: Keyboard

    def as_json(self) -> dict[str, Any]:
        content = {"message_text": self.text.html, "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
        return {
            "type": "article",
            "id": self.id,
            "title": self.title.text,
            "description": self.about.text,
            "input_message_content": content,
            "reply_markup": self.keyboard.markup(),
        }


class Inline:
    """One query of one person. Nobody waits for a late answer, and one that is refused is no error."""

    def __init__(self, postman: Postman, query_id: str) -> None:
        self._postman = postman
        self._query_id = query_id

    async def offer(self, offers: Sequence[Offer], to_bot: Label) -> None:
        """`to_bot` is the button above them that leads to the chat with the bot."""
        parameters = {
            "inline_query_id": self._query_id,
            "results": [offer.as_json() for offer in offers[:MOST_OFFERS]],
            "cache_time": CACHED_SECONDS,
            "is_personal": True,  # as the language is
            "button": {"text": to_bot.text, "start_parameter": COMES_BY},
        }
        await self._postman.answer_inline(parameters)
