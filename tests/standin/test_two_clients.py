"""Two libraries model the Bot API independently: each must understand all that the stand-in says, and be understood."""

import asyncio
import inspect
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

import aiogram
import pytest
import telegram
from aiogram import methods as aiogram_methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.standin.methods import METHODS
from bot.standin.updates import KINDS
from tests.person import Person
from tests.standin.pictures import png
from tests.telegram_world import TelegramWorld

HTML = (
    '<b>A case</b> <i>of</i> <a href="https://example.org/">five</a> <code>12-A/7</code> <tg-spoiler>x</tg-spoiler>\n'
    '<blockquote expandable>Long ago</blockquote>\n<tg-time unix="1795000000">then</tg-time> /stop +44 20 7946 0000'
)
LEGACY = {"disable_web_page_preview", "reply_to_message_id", "allow_sending_without_reply"}


@pytest.fixture
async def reader(world: TelegramWorld) -> Person:
    return await world.person("Noor", language_code="ar")


@pytest.fixture
async def aiogram_bot(world: TelegramWorld) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.url))
    bot = aiogram.Bot(world.token, session=session)
    yield bot
    await session.close()


@pytest.fixture
async def ptb_bot(world: TelegramWorld) -> AsyncIterator[telegram.Bot]:
    bot = telegram.Bot(world.token, base_url=f"{world.url}/bot", base_file_url=f"{world.url}/file/bot")
    async with bot:
        yield bot


async def test_aiogram_parses_all_that_it_is_told(aiogram_bot: aiogram.Bot, reader: Person) -> None:
    me = await aiogram_bot.get_me()
    assert me.is_bot
    assert me.username == "NidaDemoBot"
    await reader.starts("case-north-gate")
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Follow", callback_data="f:1")]])
    sent = await aiogram_bot.send_message(reader.id, HTML, parse_mode="HTML", reply_markup=keyboard)
    assert [entity.type for entity in sent.entities or []][:3] == ["bold", "italic", "text_link"]
    file = BufferedInputFile("ندا".encode(), "my-data.txt")
    document = await aiogram_bot.send_document(reader.id, file, caption="Yours")
    assert document.document is not None
    downloaded = await aiogram_bot.download(document.document)
    assert downloaded is not None
    assert downloaded.read() == "ندا".encode()
    photo = await aiogram_bot.send_photo(
        reader.id, BufferedInputFile(png(1080, 1080), "card.png"), caption=HTML, parse_mode="HTML"
    )
    assert [(size.width, size.height) for size in photo.photo or []] == [(1080, 1080)]
    await reader.taps("Follow")
    await reader.sends("sticker")
    await reader.blocks()
    updates = await aiogram_bot.get_updates(timeout=1)
    assert [update.event_type for update in updates] == ["message", "callback_query", "message", "my_chat_member"]
    assert updates[1].callback_query is not None
    assert updates[1].callback_query.chat_instance
    with pytest.raises(TelegramForbiddenError):
        await aiogram_bot.send_message(reader.id, "Hello")


