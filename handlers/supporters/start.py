"""`/start`, with or without a link's payload, and the consent that makes somebody a supporter."""

import re
from dataclasses import dataclass, replace

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.config import Organisation
from bot.language import name, own_name, paragraphs
from bot.language.keyboard import keyboard
from bot.sources.models import SOURCE_LENGTH, Step
from bot.sources.service import Sources
from bot.supporters.service import Supporters
from bot.telegram.order import Asks, Order
from handlers.actions import ListCases, SetLanguage, Subscribe
from handlers.consent import what_is_kept
from handlers.help import home
from handlers.screen import Screen, button
from handlers.supporters.arriving import Found, Guest, carried, find_carried, find_linked, with_guest

_SOURCE = re.compile(r"[A-Za-z0-9_-]+")
"""What a link can carry. Typed behind /start, anything can come."""


def router() -> Router:
    router = with_guest(Router(name="start"))
    router.message.register(start, Asks("start"))
    router.callback_query.register(subscribe, Subscribe.filter())
    return router


@dataclass(frozen=True, slots=True)
class Link:
    """What a deep link asks for: `case-<slug>`, `event-<slug>` and the like, or `lang-<xx>`, optionally followed by
    `__<source>`."""

    kind: str | None = None
    value: str = ""
    source: str | None = None


def read_link(payload: str) -> Link:
    """Anything unknown is a normal start."""
    target, _, source = payload.partition("__")
    kind, _, value = target.partition("-")
    known = source[:SOURCE_LENGTH] if _SOURCE.fullmatch(source) else None
    return Link(kind, value, known) if value else Link(source=known)


async def start(
    message: Message, order: Order, guest: Guest, supporters: Supporters, sources: Sources, organisation: Organisation
) -> None:
    link = read_link(order.argument)
    guest = replace(guest, source=link.source)
    if link.kind == "lang" and link.value in guest.catalogues.locales and link.value != guest.words.reader.locale:
        guest = guest.known_as(await supporters.choose_language(guest.supporter, link.value))
    found = await find_linked(guest, link.kind, link.value)
    if order.argument or not guest.supporter.subscribed:  # who is here already and only says hello has opened no link
        await sources.count(Step.OPENED, subject_of(found), link.source, guest.words.reader.locale)
    if found is not None and (found.to_all or guest.supporter.subscribed):
        await found.show(None)
    elif guest.supporter.subscribed:
        await guest.chat.say(*home(guest.words))
    else:
        await guest.chat.say(*greeting(guest, organisation, found))


async def subscribe(query: CallbackQuery, callback_data: Subscribe, guest: Guest, supporters: Supporters) -> None:
    guest = replace(guest, source=callback_data.source)
    came_for = subject_of(await find_carried(guest, callback_data))
    guest = guest.known_as(await supporters.subscribe(guest.supporter, callback_data.source, came_for))
    found = await find_carried(guest, callback_data)
    notice = guest.words.notice("You are subscribed. You can stop at any time.")
    if found is not None:
        await found.show(notice)
    else:
        page = await guest.cases.list_cases(0, guest.case_pages.size)
        await guest.chat.show(*guest.case_pages.choice(guest.words, page), notice)


def subject_of(found: Found | None) -> str:
    return found.subject if found else ""


def greeting(guest: Guest, organisation: Organisation, found: Found | None) -> Screen:
    """What it is, what is kept, and one button to consent; the language is changed in one tap."""
    words = guest.words
    text = paragraphs(
        words.say("Welcome to the case updates of {organisation}.", organisation=name(organisation.name)).bold(),
        found.told if found else words.say("Follow a case and hear what happened, in your own language."),
        what_is_kept(words),
    )
    return text, keyboard(
        words,
        button(words.label("Subscribe"), Subscribe(source=guest.source, **carried(found))),
        tuple(
            button(own_name(locale), SetLanguage(locale=locale, source=guest.source, **carried(found)))
            for locale in guest.catalogues.locales
            if locale != words.reader.locale
        ),
        button(words.label("Look at the cases first"), ListCases()),
    )
