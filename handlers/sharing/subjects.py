"""What can be passed on: a petition, a case, an event or an action, as somebody sees it who may never have heard of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.campaigns.service import Campaigns
from bot.campaigns.wording import ActionWording, kind_and_time
from bot.cases.service import Cases
from bot.events.service import Events
from bot.events.wording import EVENT_KINDS, Wording
from bot.language import (
    N_,
    Chosen,
    Description,
    N_description,
    N_label,
    Text,
    Words,
    day,
    lines,
    markup,
    paragraphs,
    title,
    untranslated,
    url,
)
from bot.language.keyboard import Button, keyboard
from bot.petitions.service import Petitions
from bot.petitions.wording import PetitionWording
from bot.supporters.service import Supporter
from bot.telegram.links import deep_link, passing_on
from handlers.cases.pages import STATUSES
from handlers.given import Given, giving
from handlers.screen import Screen

ABOUT_LENGTH: Final = 600
"""Letters of what it is about that go with a card; the rest is where its link leads."""
DESCRIPTION_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class Subject:
    """`heading` names it and says how it stands, `line` says one thing about it, `progress` is from 0 to 1."""

    kind: str
    id: int
    slug: str
    title: Chosen
    what: Text
    heading: Text
    line: Text
    about: Chosen | None = None
    progress: float | None = None

    @property
    def key(self) -> str:
        """By what name steps about it are counted."""
        return f"{self.kind}:{self.slug}"

    def address(self, username: str, source: str) -> str | None:
        return deep_link(username, self.kind, self.slug, source)

    def text(self, words: Words, address: str) -> Text:
        """What can be passed on as it is."""
        about = markup(self.about).split(ABOUT_LENGTH)[0] if self.about else None
        another = next((each for each in (self.about, self.title) if each and each.fallback), self.title)
        return paragraphs(
            self.heading, untranslated(words, another), about, words.say(_INVITATIONS[self.kind], link=url(address))
        )

    def card(self, words: Words, address: str) -> Screen:
        """The same as a message with the button that asks whom to send it to."""
        sending = passing_on(address, self.title.text)
        return self.text(words, address), keyboard(words, Button(words.label("Send it to somebody"), url=sending))

    def offered(self, words: Words, address: str) -> Screen:
        """The same as others get it, with the button that leads to it."""
        return self.text(words, address), keyboard(words, Button(words.label(_OPEN[self.kind]), url=address))

    def description(self, words: Words) -> Description:
        return words.describe(_LISTED, DESCRIPTION_LENGTH, kind=self.what, about=self.line)


# Translators: below a title in the list that Telegram shows: what it is, like "Petition", and one thing about it.
_LISTED: Final = N_description("{kind} · {about}", DESCRIPTION_LENGTH)
_INVITATIONS: Final = {
    "petition": N_("Read it and sign: {link}"),
    "case": N_("What happened so far, and how to follow it: {link}"),
    "event": N_("Reminders, changes and how to get there: {link}"),
    "action": N_("What you can do, and how: {link}"),
}
_OPEN: Final = {
    "petition": N_label("Read and sign"),
    "case": N_label("Read and follow"),
    "event": N_label("When and where"),
    "action": N_label("Do it too"),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where what can be passed on is looked up. It is put into words for whoever gets it: what somebody's own clock, calendar
    and digits are goes to nobody else."""

    supporter: Supporter
    words: Words
    cases: Cases
    events: Events
    petitions: Petitions
    campaigns: Campaigns

    @property
    def source_locale(self) -> str:
        return self.cases.source_locale

    async def find(self, kind: str, key: str | int) -> Subject | None:
        finder = FINDERS.get(kind)
        return await finder(self, key) if finder else None


async def find_petition(shelf: Shelf, key: str | int) -> Subject | None:
    card = await shelf.petitions.get_card(key, None)
    if card is None:
        return None
    petition, wording = card.petition, PetitionWording(shelf.words, card.petition, shelf.source_locale)
    return Subject(
        "petition",
        petition.id,
        petition.slug,
        wording.chosen(petition.title),
        shelf.words.say("Petition"),
        paragraphs(wording.heading(), lines(wording.status() or wording.progress(), wording.left())),
        wording.status() or wording.count(),
        progress=wording.reached(),
    )


async def find_case(shelf: Shelf, key: str | int) -> Subject | None:
    case = await shelf.cases.get_case(key, None)
    if case is None:
        return None
    words = shelf.words
    chosen, summary = (text.choose(words.reader.locale, shelf.source_locale) for text in (case.title, case.summary))
    status = words.say(STATUSES[case.status])
    updates = words.count("{n} update so far", "{n} updates so far", case.updates) if case.updates else None
    return Subject(
        "case",
        case.id,
        case.slug,
        chosen,
        words.say("Case"),
        words.show(title(chosen)).bold(),
        updates or status,
        about=summary,
    )


async def find_event(shelf: Shelf, key: str | int) -> Subject | None:
    card = await shelf.events.get_card(key, None)
    if card is None:
        return None
    event, words = card.event, shelf.words.for_anybody(card.event.timezone)
    wording = Wording(words, event, shelf.source_locale)
    on = words.show(day(event.starts.date())) if event.starts else None
    return Subject(
        "event",
        event.id,
        event.slug,
        wording.chosen(event.title),
        words.say(EVENT_KINDS[event.kind]),
        paragraphs(wording.title().bold(), lines(wording.status(), wording.when(), wording.where())),
        on or wording.status() or words.say("There is no date yet."),
    )


async def find_action(shelf: Shelf, key: str | int) -> Subject | None:
    card = await shelf.campaigns.get_card(key, None)
    if card is None:
        return None
    action, words = card.action, shelf.words
    wording = ActionWording(words, action, shelf.source_locale)
    what = kind_and_time(words, action.kind, action.minutes)
    return Subject(
        "action",
        action.id,
        action.slug,
        wording.chosen(action.title),
        words.say("Take action"),
        lines(wording.title().bold(), what, wording.to()),
        what,
        about=wording.chosen(action.text),
    )


Find = Callable[[Shelf, str | int], Awaitable[Subject | None]]
FINDERS: Final[Mapping[str, Find]] = MappingProxyType(
    {"petition": find_petition, "case": find_case, "event": find_event, "action": find_action}
)


def _shelf(given: Given) -> Shelf:
    parts = {name: given[name] for name in Shelf.__dataclass_fields__}
    parts["words"] = parts["words"].for_anybody()
    return Shelf(**parts)


with_shelf = giving("shelf", _shelf)
"""What the handlers of sharing look up with."""
