"""How an event reads: its card, how to get there, and a line of it in a list."""

from collections.abc import Iterator
from html import escape

from bot.events.models import EventKind, EventStatus
from bot.events.views import EventCard, EventEntry, EventView
from bot.language import (
    N_,
    Chosen,
    Text,
    Translated,
    Words,
    clock_time,
    lines,
    link,
    markup,
    moment,
    paragraphs,
    title,
    untranslated,
    url,
)
from bot.supporters.answers import Answer

EVENT_KINDS = {
    # Translators: kinds of event.
    EventKind.HEARING: N_("Hearing"),
    EventKind.VIGIL: N_("Vigil"),
    EventKind.MEETING: N_("Meeting"),
    EventKind.WEBINAR: N_("Webinar"),
    EventKind.OTHER: N_("Event"),
}

_SAID = {
    # Translators: below an event: what the reader answered.
    Answer.FOLLOWING: N_("You will hear of every change."),
    Answer.COMING: N_("You said that you will come."),
    Answer.ONLINE: N_("You said that you will follow it online."),
    Answer.DECLINED: N_("You said: not this time."),
}
ANSWERS = {
    # Translators: what somebody answered to an event, on buttons and in lists.
    Answer.FOLLOWING: N_("Keep me informed"),
    Answer.COMING: N_("I will come"),
    Answer.ONLINE: N_("I will follow online"),
    Answer.WAITING: N_("On the waiting list"),
    Answer.DECLINED: N_("Not this time"),
}
_TAKEN_PLACE = N_("This has taken place.")
_STATUSES = {
    # With a date, without one, and whether it is news.
    EventStatus.PROVISIONAL: (N_("This date is not certain yet."), N_("There is no date yet."), False),
    EventStatus.ADJOURNED: (N_("Adjourned: this is the new date."), N_("Adjourned. A new date has not been set yet."), True),
    EventStatus.MOVED: (_MOVED := N_("Moved: the time and the place that stand here are the new ones."), _MOVED, True),
    EventStatus.CANCELLED: (_CANCELLED := N_("NOT going ahead: it is cancelled."), _CANCELLED, True),
    EventStatus.HEARD: (_TAKEN_PLACE, _TAKEN_PLACE, False),
    EventStatus.OUTCOME: (_TOLD := N_("This has taken place, and what came of it is told in its case."), _TOLD, False),
}


