"""The Share button: a message to pass on, its link, a picture for where a link alone is not seen, and a code to scan."""

from functools import partial
from typing import Any

import structlog
from aiogram import F, Router
from aiogram.types import CallbackQuery

from bot.config import Organisation
from bot.errors import NidaError
from bot.language.keyboard import keyboard
from bot.sources.models import Step
from bot.sources.service import Sources
from bot.telegram.chat import Chat
from bot.telegram.surface import Surface
from handlers.actions import Share, ShareCode, SharePicture
from handlers.screen import Screen, button
from handlers.sharing.drawings import Drawings
from handlers.sharing.subjects import FINDERS, Shelf, Subject, with_shelf

log = structlog.get_logger()

SHARED, PICTURED, SCANNED = "share", "picture", "code"
"""The sources of the links that are given out here."""


def router() -> Router:
    router = with_shelf(Router(name="sharing"))
    router.callback_query.register(share, Share.filter(F.kind.in_(FINDERS)))
    router.callback_query.register(send_picture, SharePicture.filter(F.kind.in_(FINDERS)))
    router.callback_query.register(send_code, ShareCode.filter(F.kind.in_(FINDERS)))
    return router


async def share(query: CallbackQuery, callback_data: Share, shelf: Shelf, chat: Chat, sources: Sources, surface: Surface) -> None:
    words = shelf.words
    found = await _find(callback_data, SHARED, shelf, chat, surface)
    if found is None:
        return
    subject, address = found
    await chat.acknowledge(words.notice("You can pass the message below on."))
    await chat.say(*subject.card(words, address))
    await chat.say(*tools(shelf, subject))
    await sources.count(Step.SHARED, subject.key, callback_data.source, words.reader.locale)


def tools(shelf: Shelf, subject: Subject) -> Screen:
    words, kind, id_ = shelf.words, subject.kind, subject.id
    return words.say("For a status, a post or a poster:"), keyboard(
        words,
        button(words.label("A square picture"), SharePicture(kind=kind, id=id_)),
        button(words.label("A wide picture"), SharePicture(kind=kind, id=id_, wide=True)),
        button(words.label("A code to scan"), ShareCode(kind=kind, id=id_)),
    )


async def send_picture(
    query: CallbackQuery,
    callback_data: SharePicture,
    shelf: Shelf,
    chat: Chat,
    drawings: Drawings,
    organisation: Organisation,
    surface: Surface,
) -> None:
    found = await _find(callback_data, PICTURED, shelf, chat, surface)
    if found is None:
        return
    subject, address = found
    make = partial(_drawn, shelf, subject, address, organisation.name, wide=callback_data.wide)
    shown = (subject.title, subject.line.plain, subject.progress, shelf.words.reader.locale, address, callback_data.wide)
    try:
        picture = await drawings.get(shown, make)
    except NidaError as error:
        log.warning("picture.not_made", error=type(error).__name__)
        await chat.acknowledge(shelf.words.notice("There is no picture of this just now; the message above can be passed on."))
        return
    await chat.acknowledge()
    await chat.send_picture(f"{subject.slug}.png", picture, subject.text(shelf.words, address))


async def send_code(
    query: CallbackQuery, callback_data: ShareCode, shelf: Shelf, chat: Chat, drawings: Drawings, surface: Surface
) -> None:
    found = await _find(callback_data, SCANNED, shelf, chat, surface)
    if found is None:
        return
    subject, address = found
    await chat.acknowledge()
    code = await drawings.get(address, partial(_coded, address))
    await chat.send_picture(f"{subject.slug}-code.png", code, subject.text(shelf.words, address))


async def _find(
    wanted: Share | SharePicture | ShareCode, source: str, shelf: Shelf, chat: Chat, surface: Surface
) -> tuple[Subject, str] | None:
    """What a button is about and the link that leads there; where there is none, that is said."""
    subject = await shelf.find(wanted.kind, wanted.id)
    if subject is None:
        await chat.acknowledge(shelf.words.notice("This is no longer here."))
        return None
    username = await surface.username()
    address = subject.address(username, source) if username else None
    if address is None:
        await chat.acknowledge(shelf.words.notice("There is no link to this just now. Please try again later."))
        return None
    return subject, address


def _drawn(shelf: Shelf, subject: Subject, address: str, organisation: str, *, wide: bool) -> bytes:
    from bot.pictures.cards import Card, Size, picture  # noqa: PLC0415 - a bot that starts draws nothing

    given: dict[str, Any] = {"title": subject.title.text, "line": subject.line.plain, "progress": subject.progress}
    card = Card(organisation=organisation, locale=shelf.words.reader.locale, link=address, **given)
    return picture(card, Size.WIDE if wide else Size.SQUARE)


def _coded(address: str) -> bytes:
    from bot.pictures.codes import code  # noqa: PLC0415 - likewise

    return code(address)
