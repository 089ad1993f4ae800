"""Anything not understood gets a short helpful answer; it comes last."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, ErrorEvent, Message

from bot.language import Words, command, paragraphs
from bot.telegram.chat import Chat
from bot.telegram.handling import stays_unhandled
from handlers.help import home


def router() -> Router:
    router = Router(name="fallback")
    router.message.register(unknown_command, F.text.startswith("/"))
    router.message.register(free_text, F.text)
    router.message.register(not_text)
    router.callback_query.register(old_button)
    router.error.register(sorry)
    return router


async def unknown_command(message: Message, words: Words, chat: Chat) -> None:
    text, buttons = home(words)
    await chat.say(
        paragraphs(words.say("There is no such command. To see them all: {help}", help=command("help")), text), buttons
    )


async def free_text(message: Message, words: Words, chat: Chat) -> None:
    text, buttons = home(words)
    answer = words.say(
        "I do not understand sentences yet. Use the buttons, or {help} to see what I can do.", help=command("help")
    )
    await chat.say(paragraphs(answer, text), buttons)


async def not_text(message: Message, words: Words, chat: Chat) -> None:
    text, buttons = home(words)
    answer = words.say("I can only read text; what you sent was not kept.")
    await chat.say(paragraphs(answer, text), buttons)


async def old_button(query: CallbackQuery, words: Words, chat: Chat) -> None:
    await chat.acknowledge(words.notice("This button no longer works. Here is what you can do now."))
    await chat.say(*home(words))


async def sorry(event: ErrorEvent, words: Words | None = None, chat: Chat | None = None) -> None:
    """Say so, and let the intake decide: it tries again when the database is away, and logs the rest. Who is talking is not
    known yet when that is what failed."""
    if words is not None and chat is not None and not stays_unhandled(event.exception):
        await chat.say(words.say("Something went wrong on our side. Please try again in a moment."))
    raise event.exception
