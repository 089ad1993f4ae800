"""What is sent about a petition, made into the message one reader gets."""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.delivery.transport import Payload
from bot.language import Catalogues, Reader, Words
from bot.language.keyboard import Button, Keyboard, keyboard
from bot.petitions.messages import Message
from bot.petitions.telling import Notice, petition_of
from bot.petitions.views import PetitionView

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class PetitionActions(Protocol):
    """What the buttons carry. The conversation, which handles them, says so. What they lead to opens below the message."""

    def open_petition(self, petition_id: int) -> str: ...

    def open_case(self, case_id: int) -> str: ...

    def stop_news(self, petition_id: int) -> str: ...


class PetitionComposing:
    def __init__(self, catalogues: Catalogues, actions: PetitionActions) -> None:
        self._catalogues = catalogues
        self._actions = actions

    def __call__(self, content: Mapping[str, Any], reader: Reader) -> Payload:
        petition, notice, source = petition_of(content)
        words = self._catalogues.words(reader)
        body = {
            "text": Message(words, petition, notice, source).text().split()[0].html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": self._buttons(words, petition, notice).markup(),
        }
        return Payload(petition.title.choose(reader.locale, source).locale, _ENCODE(body).encode())

    def _buttons(self, words: Words, petition: PetitionView, notice: Notice) -> Keyboard:
        opens = words.label("Open the petition")
        sign = words.label("Sign")
        called = notice is Notice.CALL and petition.is_open(words.now())
        case_id = petition.case_id
        return keyboard(
            words,
            Button(sign if called else opens, data=self._actions.open_petition(petition.id)),
            None if case_id is None else Button(words.label("Open the case"), data=self._actions.open_case(case_id)),
            None
            if notice is Notice.CALL
            else Button(words.label("No more news of this petition"), data=self._actions.stop_news(petition.id)),
        )
