"""`/help`, `/cancel`, and the short menu that most answers end with."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.config import Organisation
from bot.language import Text, Value, Words, command, lines, name, paragraphs, url
from bot.language.keyboard import keyboard
from bot.telegram.chat import Chat
from bot.telegram.commands import COMMANDS
from bot.telegram.order import Asks
from handlers.actions import ListActions, ListCases, ListEvents, ListFollowing, ListPetitions, OpenHelp
from handlers.screen import Screen, button
from handlers.supporters.choices import OpenSettings


def router() -> Router:
    router = Router(name="help")
    router.message.register(help_, Asks("help"))
    router.callback_query.register(help_, OpenHelp.filter())
    router.message.register(cancel, Asks("cancel"))
    return router


async def help_(event: Message | CallbackQuery, words: Words, chat: Chat, organisation: Organisation) -> None:
    text, buttons = home(words)
    await chat.show(paragraphs(text, command_list(words), website(words, organisation), contact(words, organisation)), buttons)


async def cancel(message: Message, words: Words, chat: Chat, state: FSMContext) -> None:
    await state.clear()
    text, buttons = home(words)
    await chat.say(paragraphs(words.say("Nothing is waiting for your answer any more."), text), buttons)


def home(words: Words) -> Screen:
    text = words.say("You can look at cases and follow them, sign petitions, do something yourself, and read the latest updates.")
    return text, keyboard(
        words,
        button(words.label("All cases"), ListCases()),
        button(words.label("Cases I follow"), ListFollowing()),
        button(words.label("Hearings and events"), ListEvents()),
        button(words.label("Petitions to sign"), ListPetitions()),
        button(words.label("What I can do"), ListActions()),
        button(words.label("Settings"), OpenSettings()),
    )


def command_list(words: Words) -> Text:
    """One command a line, what it does behind it."""
    shown = [each for each in COMMANDS if each.in_menu]
    # Translators: a line of the help page: a command, then what it does.
    return lines(
        *[words.say("{command}: {meaning}", command=command(each.name), meaning=words.say(each.description)) for each in shown]
    )


def website(words: Words, organisation: Organisation) -> Text | None:
    if not organisation.website:
        return None
    return words.say(
        "The web site of {organisation}: {website}",
        organisation=name(organisation.name),
        website=address(organisation.website),
    )


def contact(words: Words, organisation: Organisation) -> Text | None:
    if not organisation.contact:
        return None
    return words.say(
        "To reach a person at {organisation}: {contact}",
        organisation=name(organisation.name),
        contact=address(organisation.contact),
    )


def address(contact: str) -> Value:
    return url(contact) if contact.startswith("https://") else name(contact)
