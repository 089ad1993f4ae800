"""What is sent about an event, made into the message one reader gets."""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.delivery.transport import LONGEST_CAPTION, Document, Payload
from bot.events.buttons import EventActions, EventButtons
from bot.events.calendar import MEDIA_TYPE, Calendars, Former
from bot.events.messages import Message, Sent
from bot.events.telling import Notice
from bot.events.views import EventCard
from bot.language import Catalogues, Reader, Text, Words
from bot.language.keyboard import Keyboard

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class EventComposing:
    """A change comes with the calendar file that puts it right, where its words are few enough to stand below a file."""

    def __init__(self, catalogues: Catalogues, actions: EventActions, calendars: Calendars) -> None:
        self._catalogues = catalogues
        self._actions = actions
        self._calendars = calendars

    def __call__(self, content: Mapping[str, Any], reader: Reader) -> Payload:
        sent = Sent.from_json(content)
        words = self._catalogues.words(reader)
        document = self._file(sent, reader.locale) if sent.notice == Notice.CHANGE else None
        text = Message(words, sent, with_file=document is not None).text()
        if document is not None and text.length > LONGEST_CAPTION:
            document, text = None, Message(words, sent).text()
        shown_in = sent.event.title.choose(reader.locale, sent.source_locale).locale
        return Payload(shown_in, _encoded(text, self._buttons(words, sent)), document)

    def _file(self, sent: Sent, locale: str) -> Document | None:
        """None for what has no date and never had one."""
        event = sent.event
        dated = [each for each in sent.before if each.starts is not None]
        former = Former(dated[-1].starts, dated[-1].timezone) if dated and dated[-1].starts else None
        if event.starts is None and former is None:
            return None
        return Document(f"{event.slug}.ics", MEDIA_TYPE, self._calendars.file(event, locale, former))

    def _buttons(self, words: Words, sent: Sent) -> Keyboard:
        event = sent.event
        buttons = EventButtons(words, event, self._actions, is_over=event.is_over(words.now()))
        match sent.notice:
            case Notice.CARD:
                return buttons.card(EventCard(event, attendance=None, follows_case=False, free=None))
            case Notice.REMINDER if sent.asks:
                return buttons.asking()
            case _:
                return buttons.told()


def _encoded(text: Text, buttons: Keyboard) -> bytes:
    body: dict[str, Any] = {
        "text": text.split()[0].html,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if buttons.rows:
        body["reply_markup"] = buttons.markup()
    return _ENCODE(body).encode()