class Wording:
    """Tells one reader about one event. `source_locale` is the language content falls back to."""

    def __init__(self, words: Words, event: EventView, source_locale: str) -> None:
        self.words = words
        self.event = event
        self._source = source_locale

    def chosen(self, text: Translated) -> Chosen:
        return text.choose(self.words.reader.locale, self._source)

    def card(self, card: EventCard) -> Text:
        event = self.event
        return paragraphs(
            lines(self.title().bold(), self._kind()),
            self.status(),
            lines(self.when(), self.where(), self.online()),
            self.note(event.title, event.expected, event.about, event.asked, event.venue),
            self.about(),
            self.asked(),
            lines(self._places(card.free), self._said(card)),
            self._source_link(),
        )

    def way(self) -> Text:
        """How to get there, and what to know before."""
        event = self.event
        return paragraphs(
            self.title().bold(),
            lines(self.when(), self.where(), self.online()),
            self.note(event.venue, event.arrive, event.bring, event.access, event.phones),
            *self.directions(),
        )

    def entry(self, entry: EventEntry) -> Text:
        """In a list."""
        said = entry.answer if entry.answer in _SAID and entry.answer is not Answer.FOLLOWING else None
        return lines(
            self.title().bold(),
            self.when(),
            self.status(),
            self.words.say(_SAID[said]).italic() if said else None,
        )

    def title(self) -> Text:
        return self.words.show(title(self.chosen(self.event.title)))

    def status(self) -> Text | None:
        """What it must be told at once; None for what is simply going to take place."""
        of_status = _STATUSES.get(self.event.status)
        if of_status is None:
            return None
        message, without_date, loud = of_status
        told = self.words.say(message if self.event.starts_at else without_date)
        return told.bold() if loud else told

    def when(self) -> Text | None:
        words, event = self.words, self.event
        if event.starts_at is None:
            # Translators: what is known of a date that is not set: "in December".
            return words.say("Expected: {time}", time=self.line(event.expected)) if event.expected else None
        starts = words.say("When: {moment}", moment=moment(event.starts_at, event.timezone))
        if event.status is EventStatus.CANCELLED:
            return starts.struck()
        return lines(starts, self.until())

    def where(self) -> Text | None:
        venue = self.event.venue
        # Translators: {place} is a building with its address.
        return self.words.say("Place: {place}", place=self.line(venue)) if venue else None

    def online(self) -> Text | None:
        address = self.event.url
        return self.words.say("Online: {link}", link=url(address)) if address else None

    def line(self, text: Translated) -> Text:
        """A line an editor wrote, read in the direction of its language: an address may begin with Latin letters in Arabic."""
        chosen = self.chosen(text)
        return markup(Chosen(escape(" ".join(chosen.text.split()), quote=False), chosen.locale, chosen.fallback))

    def about(self) -> Text | None:
        heading = N_("What is at stake") if self.event.kind is EventKind.HEARING else N_("What it is about")
        return self.part(heading, self.event.about)

    def asked(self) -> Text | None:
        return self.part(N_("Who is asked to come"), self.event.asked)

    def directions(self) -> Iterator[Text]:
        event = self.event
        parts = (
            (N_("When and where to be"), event.arrive),
            (N_("What to bring"), event.bring),
            (N_("Steps, lifts, seats"), event.access),
            (N_("Phones and cameras"), event.phones),
        )
        for heading, text in parts:
            if (part := self.part(heading, text)) is not None:
                yield part

    def note(self, *texts: Translated | None) -> Text | None:
        """That something of this is not in the reader's language."""
        fallbacks = (chosen for text in texts if text and (chosen := self.chosen(text)).fallback)
        first = next(fallbacks, None)
        return untranslated(self.words, first) if first else None

    def _kind(self) -> Text:
        words, event = self.words, self.event
        kind = words.say(EVENT_KINDS[event.kind])
        if event.case_title is None:
            return kind
        # Translators: the line below an event's title: what it is, and the case it is about.
        return words.say("{kind} · {case}", kind=kind, case=title(self.chosen(event.case_title)))

    def until(self) -> Text | None:
        words, event = self.words, self.event
        if event.starts is None or event.ends is None or event.ends_at is None:
            return None
        if event.ends.date() == event.starts.date():
            return words.say("Until: {time}", time=clock_time(words, event.ends_at, event.timezone))
        return words.say("Until: {time}", time=moment(event.ends_at, event.timezone))

    def part(self, heading: str, text: Translated | None) -> Text | None:
        if text is None:
            return None
        return lines(self.words.say(heading).bold(), markup(self.chosen(text)))

    def _places(self, free: int | None) -> Text | None:
        if free is None or not self.event.is_going_ahead:
            return None
        return (
            self.words.count("{n} place is free.", "{n} places are free.", free)
            if free
            else self.words.say("All places are taken.")
        )

    def _said(self, card: EventCard) -> Text | None:
        words, attendance = self.words, card.attendance
        if attendance is None or attendance.answer is None:
            return words.say("You hear of it because you follow its case.").italic() if card.follows_case else None
        if attendance.answer is Answer.WAITING:
            return _waiting(words, attendance.ahead).italic()
        return words.say(_SAID[attendance.answer]).italic()

    def _source_link(self) -> Text | None:
        source = self.event.source
        return self.words.show(link(source, self.words.label("Source"))) if source else None


def _waiting(words: Words, ahead: int) -> Text:
    if not ahead:
        return words.say("You are the first on the waiting list.")
    return words.count(
        "You are on the waiting list, behind {n} other person.", "You are on the waiting list, behind {n} other people.", ahead
    )
