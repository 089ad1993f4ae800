"""What an event, its reminders, the way there and lists of events look like."""

from bot.cases.views import CaseView
from bot.clock import Clock
from bot.daytime import DAY
from bot.events.buttons import EventButtons
from bot.events.offsets import before, bit_of, offsets_of
from bot.events.views import EventCard, EventEntry, EventView, Page
from bot.events.wording import Wording
from bot.language import Label, Text, Words, day, paragraphs, title
from bot.language.keyboard import Button, keyboard
from bot.supporters.answers import Answer
from handlers.actions import ListCaseEvents, ListEvents, OpenCase, OpenEvent, OwnCalendar, RemindAsUsual, SetReminder
from handlers.below import EventActions
from handlers.screen import Screen, Turned, button, neighbours, page_turning

OFFERED = (7 * DAY, 3 * DAY, DAY, 2 * 60, 30)
"""Reminders to choose from, in minutes before, besides those that are usual for the event."""


class EventPages:
    """`source_locale` is the language content falls back to; `has_calendars` says that people can have one of their own."""

    size = 5

    def __init__(self, source_locale: str, clock: Clock, *, has_calendars: bool = False) -> None:
        self._source = source_locale
        self._clock = clock
        self._has_calendars = has_calendars

    def wording(self, words: Words, event: EventView) -> Wording:
        return Wording(words, event, self._source)

    def is_open(self, event: EventView) -> bool:
        return event.is_going_ahead and not event.is_over(self._clock.now())

    def card(self, words: Words, card: EventCard) -> Screen:
        over = card.event.is_over(self._clock.now())
        buttons = EventButtons(words, card.event, EventActions(), is_over=over)
        return self.wording(words, card.event).card(card), buttons.card(card)

    def way(self, words: Words, card: EventCard) -> Screen:
        event = card.event
        to_map = Button(words.label("Open the map"), url=event.map) if event.map else None
        return self.wording(words, event).way(), keyboard(words, to_map, self._back(words, event))

    def reminders(self, words: Words, card: EventCard) -> Screen:
        """One button for each time: tapping it turns that reminder on or off."""
        event, now = card.event, self._clock.now()
        offered = sorted({*OFFERED, *offsets_of(event.remind | card.reminders)}, reverse=True)
        ahead = [minutes for minutes in offered if event.starts_at is None or event.starts_at - before(minutes) > now]
        text = paragraphs(self.wording(words, event).title().bold(), *_on_reminders(words, card, bool(ahead)))
        chosen = card.attendance is not None and card.attendance.reminders is not None
        return text, keyboard(
            words,
            *[self._reminder(words, card, minutes) for minutes in ahead],
            button(words.label("As is usual"), RemindAsUsual(event_id=event.id)) if chosen else None,
            self._back(words, event),
        )

    def listed(self, words: Words, page: Page[EventEntry], *, mine: bool) -> Screen:
        to_all = button(words.label("All hearings and events"), ListEvents())
        other = to_all if mine else button(words.label("My hearings and events"), ListEvents(mine=True))
        own = button(words.label("My calendar"), OwnCalendar()) if mine and self._has_calendars else None
        if mine:
            heading, none = words.say("My hearings and events"), words.say("You have no hearing or event at the moment.")
        else:
            heading, none = words.say("Hearings and events"), words.say("No hearing or event is planned at the moment.")
        return self._list(words, heading, none, page, lambda offset: ListEvents(mine=mine, offset=offset), own, other)

    def of_case(self, words: Words, case: CaseView, page: Page[EventEntry]) -> Screen:
        heading = words.say("{case}: hearings and events", case=title(case.title.choose(words.reader.locale, self._source)))
        none = words.say("No hearing or event of this case is known.")
        back = button(words.label("Back to the case"), OpenCase(case_id=case.id))
        return self._list(words, heading, none, page, lambda offset: ListCaseEvents(case_id=case.id, offset=offset), back)

    def _list(
        self, words: Words, heading: Text, none: Text, page: Page[EventEntry], turned: Turned, *others: Button | None
    ) -> Screen:
        entries = [self.wording(words, entry.event).entry(entry) for entry in page.items]
        opens = [button(self._opening(words, entry.event), OpenEvent(event_id=entry.event.id)) for entry in page.items]
        text = paragraphs(heading.bold(), *(entries or [none]))
        return text, keyboard(words, *opens, page_turning(words, *neighbours(page, turned)), *others)

    def _opening(self, words: Words, event: EventView) -> Label:
        shown = title(self.wording(words, event).chosen(event.title))
        if event.starts is None:
            return words.label_of(shown)
        # Translators: a button that leads to an event, its day in front.
        return words.label("{day}: {event}", day=day(event.starts.date(), weekday=False), event=shown)

    def _reminder(self, words: Words, card: EventCard, minutes: int) -> Button:
        wanted = bool(card.reminders & bit_of(minutes))
        shown = how_long_before(words, minutes)
        label = words.label("✓ {kind}", kind=shown) if wanted else words.label_of(shown)
        return button(label, SetReminder(event_id=card.event.id, minutes=minutes, wanted=not wanted))

    def _back(self, words: Words, event: EventView) -> Button:
        return button(words.label("Back"), OpenEvent(event_id=event.id))


def _on_reminders(words: Words, card: EventCard, any_ahead: bool) -> tuple[Text | None, ...]:
    if not any_ahead:
        return (words.say("It is too close for another reminder."),)
    waits = card.answer is Answer.WAITING
    return (
        words.say("When do you want to be reminded? Tap to change."),
        words.say("While you are on the waiting list no reminder comes; they begin when you have a place.") if waits else None,
        words.say("A day or more before it comes in the daytime; later ones come at their time, whatever the hour."),
    )


def how_long_before(words: Words, minutes: int) -> Text:
    if minutes % DAY == 0:
        return words.count("{n} day before", "{n} days before", minutes // DAY)
    if minutes % 60 == 0:
        return words.count("{n} hour before", "{n} hours before", minutes // 60)
    return words.count("{n} minute before", "{n} minutes before", minutes)
