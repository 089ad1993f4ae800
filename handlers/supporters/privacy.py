"""`/privacy`, `/mydata` and `/forget`: what is kept, all of it on request, and gone on request."""

import json

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.config import Organisation
from bot.events.offsets import offsets_of, written
from bot.language import Words
from bot.supporters.service import Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks
from bot.telegram.surface import Surface
from handlers.actions import Forget
from handlers.supporters import privacy_pages as pages

FILE_NAME = "my-data.json"


def router() -> Router:
    router = Router(name="privacy")
    router.message.register(privacy, Asks("privacy"))
    router.message.register(my_data, Asks("mydata"))
    router.message.register(ask_whether_to_forget, Asks("forget"))
    router.callback_query.register(forget_or_keep, Forget.filter())
    return router


async def privacy(message: Message, words: Words, chat: Chat, organisation: Organisation) -> None:
    await chat.say(*pages.privacy(words, organisation))


async def my_data(message: Message, supporter: Supporter, words: Words, chat: Chat, supporters: Supporters) -> None:
    everything = await supporters.export(supporter)
    await chat.say(pages.everything(words, everything))
    for answered in (everything["kept"] or {}).get("events", ()):
        answered["reminders"] = readable(answered["reminders"])
    content = json.dumps(everything, ensure_ascii=False, indent=2).encode()
    await chat.send_file(FILE_NAME, content, words.say("The same as a file, for a machine to read."))


def readable(reminders: int | None) -> list[str] | None:
    """When before an event somebody is reminded; None for as is usual."""
    return None if reminders is None else [written(minutes) for minutes in offsets_of(reminders)]


async def ask_whether_to_forget(message: Message, words: Words, chat: Chat) -> None:
    await chat.say(*pages.whether_to_forget(words))


async def forget_or_keep(
    query: CallbackQuery,
    callback_data: Forget,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
    state: FSMContext,
    surface: Surface,
) -> None:
    if not callback_data.sure:
        await chat.show(words.say("Nothing was erased."))
        return
    await supporters.forget(supporter)
    await state.clear()
    await chat.show(pages.forgotten(words))
    await surface.forget_chat(supporter.telegram_id)
