"""`/start`, with or without a link's payload, and the consent that makes somebody a supporter."""

import re
from dataclasses import dataclass

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.service import Cases
from bot.cases.views import CaseView
from bot.config import Organisation
from bot.events.service import Events
from bot.events.views import EventCard
from bot.language import Catalogues, Text, Words, lines, name, own_name, paragraphs, title
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks, Order
from handlers.actions import ListCases, SetLanguage, Subscribe
from handlers.cases.pages import CasePages, closed
from handlers.consent import what_is_kept
from handlers.events.pages import EventPages
from handlers.events.replies import EventReplies
from handlers.help import home
from handlers.screen import Screen, button

SOURCE_LENGTH = 32
_SOURCE = re.compile(r"[A-Za-z0-9_-]+")
"""What a link can carry, and so much of it as fits a button. Typed behind /start, anything can come."""


def router() -> Router:
    router = Router(name="start")
    router.message.register(start, Asks("start"))
    router.callback_query.register(subscribe, Subscribe.filter())
    return router


@dataclass(frozen=True, slots=True)
class Link:
    """What a deep link asks for: `case-<slug>`, `event-<slug>` or `lang-<xx>`, optionally followed by `__<source>`."""

    case: str | None = None
    event: str | None = None
    locale: str | None = None
    source: str | None = None


def read_link(payload: str) -> Link:
    """Anything unknown is a normal start."""
    target, _, source = payload.partition("__")
    kind, _, value = target.partition("-")
    return Link(
        case=value if kind == "case" and value else None,
        event=value if kind == "event" and value else None,
        locale=value if kind == "lang" and value else None,
        source=source[:SOURCE_LENGTH] if _SOURCE.fullmatch(source) else None,
    )


async def start(
    message: Message,
    order: Order,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
    cases: Cases,
    events: Events,
    catalogues: Catalogues,
    organisation: Organisation,
    case_pages: CasePages,
    event_pages: EventPages,
) -> None:
    link = read_link(order.argument)
    if link.locale in catalogues.locales and link.locale != supporter.reader.locale:
        supporter = await supporters.choose_language(supporter, link.locale)
        words = catalogues.words(supporter.reader)
    case = await cases.get_case(link.case, supporter.id) if link.case else None
    if link.case and case is None:
        await chat.say(words.say("The link you came by leads to a case that is not here."))
    event = await events.get_card(link.event, supporter.id) if link.event else None
    if link.event and event is None:
        await chat.say(words.say("The link you came by leads to a hearing or event that is not here."))
    if not supporter.subscribed:
        came = came_for(words, case_pages, event_pages, case, event)
        await chat.say(*greeting(words, organisation, catalogues.locales, came, link.source))
    elif event is not None:
        await EventReplies(supporter, words, chat, events, event_pages).card(event, below=True)
    elif case is not None:
        await chat.say(*case_pages.case(words, case))
    else:
        await chat.say(*home(words))


async def subscribe(
    query: CallbackQuery,
    callback_data: Subscribe,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
    cases: Cases,
    events: Events,
    case_pages: CasePages,
    event_pages: EventPages,
) -> None:
    supporter = await supporters.subscribe(supporter, callback_data.source)
    case = await cases.get_case(callback_data.case_id, supporter.id) if callback_data.case_id else None
    event = await events.get_card(callback_data.event_id, supporter.id) if callback_data.event_id else None
    notice = words.notice("You are subscribed. You can stop at any time.")
    if event is not None:
        await EventReplies(supporter, words, chat, events, event_pages).card(event, notice=notice)
    elif case is not None:
        await chat.show(*case_pages.case(words, case), notice)
    else:
        await chat.show(*case_pages.choice(words, await cases.list_cases(0, case_pages.size)), notice)


@dataclass(frozen=True, slots=True)
class CameFor:
    """What brought somebody: how it is told to them, and what their buttons carry on."""

    told: Text | None = None
    case_id: int | None = None
    event_id: int | None = None


def came_for(
    words: Words, case_pages: CasePages, event_pages: EventPages, case: CaseView | None, event: EventCard | None
) -> CameFor:
    if event is not None:
        wording = event_pages.wording(words, event.event)
        told = words.say("The hearing or event you came for: {event}", event=wording.title())
        return CameFor(paragraphs(told, lines(wording.status(), wording.when())), event_id=event.event.id)
    if case is not None:
        told = words.say("The case you came for: {case}", case=title(case_pages.chosen(words, case.title)))
        return CameFor(paragraphs(told, closed(words, case)), case_id=case.id)
    return CameFor()


def greeting(words: Words, organisation: Organisation, locales: tuple[str, ...], came: CameFor, source: str | None) -> Screen:
    """What it is, what is kept, and one button to consent; the language is changed in one tap."""
    text = paragraphs(
        words.say("Welcome to the case updates of {organisation}.", organisation=name(organisation.name)).bold(),
        came.told or words.say("Follow a case and hear what happened, in your own language."),
        what_is_kept(words),
    )
    others = tuple(
        button(own_name(locale), SetLanguage(locale=locale, case_id=came.case_id, source=source, event_id=came.event_id))
        for locale in locales
        if locale != words.reader.locale
    )
    return text, keyboard(
        words,
        button(words.label("Subscribe"), Subscribe(case_id=came.case_id, source=source, event_id=came.event_id)),
        others,
        button(words.label("Look at the cases first"), ListCases()),
    )
