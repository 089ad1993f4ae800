"""`/language`: changed in one tap, from anywhere."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.config import Organisation
from bot.language import Catalogues, Words, own_name
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks
from bot.telegram.surface import Surface
from handlers.actions import SetLanguage
from handlers.help import home
from handlers.screen import Screen, button
from handlers.supporters.arriving import Guest, find_carried, with_guest
from handlers.supporters.choices import OpenSettings, SettingsPage
from handlers.supporters.start import greeting


def router() -> Router:
    router = with_guest(Router(name="language"))
    router.message.register(ask, Asks("language"))
    router.callback_query.register(ask, OpenSettings.filter(F.page == SettingsPage.LANGUAGE))
    router.callback_query.register(choose, SetLanguage.filter())
    return router


async def ask(event: Message | CallbackQuery, words: Words, chat: Chat, catalogues: Catalogues) -> None:
    await chat.show(*languages(words, catalogues))


async def choose(
    query: CallbackQuery,
    callback_data: SetLanguage,
    guest: Guest,
    supporters: Supporters,
    organisation: Organisation,
    surface: Surface,
) -> None:
    locale = callback_data.locale
    if locale not in guest.catalogues.locales:
        await guest.chat.show(*languages(guest.words, guest.catalogues))
        return
    guest = replace(guest.known_as(await supporters.choose_language(guest.supporter, locale)), source=callback_data.source)
    # Translators: shown right after somebody chose this language.
    notice = guest.words.notice("From now on in English.")
    found = await find_carried(guest, callback_data)
    if found is not None and found.to_all:
        await found.show(notice)
    elif guest.supporter.subscribed:
        await guest.chat.show(*home(guest.words), notice)
    else:
        await guest.chat.show(*greeting(guest, organisation, found), notice)
    await surface.show_in_chat(guest.supporter.telegram_id, locale)


def languages(words: Words, catalogues: Catalogues) -> Screen:
    rows = [button(own_name(locale), SetLanguage(locale=locale)) for locale in catalogues.locales]
    return words.say("Which language do you read?"), keyboard(words, *rows)
