"""`/language`: changed in one tap, from anywhere."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.cases.service import Cases
from bot.config import Organisation
from bot.events.service import Events
from bot.language import Catalogues, Words, own_name
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks
from bot.telegram.surface import Surface
from handlers.actions import OpenSettings, SetLanguage, SettingsPage
from handlers.cases.pages import CasePages
from handlers.events.pages import EventPages
from handlers.help import home
from handlers.screen import Screen, button
from handlers.supporters.start import came_for, greeting


def router() -> Router:
    router = Router(name="language")
    router.message.register(ask, Asks("language"))
    router.callback_query.register(ask, OpenSettings.filter(F.page == SettingsPage.LANGUAGE))
    router.callback_query.register(choose, SetLanguage.filter())
    return router


async def ask(event: Message | CallbackQuery, words: Words, chat: Chat, catalogues: Catalogues) -> None:
    await chat.show(*languages(words, catalogues))


async def choose(
    query: CallbackQuery,
    callback_data: SetLanguage,
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
    surface: Surface,
) -> None:
    if callback_data.locale not in catalogues.locales:
        await chat.show(*languages(words, catalogues))
        return
    supporter = await supporters.choose_language(supporter, callback_data.locale)
    words = catalogues.words(supporter.reader)
    if supporter.subscribed:
        screen = home(words)
    else:
        case = await cases.get_case(callback_data.case_id, supporter.id) if callback_data.case_id else None
        event = await events.get_card(callback_data.event_id, supporter.id) if callback_data.event_id else None
        came = came_for(words, case_pages, event_pages, case, event)
        screen = greeting(words, organisation, catalogues.locales, came, callback_data.source)
    # Translators: shown right after somebody chose this language.
    await chat.show(*screen, words.notice("From now on in English."))
    await surface.show_in_chat(supporter.telegram_id, supporter.reader.locale)


def languages(words: Words, catalogues: Catalogues) -> Screen:
    rows = [button(own_name(locale), SetLanguage(locale=locale)) for locale in catalogues.locales]
    return words.say("Which language do you read?"), keyboard(words, *rows)
