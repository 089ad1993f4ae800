"""How an action reads: its card, a line of it in a list, when an office answers the telephone."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.campaigns.hours import OfficeHours
from bot.campaigns.models import ActionKind, CallOutcome
from bot.campaigns.views import ActionCard, ActionView
from bot.language import (
    N_,
    Chosen,
    Label,
    Text,
    Translated,
    Words,
    day,
    lines,
    markup,
    moment,
    paragraphs,
    title,
    untranslated,
)

KINDS: Final = {
    # Translators: what one can do, below its title.
    ActionKind.EMAIL: N_("Write an e-mail"),
    ActionKind.CALL: N_("Make a phone call"),
    ActionKind.SHARE: N_("Share it"),
    ActionKind.DONATE: N_("Donate"),
    ActionKind.ATTEND: N_("Be there"),
    ActionKind.VISIT: N_("Visit a web page"),
}
OUTCOMES: Final = {
    # Translators: how a phone call went.
    CallOutcome.SPOKE: N_("I spoke to somebody"),
    CallOutcome.MESSAGE: N_("I left a message"),
    CallOutcome.NOBODY: N_("Nobody answered"),
}


class ActionWording:
    """Tells one reader about one action. `source_locale` is the language content falls back to."""

    def __init__(self, words: Words, action: ActionView, source_locale: str) -> None:
        self.words = words
        self.action = action
        self._source = source_locale

    def chosen(self, text: Translated) -> Chosen:
        return text.choose(self.words.reader.locale, self._source)

    def title(self) -> Text:
        return self.words.show(title(self.chosen(self.action.title)))

    def entry(self, card: ActionCard) -> Text:
        """In a list: what is done is ticked."""
        # Translators: an action somebody has done, in a list.
        heading = self.words.say("✓ {action}", action=self.title()) if card.done else self.title()
        return lines(heading.bold(), kind_and_time(self.words, self.action.kind, self.action.minutes))

    def card(self, card: ActionCard, *, is_open: bool) -> Text:
        words, action = self.words, self.action
        return paragraphs(
            lines(self.title().bold(), kind_and_time(words, action.kind, action.minutes)),
            untranslated(words, next(filter(lambda chosen: chosen.fallback, self._shown()), self.chosen(action.title))),
            self._state(card, is_open=is_open),
            markup(self.chosen(action.text)),
            lines(self.to(), self._until()),
            self._people(card),
        )

    def to(self) -> Text | None:
        """Whom it is addressed to."""
        if self.action.target is None:
            return None
        # Translators: the office or organisation that is written to or called.
        return self.words.say("To: {target}", target=as_written(self.chosen(self.action.target)))

    def office_hours(self, now: datetime) -> Text | None:
        """Whether somebody answers the telephone now, and else when; on the clocks there and on the reader's."""
        action, words = self.action, self.words
        if action.hours is None or action.timezone is None:
            return None
        hours = OfficeHours.parse(action.hours, ZoneInfo(action.timezone))
        if (until := hours.open_until(now)) is not None:
            return words.say("They answer now, until {moment}.", moment=moment(until, action.timezone))
        following = hours.next_open(now)
        if following is None:
            return None
        start, end = (moment(each, action.timezone) for each in following)
        return paragraphs(
            words.say("Nobody answers there now.").bold(),
            lines(words.say("They answer from: {moment}", moment=start), words.say("Until: {moment}", moment=end)),
        )

    def _shown(self) -> Iterator[Chosen]:
        texts = (self.action.text, self.action.title, self.action.target)
        return (self.chosen(text) for text in texts if text is not None)

    def campaign(self) -> Label | None:
        campaign = self.action.campaign_title
        # Translators: a button below an action: the campaign it is part of.
        return self.words.label("Campaign: {campaign}", campaign=title(self.chosen(campaign))) if campaign else None

    def _until(self) -> Text | None:
        # Translators: the last day on which an action is of use.
        return self.words.say("Until: {day}", day=day(self.action.until)) if self.action.until else None

    def _state(self, card: ActionCard, *, is_open: bool) -> Text | None:
        words = self.words
        if card.done and card.outcome is not None:
            # Translators: {outcome} is like "I left a message".
            return words.say("✓ You called: {outcome}.", outcome=words.say(OUTCOMES[card.outcome])).bold()
        if card.done:
            return words.say("✓ You did this. Thank you.").bold()
        if not is_open:
            return words.say("This is over; there is nothing to do here any more.").bold()
        if card.outcome is CallOutcome.NOBODY:
            return words.say("You called and nobody answered. Thank you for trying.")
        if card.later:
            return words.say("You will be asked again in a few days.")
        return None

    def _people(self, card: ActionCard) -> Text | None:
        if not card.people:
            return None
        return self.words.count("{n} person has done this.", "{n} people have done this.", card.people)


def as_written(chosen: Chosen) -> Text:
    """A text without tags in the direction of its own language, whichever letters it begins with."""
    return markup(Chosen(escape(chosen.text, quote=False), chosen.locale))


def kind_and_time(words: Words, kind: ActionKind, minutes: int) -> Text:
    # Translators: what one can do and how long it takes, like "Write an e-mail · about 5 minutes".
    return words.say("{kind} · {time}", kind=words.say(KINDS[kind]), time=how_long(words, minutes))


def how_long(words: Words, minutes: int) -> Text:
    if minutes >= 120:
        return words.count("about {n} hour", "about {n} hours", round(minutes / 60))
    return words.count("about {n} minute", "about {n} minutes", minutes)