async def test_aiogram_knows_each_refusal_by_its_class(aiogram_bot: aiogram.Bot, world: TelegramWorld, reader: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aiogram_bot.send_message(404, "Hello")
    await reader.starts()
    await world.fault("too_many", retry_after=9)
    with pytest.raises(TelegramRetryAfter) as caught:
        await aiogram_bot.send_message(reader.id, "Hello")
    assert caught.value.retry_after == 9


async def test_aiogram_offers_and_hears_what_was_chosen(aiogram_bot: aiogram.Bot, reader: Person) -> None:
    asking = asyncio.create_task(reader.asks_inline("north gate"))  # noqa: TID251 - the other end of one conversation
    [update] = await aiogram_bot.get_updates(timeout=5)
    assert update.inline_query is not None
    assert (update.inline_query.query, update.inline_query.from_user.language_code) == ("north gate", "ar")
    content = InputTextMessageContent(message_text="<b>The case</b>", parse_mode="HTML")
    article = InlineQueryResultArticle(id="case:x", title="قضية", description="line", input_message_content=content)
    button = InlineQueryResultsButton(text="Subscribe", start_parameter="start")
    await aiogram_bot.answer_inline_query(update.inline_query.id, [article], cache_time=5, is_personal=True, button=button)
    offered = await asking
    assert [(offer.id, offer.title) for offer in offered] == [("case:x", "قضية")]
    assert (await reader.chooses(offered[0])).html == "<b>The case</b>"
    chosen, message = await aiogram_bot.get_updates(update.update_id + 1)
    assert chosen.chosen_inline_result is not None
    assert (chosen.chosen_inline_result.result_id, chosen.chosen_inline_result.query) == ("case:x", "north gate")
    assert message.message is not None
    assert message.message.via_bot is not None
    assert message.message.via_bot.username == "NidaDemoBot"


async def test_python_telegram_bot_offers_and_sends_photos(ptb_bot: telegram.Bot, reader: Person) -> None:
    await reader.starts()
    photo = await ptb_bot.send_photo(reader.id, png(1200, 630), caption="A card", filename="card.png")
    assert (photo.photo[0].width, photo.photo[0].height) == (1200, 630)
    again = await ptb_bot.send_photo(reader.id, photo.photo[0].file_id)
    assert again.photo == photo.photo
    asking = asyncio.create_task(reader.asks_inline(""))  # noqa: TID251 - likewise
    update = (await ptb_bot.get_updates(-1, timeout=5))[-1]
    assert update.inline_query
    content = telegram.InputTextMessageContent("The case")
    await update.inline_query.answer([telegram.InlineQueryResultArticle("1", "A case", content)], cache_time=0)
    assert [offer.title for offer in await asking] == ["A case"]


async def test_aiogram_sets_the_surfaces(aiogram_bot: aiogram.Bot, reader: Person) -> None:
    await aiogram_bot.set_my_commands([BotCommand(command="cases", description="القضايا")], language_code="ar")
    await aiogram_bot.set_my_name("نداء", language_code="ar")
    assert (await aiogram_bot.get_my_name(language_code="ar")).name == "نداء"
    assert (await aiogram_bot.get_webhook_info()).url == ""
    assert (await reader.chat()).commands == [{"command": "cases", "description": "القضايا"}]


async def test_python_telegram_bot_parses_all_that_it_is_told(ptb_bot: telegram.Bot, reader: Person) -> None:
    await reader.starts()
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Follow", callback_data="f:1")]])
    sent = await ptb_bot.send_message(reader.id, HTML, parse_mode="HTML", reply_markup=keyboard)
    assert "expandable" in sent.text_html
    await ptb_bot.edit_message_text("Now", reader.id, sent.message_id)
    with pytest.raises(telegram.error.BadRequest, match="not modified"):
        await ptb_bot.edit_message_text("Now", reader.id, sent.message_id)
    document = await ptb_bot.send_document(reader.id, b"abc", filename="a.txt")
    assert document.document is not None
    assert await (await document.document.get_file()).download_as_bytearray() == b"abc"
    assert await ptb_bot.set_my_commands([("cases", "Open cases")], scope=telegram.BotCommandScopeChat(reader.id))
    assert (await reader.chat()).commands == [{"command": "cases", "description": "Open cases"}]
    await reader.blocks()
    with pytest.raises(telegram.error.Forbidden, match="blocked"):
        await ptb_bot.send_message(reader.id, "Hello")


async def test_a_whole_application_of_python_telegram_bot_lives_here(world: TelegramWorld, reader: Person) -> None:
    async def start(update: telegram.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Follow", callback_data="f:1")]])
        await update.message.reply_text(f"Welcome to {context.args}", reply_markup=keyboard)

    async def follow(update: telegram.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query
        await update.callback_query.answer("Followed")
        await update.callback_query.edit_message_text("You follow it")

    builder = ApplicationBuilder().token(world.token).base_url(f"{world.url}/bot").base_file_url(f"{world.url}/file/bot")
    async with builder.build() as application:
        application.add_handlers([CommandHandler("start", start), CallbackQueryHandler(follow)])
        assert application.updater
        await application.start()
        await application.updater.start_polling(poll_interval=0.0, timeout=5)
        await reader.starts("case-north-gate")
        await reader.sees("Welcome to ['case-north-gate']")
        await reader.taps("Follow")
        assert (await reader.sees("You follow it")).edited
        assert await reader.toasts() == ["Followed"]
        world.standin.updates.interrupt("")
        await application.updater.stop()
        await application.stop()


@pytest.mark.parametrize("name", METHODS)
def test_each_method_declares_every_parameter_that_the_libraries_know(name: str) -> None:
    declared = {field.name for field in fields(METHODS[name])}  # type: ignore[arg-type]
    by_aiogram = set(getattr(aiogram_methods, name[0].upper() + name[1:]).model_fields)
    by_ptb = _parameters_of_ptb(name)
    assert by_aiogram - declared == set()
    assert by_ptb - declared == set()
    assert declared - by_aiogram - by_ptb - LEGACY == set()


def test_every_kind_of_update_that_the_libraries_know_can_be_asked_for() -> None:
    known = {str(kind.value) for kind in aiogram.enums.UpdateType} | set(map(str, telegram.Update.ALL_TYPES))
    assert known - set(KINDS) == set()


def _parameters_of_ptb(name: str) -> set[str]:
    helpers = {"self", "api_kwargs", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "filename"}
    helpers |= {"current_offset"} if name == "answerInlineQuery" else set()
    called: Any = getattr(telegram.Bot, name)
    return set(inspect.signature(called).parameters) - helpers
