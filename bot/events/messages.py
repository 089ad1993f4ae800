"""How the messages read that are sent about an event: reminders, changes, a place that became free, thanks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.daytime import DAY
from bot.events.models import EventKind, EventStatus
from bot.events.moments import AT_STAKE
from bot.events.telling import FACTS, Notice, place
from bot.events.views import EventCard, EventView
from bot.events.wording import Wording
from bot.language import N_, Text, Translated, Words, command, lines, link, moment, paragraphs, title


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent, as it was frozen: the event as it was then, and of a change what it was `before`, in all states that
    somebody may still take for true, the first one first."""

    notice: Notice
    event: EventView
    source_locale: str
    minutes: int = 0
    before: tuple[EventView, ...] = ()
    reason: Translated | None = None
    source: str | None = None

    @property
    def asks(self) -> bool:
        """Whether it is a reminder that comes in time to decide."""
        return self.notice == Notice.REMINDER and self.minutes >= AT_STAKE

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        whole = stored["event"]
        lasting = {key: value for key, value in whole.items() if key not in FACTS}
        return cls(
            notice=Notice(stored["notice"]),
            event=EventView.from_json(whole),
            source_locale=stored["locale"],
            minutes=stored.get("minutes", 0),
            before=tuple(EventView.from_json({**lasting, **former}) for former in stored.get("before", ())),
            reason=Translated.from_json(stored["reason"]) if "reason" in stored else None,
            source=stored.get("source"),
        )


