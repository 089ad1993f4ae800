"""`/start`, with or without a link's payload, and the consent that makes somebody a supporter."""

import re
from dataclasses import dataclass

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.service import Cases
from bot.cases.views import CaseView
from bot.config import Organisation
from bot.language import Catalogues, Words, name, own_name, paragraphs, title
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks, Order
from handlers.actions import ListCases, SetLanguage, Subscribe
from handlers.cases.pages import CasePages, closed
from handlers.consent import what_is_kept
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
    """What a deep link asks for: `case-<slug>` or `lang-<xx>`, optionally followed by `__<source>`."""

    case: str | None = None
    locale: str | None = None
    source: str | None = None


def read_link(payload: str) -> Link:
    """Anything unknown is a normal start."""
    target, _, source = payload.partition("__")
    kind, _, value = target.partition("-")
    return Link(
        case=value if kind == "case" and value else None,
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
    catalogues: Catalogues,
    organisation: Organisation,
    case_pages: CasePages,
) -> None:
    link = read_link(order.argument)
    if link.locale in catalogues.locales and link.locale != supporter.reader.locale:
        supporter = await supporters.choose_language(supporter, link.locale)
        words = catalogues.words(supporter.reader)
    case = await cases.get_case(link.case, supporter.id) if link.case else None
    if link.case and case is None:
        await chat.say(words.say("The link you came by leads to a case that is not here."))
    if not supporter.subscribed:
        await chat.say(*greeting(words, organisation, catalogues.locales, case_pages, case, link.source))
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
    case_pages: CasePages,
) -> None:
    supporter = await supporters.subscribe(supporter, callback_data.source)
    case = await cases.get_case(callback_data.case_id, supporter.id) if callback_data.case_id else None
    notice = words.notice("You are subscribed. You can stop at any time.")
    if case is not None:
        await chat.show(*case_pages.case(words, case), notice)
    else:
        await chat.show(*case_pages.choice(words, await cases.list_cases(0, case_pages.size)), notice)


def greeting(
    words: Words,
    organisation: Organisation,
    locales: tuple[str, ...],
    case_pages: CasePages,
    case: CaseView | None,
    source: str | None,
) -> Screen:
    """What it is, what is kept, and one button to consent; the language is changed in one tap."""
    text = paragraphs(
        words.say("Welcome to the case updates of {organisation}.", organisation=name(organisation.name)).bold(),
        words.say("The case you came for: {case}", case=title(case_pages.chosen(words, case.title)))
        if case
        else words.say("Follow a case and hear what happened, in your own language."),
        closed(words, case) if case else None,
        what_is_kept(words),
    )
    case_id = case.id if case else None
    others = tuple(
        button(own_name(locale), SetLanguage(locale=locale, case_id=case_id, source=source))
        for locale in locales
        if locale != words.reader.locale
    )
    return text, keyboard(
        words,
        button(words.label("Subscribe"), Subscribe(case_id=case_id, source=source)),
        others,
        button(words.label("Look at the cases first"), ListCases()),
    )
