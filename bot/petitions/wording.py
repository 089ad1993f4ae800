"""How a petition reads: its page, what is sent about it, and a line of it in a list."""

from datetime import timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.language import (
    N_,
    Chosen,
    Text,
    Translated,
    Words,
    bar,
    day,
    hijri_line,
    lines,
    markup,
    number,
    paragraphs,
    title,
    untranslated,
)
from bot.petitions.models import PetitionStatus
from bot.petitions.views import PetitionView

_OVER: Final = {
    # Translators: where a petition stands.
    PetitionStatus.CLOSED: N_("This petition is closed; it can no longer be signed."),
    PetitionStatus.DELIVERED: N_("This petition is closed. It has been handed over to those it is addressed to."),
    PetitionStatus.OUTCOME: N_("This petition is closed, and it is known what came of it."),
}


class PetitionWording:
    """Tells one reader about one petition. `source_locale` is the language content falls back to."""

    def __init__(self, words: Words, petition: PetitionView, source_locale: str) -> None:
        self.words = words
        self.petition = petition
        self._source = source_locale

    def chosen(self, text: Translated) -> Chosen:
        return text.choose(self.words.reader.locale, self._source)

    def title(self) -> Text:
        return self.words.show(title(self.chosen(self.petition.title)))

    def target(self) -> Text:
        # Translators: above a petition: the office it is addressed to.
        return self.words.say("To: {target}", target=self.line(self.petition.target))

    def line(self, text: Translated) -> Text:
        """A line an editor wrote, read in the direction of its language."""
        chosen = self.chosen(text)
        return markup(Chosen(escape(" ".join(chosen.text.split()), quote=False), chosen.locale, chosen.fallback))

    def text(self) -> Text:
        """What is asked."""
        return markup(self.chosen(self.petition.text))

    def outcome(self) -> Text | None:
        outcome = self.petition.outcome
        return lines(self.words.say("What came of it").bold(), markup(self.chosen(outcome))) if outcome else None

    def note(self, *texts: Translated | None) -> Text | None:
        """That something of this is not in the reader's language."""
        fallbacks = (chosen for text in texts if text and (chosen := self.chosen(text)).fallback)
        first = next(fallbacks, None)
        return untranslated(self.words, first) if first else None

    def is_open(self) -> bool:
        return self.petition.is_open(self.words.now())

    def status(self) -> Text | None:
        """None while it can be signed."""
        if self.is_open():
            return None
        return self.words.say(_OVER.get(self.petition.status, _OVER[PetitionStatus.CLOSED]))

    def progress(self) -> Text | None:
        """How far it is: drawn, counted, and what is to be reached. None where that is not known."""
        petition, words = self.petition, self.words
        if not petition.is_counted_here():
            return None
        percent = number(petition.counted * 100 // petition.goal)
        return lines(
            # Translators: how far a petition is: a drawn bar, then how much of its goal is reached, in a hundred.
            words.say("{bar} {percent}%", bar=bar(petition.counted, petition.goal), percent=percent),
            self.count(),
            words.say("Goal: {goal}", goal=number(petition.goal)),
        )

    def reached(self) -> float | None:
        """How much of the goal, from 0 to 1. None where that is not known."""
        petition = self.petition
        return min(1.0, petition.counted / petition.goal) if petition.is_counted_here() else None

    def count(self) -> Text:
        if not self.petition.counted:
            return self.words.say("Nobody has signed yet.")
        return self.words.count("{n} person has signed.", "{n} people have signed.", self.petition.counted)

    def left(self) -> Text | None:
        """How long it can still be signed, in the reader's days; None where no day is set or it is over."""
        words, petition = self.words, self.petition
        if petition.closes is None or petition.closes_at is None or not self.is_open():
            return None
        zone = ZoneInfo(words.reader.timezone)
        last = (petition.closes_at - timedelta(microseconds=1)).astimezone(zone).date()
        days = (last - words.now().astimezone(zone).date()).days + 1
        if days <= 1:
            return words.say("Today is the last day to sign.").bold()
        said = words.say("Last day to sign: {day}", day=day(last))
        return lines(said, hijri_line(words, last), words.count("{n} day left.", "{n} days left.", days))

    def entry(self) -> Text:
        """In a list."""
        return lines(self.title().bold(), self.target(), self.status() or self.count(), self.left())

    def heading(self) -> Text:
        return lines(self.title().bold(), self.target(), self._case())

    def page(self) -> Text:
        """What anybody may know of it."""
        petition = self.petition
        note = self.note(petition.text, petition.title, petition.target)
        return paragraphs(
            self.heading(),
            self.status(),
            lines(self.progress(), self.left()),
            note,
            self.text(),
            None if note else self.note(petition.outcome),
            self.outcome(),
        )

    def _case(self) -> Text | None:
        case = self.petition.case_title
        # Translators: below a petition's title: the case it is about.
        return self.words.say("Case: {case}", case=title(self.chosen(case))) if case else None
