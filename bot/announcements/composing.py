"""How an announcement reads: a new message that says what happened, and at its end why this person gets it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from bot.announcements.announcement import Announcement
from bot.announcements.gathered import Gathered
from bot.announcements.labels import CERTAINTIES, KINDS
from bot.delivery.payloads import Composer
from bot.delivery.transport import Payload
from bot.language import Catalogues, Digits, Reader, Text, Words, lines, link, markup, moment, paragraphs, title, untranslated
from bot.language.keyboard import Button, Keyboard, Markup, keyboard

TAKEN_BACK = "deletable_until"
"""What the content of a recall is known by."""
CAPTIONED = "captioned"
"""In it: what is taken back may be the caption of a document."""
EVENT = "event"
"""What is known by this key, and may come with a calendar file, is about an event."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class AlertActions(Protocol):
    """What the buttons carry. The conversation, which handles them, says so."""

    def open_case(self, case_id: int) -> str: ...

    def open_petition(self, petition_id: int) -> str: ...

    def stop_following(self, case_id: int) -> str: ...


class Composing:
    """Makes the frozen content of a broadcast into the message one reader gets, encoded for Telegram."""

    def __init__(self, catalogues: Catalogues, actions: AlertActions, others: Mapping[str, Composer] | None = None) -> None:
        """`others` compose what has their key in its content, and its source language under `locale`."""
        self._catalogues = catalogues
        self._actions = actions
        self._others = dict(others or {})
        self._read: tuple[Mapping[str, Any], Announcement] | None = None
        self._markups: dict[tuple[str, Digits], Markup] = {}

    def __call__(self, content: dict[str, Any], reader: Reader) -> Payload:
        if TAKEN_BACK in content:
            return self._taken_back(reader, captioned=bool(content.get(CAPTIONED)))
        if other := next((compose for key, compose in self._others.items() if key in content), None):
            return other(content, self._offered(reader, content["locale"]))
        if "gathered" in content:
            return self._together([Announcement.from_json(each) for each in content["gathered"]], reader)
        announcement = self._announcement(content)
        reader = self._offered(reader, announcement.source_locale)
        words = self._catalogues.words(reader)
        body = {
            "text": alert(words, announcement).html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": self._markup(words, announcement),
        }
        shown_in = announcement.headline.choose(reader.locale, announcement.source_locale).locale
        return Payload(shown_in, _ENCODE(body).encode())

    def _offered(self, reader: Reader, otherwise: str) -> Reader:
        """Somebody's language may have been chosen once and be offered no longer."""
        return reader if reader.locale in self._catalogues.locales else replace(reader, locale=otherwise)

    def _taken_back(self, reader: Reader, *, captioned: bool) -> Payload:
        reader = self._offered(reader, self._catalogues.locales[0])
        words = self._catalogues.words(reader)
        # Translators: what is left of a message that the organisation took back.
        text = words.say("This message was taken back.")
        return Payload(reader.locale, _ENCODE({"text": text.html, "parse_mode": "HTML"}).encode(), captioned=captioned)

    def _together(self, announcements: Sequence[Announcement], reader: Reader) -> Payload:
        reader = self._offered(reader, announcements[0].source_locale)
        words = self._catalogues.words(reader)
        gathered = Gathered(words, announcements)
        body = {
            "text": gathered.text.html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": keyboard(words, *(self._case_button(words, case) for case in gathered.cases)).markup(),
        }
        return Payload(reader.locale, _ENCODE(body).encode())

    def _case_button(self, words: Words, case: Announcement) -> Button:
        label = words.label_of(title(case.case_title.choose(words.reader.locale, case.source_locale)))
        return Button(label, data=self._actions.open_case(case.case_id))

    def _announcement(self, content: Mapping[str, Any]) -> Announcement:
        """The content as it is, read once for all to whom the same object is sent."""
        if self._read is None or self._read[0] is not content:
            self._read = (content, Announcement.from_json(content))
            self._markups.clear()
        return self._read[1]

    def _markup(self, words: Words, announcement: Announcement) -> Markup:
        alike = (words.reader.locale, words.reader.digits)
        if alike not in self._markups:
            self._markups[alike] = self.buttons(words, announcement).markup()
        return self._markups[alike]

    def buttons(self, words: Words, announcement: Announcement) -> Keyboard:
        signed = announcement.petition_id
        return keyboard(
            words,
            Button(words.label("Sign the petition"), data=self._actions.open_petition(signed)) if signed else None,
            Button(words.label("Open the case"), data=self._actions.open_case(announcement.case_id)),
            Button(words.label("Stop following"), data=self._actions.stop_following(announcement.case_id)),
        )


def alert(words: Words, announcement: Announcement) -> Text:
    reader, source = words.reader, announcement.source_locale
    headline = announcement.headline.choose(reader.locale, source)
    body = announcement.body.choose(reader.locale, source)
    case = announcement.case_title.choose(reader.locale, source)
    return paragraphs(
        lines(words.show(title(case)), words.show(title(headline)).bold()),
        untranslated(words, next((text for text in (body, headline, case) if text.fallback), body)),
        markup(body),
        lines(
            words.say("When: {moment}", moment=moment(announcement.at, reader.timezone)),
            words.say(
                # Translators: what kind of update it is and how sure it is, like "Ruling · Confirmed".
                "{kind} · {certainty}",
                kind=words.say(KINDS[announcement.kind]),
                certainty=words.say(CERTAINTIES[announcement.certainty]),
            ),
            words.show(link(announcement.source, words.label("Source"))) if announcement.source else None,
        ),
        # Translators: the last line of an alert.
        words.say("You get this because you follow this case: {case}", case=title(case)).italic(),
    )