class Message:
    """Of one thing sent, for one reader. `with_file` says that a calendar file comes with it."""

    def __init__(self, words: Words, sent: Sent, *, with_file: bool = False) -> None:
        self._with_file = with_file
        self._words = words
        self._sent = sent
        self._event = sent.event
        self._wording = Wording(words, sent.event, sent.source_locale)

    def text(self) -> Text:
        tell = {
            Notice.REMINDER: self._reminder,
            Notice.CHANGE: self._change,
            Notice.CARD: self._card,
            Notice.PLACE: self._place,
            Notice.THANKS: self._thanks,
        }
        return tell[self._sent.notice]()

    def _card(self) -> Text:
        """In the place of what they looked at: one text for all, which cannot name what each of them answered."""
        event, words = self._event, self._words
        still_on = event.is_going_ahead and not event.is_over(words.now())
        holds = words.say("If you said that you come, follow it online or wait for a place, that still holds.")
        card = self._wording.card(EventCard(event, attendance=None, follows_case=False, free=None))
        return paragraphs(card, holds.italic() if still_on else None)

    def _reminder(self) -> Text:
        if self._sent.asks:
            return self._what_is_at_stake()
        return self._plan_your_journey() if self._sent.minutes >= DAY else self._where_to_stand()

    def _what_is_at_stake(self) -> Text:
        wording, event = self._wording, self._event
        return paragraphs(
            self._named(N_("Coming up: {event}")),
            self._facts(),
            wording.note(event.title, event.about, event.asked, event.venue),
            wording.about(),
            wording.asked(),
            self._invitation(),
            self._why(),
        )

    def _invitation(self) -> Text:
        if self._event.kind is EventKind.HEARING and self._event.venue is not None:
            return self._words.say(
                "If you have not told us yet: can you be there? Every seat that is taken shows that people are watching."
            )
        return self._words.say("If you have not told us yet: can you be there?")

    def _plan_your_journey(self) -> Text:
        wording, event, words = self._wording, self._event, self._words
        if event.venue is None:
            plan = words.say("Keep the time free, and try before whether the link opens for you.")
        else:
            plan = words.say("Decide now how you get there and when you have to leave.")
        online = words.say("If you cannot come, you can follow it online.") if event.venue and event.url else None
        return paragraphs(
            self._named(N_("Plan your journey: {event}") if event.venue else N_("Soon: {event}")),
            self._facts(),
            lines(plan, online),
            wording.note(event.title, event.venue, event.arrive, event.bring, event.access, event.phones),
            *wording.directions(),
            self._why(),
        )

    def _where_to_stand(self) -> Text:
        wording, event = self._wording, self._event
        return paragraphs(
            self._named(N_("It begins soon: {event}")),
            self._facts(),
            wording.note(event.title, event.venue, event.arrive, event.phones),
            wording.part(N_("When and where to be"), event.arrive),
            wording.part(N_("Phones and cameras"), event.phones),
            self._why(),
        )

    def _change(self) -> Text:
        words, sent, event = self._words, self._sent, self._event
        return paragraphs(
            self._what_changed(),
            lines(*self._no_longer(), self._now()),
            lines(*self._places()),
            self._wording.note(event.title, event.venue, sent.reason),
            lines(
                words.say("Reason: {reason}", reason=self._wording.line(sent.reason)) if sent.reason else None,
                words.show(link(sent.source, words.label("Source"))) if sent.source else None,
            ),
            self._words.say("This file puts it right in your calendar.") if self._with_file else None,
            self._why(),
        )

    def _what_changed(self) -> Text:
        event, former = self._event, self._sent.before
        if event.status is EventStatus.CANCELLED:
            return self._named(N_("NOT going ahead: {event}"))
        if event.starts_at is None:
            return self._named(N_("NOT going ahead as planned: {event}"))
        if self._old_dates():
            same_day = {each.date() for each in self._old_dates()} == {event.starts and event.starts.date()}
            return self._named(N_("Another time: {event}") if same_day else N_("Another date: {event}"))
        if any(each.status is EventStatus.CANCELLED for each in former):
            return self._named(N_("It is going ahead after all: {event}"))
        if any(each.starts_at is None or each.status is EventStatus.PROVISIONAL for each in former):
            return self._named(N_("There is a date now: {event}"))
        return self._named(self._what_else_changed())

    def _what_else_changed(self) -> str:
        if self._old_venues():
            return N_("Another place: {event}")
        if any(each.url != self._event.url for each in self._sent.before):
            return N_("Another link: {event}")
        return N_("There is news about: {event}")

    def _no_longer(self) -> Iterator[Text]:
        """Each date people may still have in mind."""
        for former in self._put_off():
            when = moment(former.starts_at, former.timezone) if former.starts_at else None
            if when is not None:
                yield self._words.say("NOT going ahead on {moment}", moment=when).bold()

    def _now(self) -> Text:
        words, event = self._words, self._event
        if event.status is EventStatus.CANCELLED:
            return words.say("It is cancelled.")
        if event.starts_at is None:
            return words.say("A new date has not been set yet. As soon as there is one, we tell you.")
        if not self._old_dates():
            return lines(self._wording.when(), self._wording.online())
        now = words.say("It is now on {moment}", moment=moment(event.starts_at, event.timezone)).bold()
        return lines(now, self._wording.until(), self._wording.online())

    def _places(self) -> Iterator[Text | None]:
        event = self._event
        if not event.is_going_ahead:
            return
        for venue in self._old_venues():
            yield self._words.say("NOT at this place: {place}", place=self._wording.line(venue)).bold()
        yield self._wording.where()

    def _put_off(self) -> Sequence[EventView]:
        """The former states with a date of their own, at which it does not take place."""
        event = self._event
        kept = event.starts_at if event.is_going_ahead else None
        dated = {each.starts_at: each for each in self._sent.before if each.is_going_ahead and each.starts_at != kept}
        return list(dated.values())

    def _old_dates(self) -> list[datetime]:
        return [each.starts for each in self._put_off() if each.starts]

    def _old_venues(self) -> list[Translated]:
        now = place(self._event.venue) if self._event.venue else None
        others = {place(each.venue): each.venue for each in self._sent.before if each.venue and place(each.venue) != now}
        return list(others.values())

    def _place(self) -> Text:
        words, wording, event = self._words, self._wording, self._event
        return paragraphs(
            self._named(N_("A place has become free for you: {event}")),
            words.say("You were waiting for it, and it is yours now. If you cannot come, please say so: others are waiting."),
            self._facts(),
            wording.note(event.title, event.venue, event.arrive),
            wording.part(N_("When and where to be"), event.arrive),
        )

    def _thanks(self) -> Text:
        words, event = self._words, self._event
        if event.case_id is None:
            following = words.say("What is on next stands under {events}.", events=command("events"))
        else:
            following = words.say("What comes of it is told to everybody who follows the case. You can open it below.")
        return paragraphs(
            self._named(N_("Thank you for being there: {event}")),
            words.say("It has taken place, and you gave your time for it."),
            following,
        )

    def _facts(self) -> Text:
        wording = self._wording
        return lines(wording.status(), wording.when(), wording.where(), wording.online())

    def _named(self, message: str) -> Text:
        return self._words.say(message, event=title(self._wording.chosen(self._event.title))).bold()

    def _why(self) -> Text:
        return self._words.say("You get this because you answered to it or follow its case.").italic()
