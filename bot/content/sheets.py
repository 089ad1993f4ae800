"""What goes to a translator and comes back, in whichever format: one unit for each text."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.content.library import Library
from bot.content.texts import LIMITS, LINES, MARKED_UP
from bot.language import State
from bot.language.edited import Kept
from bot.language.markup import ALLOWED

WHERE: Final = {
    "case/title": "the name of a case: on buttons, in lists and in every alert",
    "case/summary": "what a case is about: the text of its page",
    "update/headline": "the headline of an update: in the case's timeline and at the top of an alert",
    "update/body": "what happened: the text of an alert",
    "event/title": "the name of an event: on buttons, in lists, in reminders and in people's calendars",
    "event/expected": "what is known of the date while there is none",
    "event/about": "what is at stake: on the event's card and in the reminder a week before",
    "event/venue": "the place with its address: on the card, in reminders and in people's calendars",
    "event/asked": "who is asked to come",
    "event/bring": "what to bring",
    "event/arrive": "when to arrive and where to stand: in the reminder two hours before",
    "event/access": "steps, lifts, hearing loops, seats",
    "event/phones": "the rule of the place about phones and cameras",
    "petition/target": "to whom a petition is addressed: an office or an organisation",
    "petition/title": "the name of a petition: on buttons, in lists, on cards and in what its signers are told",
    "petition/text": "what a petition asks for: what people put their signature under",
    "campaign/title": "the name of a campaign: above its actions",
    "campaign/summary": "what a campaign is about",
    "campaign/goal": "what a campaign wants to reach",
    "action/title": "what one can do, in a few words: on buttons, in lists and at the top of a call to it",
    "action/text": "why one should do it, and how: on its page and in a call to it",
    "action/target": "the office or organisation that is written to or called",
    "action/subject": "the subject of an e-mail to an office",
    "action/letter": "an e-mail to an office, as people send it; [personal] is where their own lines go",
    "action/script": "what people say on the telephone",
    "petition/outcome": "what came of a petition: told to those who wanted to hear of it",
}
STANDING: Final = {
    State.missing: "Not translated yet.",
    State.draft: "A draft that nobody has reviewed: read it beside the source, mend it, and mark it as done.",
    State.stale: "The source has changed since this was translated: mend it, and mark it as done.",
    State.ready: "Translated; readers see it.",
}


class SheetFormat(StrEnum):
    po = "po"
    xliff = "xliff"


@dataclass(frozen=True, slots=True)
class Unit:
    """`key` is like case/north-gate-five/title. `reviewed` says that a person holds the translation to be right.

    `line` is where it stands in a file that was read, counting from 1."""

    key: str
    source: str
    text: str
    reviewed: bool
    notes: tuple[str, ...] = ()
    limit: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """`source_locale` and `locale` are the languages translated from and into."""

    source_locale: str
    locale: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    """A sheet as a file, and how many texts it holds."""

    text: str
    count: int


def language_fault(library: Library, locale: str) -> str | None:
    """Why content is not translated into that language; None when it is."""
    if locale == library.source_locale:
        return f"content is written in {locale}: choose a language to translate it into."
    if locale not in library.locales:
        others = ", ".join(other for other in library.locales if other != library.source_locale)
        return f"there is no language {locale!r} in this installation; content is translated into {others}."
    return None


def sheet(kept: list[Kept], source_locale: str, locale: str, everything: bool) -> Sheet:
    """What waits for a translator into `locale`, or everything."""
    units = (_unit(text, source_locale, locale) for text in kept if everything or waits(text, source_locale, locale))
    return Sheet(source_locale, locale, tuple(units))


def waits(text: Kept, source_locale: str, locale: str) -> bool:
    return text.texts.state(locale, source_locale) is not State.ready


def _unit(text: Kept, source_locale: str, locale: str) -> Unit:
    held = text.texts.texts.get(locale)
    return Unit(
        key=text.key,
        source=text.texts.texts[source_locale].text,
        text="" if held is None else held.text,
        reviewed=not waits(text, source_locale, locale),
        notes=tuple(_notes(text, source_locale, locale)),
        limit=LIMITS[text.field],
    )


def _notes(text: Kept, source_locale: str, locale: str) -> Iterator[str]:
    yield f"Where: {WHERE[f'{text.what}/{text.field}']}."
    if text.what != "case" and text.case_title is not None:
        yield f"Case: {text.case_title.texts[source_locale].text}"
    if text.own_title is not None and text.field != "title":
        yield f"{text.what.capitalize()}: {text.own_title.texts[source_locale].text}"
    yield f"At most {LIMITS[text.field]} letters."
    if text.field in MARKED_UP:
        yield f"Tags: keep those of the source; allowed are {' '.join(ALLOWED)}."
    else:
        yield "Tags: none; one line." if text.field not in LINES else "Tags: none; the lines stay."
    yield STANDING[text.texts.state(locale, source_locale)]
