"""`/settings`: language, region, digits, calendar, the place whose time is shown, which updates, how often, when not."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.daytime import Hours
from bot.language import Catalogues, Words, command, search_place
from bot.language.places import place_by_key
from bot.supporters.service import DIGESTS, Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks
from handlers.supporters import settings_pages as pages
from handlers.supporters.choices import (
    OpenSettings,
    SetDigest,
    SetDigits,
    SetHijri,
    SetKind,
    SetPlace,
    SetQuiet,
    SetRegion,
    SetSilent,
    SettingsPage,
)


class Asked(StatesGroup):
    place = State()


def router() -> Router:
    router = Router(name="settings")
    router.message.register(open_overview, Asks("settings"))
    router.callback_query.register(open_overview, OpenSettings.filter(F.page == SettingsPage.OVERVIEW))
    router.callback_query.register(open_regions, OpenSettings.filter(F.page == SettingsPage.REGION))
    router.callback_query.register(open_digits, OpenSettings.filter(F.page == SettingsPage.DIGITS))
    router.callback_query.register(open_kinds, OpenSettings.filter(F.page == SettingsPage.KINDS))
    router.callback_query.register(open_quiet, OpenSettings.filter(F.page == SettingsPage.QUIET))
    router.callback_query.register(open_digests, OpenSettings.filter(F.page == SettingsPage.DIGEST))
    router.callback_query.register(ask_place, OpenSettings.filter(F.page == SettingsPage.PLACE))
    router.message.register(find_place, Asked.place, F.text)
    router.callback_query.register(set_region, SetRegion.filter())
    router.callback_query.register(set_digits, SetDigits.filter())
    router.callback_query.register(set_hijri, SetHijri.filter())
    router.callback_query.register(set_place, SetPlace.filter())
    router.callback_query.register(set_kind, SetKind.filter())
    router.callback_query.register(set_silent, SetSilent.filter())
    router.callback_query.register(set_quiet, SetQuiet.filter())
    router.callback_query.register(set_digest, SetDigest.filter())
    return router


async def open_overview(
    event: Message | CallbackQuery, supporter: Supporter, words: Words, chat: Chat, state: FSMContext
) -> None:
    await state.set_state(None)
    await chat.show(*pages.overview(words, supporter))


async def open_regions(query: CallbackQuery, words: Words, chat: Chat) -> None:
    await chat.show(*pages.regions(words))


async def open_digits(query: CallbackQuery, words: Words, chat: Chat) -> None:
    await chat.show(*pages.digits(words))


async def open_kinds(query: CallbackQuery, supporter: Supporter, words: Words, chat: Chat) -> None:
    await chat.show(*pages.kinds(words, supporter))


async def open_quiet(query: CallbackQuery, supporter: Supporter, words: Words, chat: Chat) -> None:
    await chat.show(*pages.quiet(words, supporter))


async def open_digests(query: CallbackQuery, words: Words, chat: Chat) -> None:
    await chat.show(*pages.digests(words))


async def ask_place(query: CallbackQuery, words: Words, chat: Chat, state: FSMContext) -> None:
    await state.set_state(Asked.place)
    text = words.say(
        "Write the name of your city, or of a large one near you, in any script. To leave it as it is: {cancel}",
        cancel=command("cancel"),
    )
    await chat.show(text, pages.back(words))


async def find_place(message: Message, words: Words, chat: Chat, catalogues: Catalogues) -> None:
    found = search_place(message.text or "", catalogues)
    if found:
        await chat.say(*pages.places(words, found))
    else:
        text = words.say(
            "That city is not known here. Please write the nearest large one, or {cancel}.", cancel=command("cancel")
        )
        await chat.say(text, pages.back(words))


async def set_region(
    query: CallbackQuery,
    callback_data: SetRegion,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    if callback_data.code in pages.REGIONS[words.reader.locale]:
        supporter = await supporters.choose_region(supporter, callback_data.code)
    await changed(supporter, chat, catalogues)


async def set_digits(
    query: CallbackQuery,
    callback_data: SetDigits,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    await changed(await supporters.choose_digits(supporter, callback_data.digits), chat, catalogues)


async def set_hijri(
    query: CallbackQuery,
    callback_data: SetHijri,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    await changed(await supporters.set_hijri(supporter, callback_data.hijri), chat, catalogues)


async def set_place(
    query: CallbackQuery,
    callback_data: SetPlace,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
    state: FSMContext,
) -> None:
    place = place_by_key(callback_data.key)
    if place is not None:
        supporter = await supporters.choose_place(supporter, place.key, place.timezone)
        await state.clear()
    await changed(supporter, chat, catalogues)


async def set_kind(
    query: CallbackQuery,
    callback_data: SetKind,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
) -> None:
    change = supporters.unmute if callback_data.wanted else supporters.mute
    await chat.show(*pages.kinds(words, await change(supporter, callback_data.kind)))


async def set_silent(
    query: CallbackQuery,
    callback_data: SetSilent,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    await changed(await supporters.set_silent(supporter, callback_data.silent), chat, catalogues)


async def set_quiet(
    query: CallbackQuery,
    callback_data: SetQuiet,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    hours = Hours(callback_data.start * 60, callback_data.end * 60)
    if hours in (*pages.QUIET, pages.NO_QUIET):
        supporter = await supporters.set_quiet_hours(supporter, hours)
    await changed(supporter, chat, catalogues)


async def set_digest(
    query: CallbackQuery,
    callback_data: SetDigest,
    supporter: Supporter,
    chat: Chat,
    supporters: Supporters,
    catalogues: Catalogues,
) -> None:
    if callback_data.days in DIGESTS:
        supporter = await supporters.set_digest(supporter, callback_data.days)
    await changed(supporter, chat, catalogues)


async def changed(supporter: Supporter, chat: Chat, catalogues: Catalogues) -> None:
    """Show the settings as they are now, in the way the person now reads."""
    words = catalogues.words(supporter.reader)
    await chat.show(*pages.overview(words, supporter), words.notice("Saved."))
