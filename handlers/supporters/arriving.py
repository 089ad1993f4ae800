"""What somebody came for by a link: found by its short name or its number, told in the greeting, shown to who may see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Protocol

from bot.campaigns.service import Campaigns
from bot.cases.service import Cases
from bot.events.service import Events
from bot.language import N_, Catalogues, Notice, Text, Words, lines, paragraphs, title
from bot.petitions.service import Petitions
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.campaigns.pages import ActionPages
from handlers.campaigns.replies import ActionReplies
from handlers.cases.pages import CasePages, closed
from handlers.events.pages import EventPages
from handlers.events.replies import EventReplies
from handlers.given import Given, giving
from handlers.petitions.pages import PetitionPages
from handlers.petitions.replies import PetitionReplies


@dataclass(frozen=True, slots=True)
class Guest:
    """Who came, and what their way is found with. `source` is the link they came by."""

    supporter: Supporter
    words: Words
    chat: Chat
    catalogues: Catalogues
    cases: Cases
    case_pages: CasePages
    events: Events
    event_pages: EventPages
    petitions: Petitions
    petition_pages: PetitionPages
    campaigns: Campaigns
    action_pages: ActionPages
    source: str | None = None

    def known_as(self, supporter: Supporter) -> "Guest":
        """The same person after a choice of theirs."""
        return replace(self, supporter=supporter, words=self.catalogues.words(supporter.reader))


@dataclass(frozen=True, slots=True)
class Found:
    """`kind` is that of the link, `told` stands in the greeting, `show` shows it in place of the tapped message or anew.
    `to_all`: who has not subscribed sees it at once, without the greeting."""

    kind: str
    id: int
    slug: str
    told: Text
    show: Callable[[Notice | None], Awaitable[None]]
    to_all: bool = False

    @property
    def subject(self) -> str:
        """By what name steps about it are counted."""
        return f"{self.kind}:{self.slug}"


Find = Callable[[Guest, str | int], Awaitable[Found | None]]


async def find_case(guest: Guest, key: str | int) -> Found | None:
    words, pages = guest.words, guest.case_pages
    case = await guest.cases.get_case(key, guest.supporter.id)
    if case is None:
        return None
    told = words.say("The case you came for: {case}", case=title(pages.chosen(words, case.title)))

    async def show(notice: Notice | None) -> None:
        await guest.chat.show(*pages.case(words, case, guest.source), notice)

    return Found("case", case.id, case.slug, paragraphs(told, closed(words, case)), show)


async def find_event(guest: Guest, key: str | int) -> Found | None:
    words, pages = guest.words, guest.event_pages
    card = await guest.events.get_card(key, guest.supporter.id)
    if card is None:
        return None
    wording = pages.wording(words, card.event)
    told = words.say("The hearing or event you came for: {event}", event=wording.title())

    async def show(notice: Notice | None) -> None:
        await EventReplies(guest.supporter, words, guest.chat, guest.events, pages).card(card, notice=notice)

    return Found("event", card.event.id, card.event.slug, paragraphs(told, lines(wording.status(), wording.when())), show)


async def find_petition(guest: Guest, key: str | int) -> Found | None:
    """Signing needs no subscription."""
    words, chat, pages = guest.words, guest.chat, guest.petition_pages
    replies = PetitionReplies(guest.supporter, words, chat, guest.petitions, guest.cases, pages)
    card = await replies.find(key)
    if card is None:
        return None

    async def show(notice: Notice | None) -> None:
        await replies.card(card, notice, source=guest.source, newcomer=not guest.supporter.subscribed)

    return Found("petition", card.petition.id, card.petition.slug, pages.wording(words, card.petition).title(), show, to_all=True)


async def find_action(guest: Guest, key: str | int) -> Found | None:
    """Anybody may see what can be done; who says that they did it subscribes first."""
    words, pages = guest.words, guest.action_pages
    replies = ActionReplies(guest.supporter, words, guest.chat, guest.campaigns, pages)
    card = await guest.campaigns.get_card(key, guest.supporter.id)
    if card is None:
        return None

    async def show(notice: Notice | None) -> None:
        await replies.card(card, notice, source=guest.source, newcomer=not guest.supporter.subscribed)

    return Found("action", card.action.id, card.action.slug, pages.wording(words, card.action).title(), show, to_all=True)


FINDERS: Final = MappingProxyType[str, Find](
    {"case": find_case, "event": find_event, "petition": find_petition, "action": find_action}
)
_MISSING: Final = {
    "case": N_("The link you came by leads to a case that is not here."),
    "event": N_("The link you came by leads to a hearing or event that is not here."),
    "petition": N_("The link you came by leads to a petition that is not here."),
    "action": N_("The link you came by leads to an action that is not here."),
}


async def find(guest: Guest, kind: str | None, key: str | int | None) -> Found | None:
    """None for what nobody came for, for what is not there, and for a kind of link there is not."""
    finder = FINDERS.get(kind or "")
    return await finder(guest, key) if finder and key else None


async def find_linked(guest: Guest, kind: str | None, key: str) -> Found | None:
    """What a link leads to; where that is not there, it is said."""
    found = await find(guest, kind, key)
    if found is None and kind in _MISSING:
        await guest.chat.say(guest.words.say(_MISSING[kind]))
    return found


class Carrier(Protocol):
    """A button that carries what somebody came for."""

    case_id: int | None
    event_id: int | None
    petition_id: int | None
    action_id: int | None


async def find_carried(guest: Guest, carrier: Carrier) -> Found | None:
    ids = {kind: getattr(carrier, f"{kind}_id") for kind in FINDERS}
    kind = next((kind for kind, id_ in ids.items() if id_), None)
    return await find(guest, kind, ids[kind]) if kind else None


def carried(found: Found | None) -> dict[str, int]:
    """What a button carries on, by the names of its fields."""
    return {f"{found.kind}_id": found.id} if found else {}


def _guest(given: Given) -> Guest:
    return Guest(**{name: given[name] for name in Guest.__dataclass_fields__ if name != "source"})


with_guest = giving("guest", _guest)
"""What the handlers that greet answer with."""
