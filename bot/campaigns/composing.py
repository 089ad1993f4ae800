"""A call to an action, made into the message one reader gets."""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.campaigns.telling import Sent
from bot.campaigns.wording import kind_and_time
from bot.delivery.transport import Payload
from bot.language import Catalogues, Reader, Text, Words, command, lines, markup, paragraphs, title, untranslated
from bot.language.keyboard import Button, Keyboard, keyboard

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class CallActions(Protocol):
    """What the buttons carry. The conversation, which handles them, says so."""

    def open_action(self, action_id: int) -> str: ...

    def ask_later(self, action_id: int) -> str: ...


class CallComposing:
    def __init__(self, catalogues: Catalogues, actions: CallActions) -> None:
        self._catalogues = catalogues
        self._actions = actions

    def __call__(self, content: Mapping[str, Any], reader: Reader) -> Payload:
        sent = Sent.from_json(content)
        words = self._catalogues.words(reader)
        shown_in = sent.title.choose(reader.locale, sent.source_locale).locale
        body = {
            "text": call(words, sent).html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": self._buttons(words, sent).markup(),
        }
        return Payload(shown_in, _ENCODE(body).encode())

    def _buttons(self, words: Words, sent: Sent) -> Keyboard:
        return keyboard(
            words,
            # Translators: a button below a call to do something: leads to how it is done.
            Button(words.label("I will do it"), data=self._actions.open_action(sent.action_id)),
            # Translators: a button: ask me again in a few days.
            Button(words.label("Later"), data=self._actions.ask_later(sent.action_id)),
        )


def call(words: Words, sent: Sent) -> Text:
    locale, source = words.reader.locale, sent.source_locale
    heading, text = sent.title.choose(locale, source), sent.text.choose(locale, source)
    why = (
        words.say("You get this because you wanted to be asked again.")
        if sent.again
        else words.say(
            "You get this because you want to hear what you can do. {settings} changes that.", settings=command("settings")
        )
    )
    return paragraphs(
        lines(words.show(title(heading)).bold(), kind_and_time(words, sent.kind, sent.minutes)),
        untranslated(words, text if text.fallback else heading),
        markup(text),
        why.italic(),
    )
