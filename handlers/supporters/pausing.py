"""`/pause` for a while, `/resume`, and `/stop`, which stops everything at once."""

from datetime import timedelta

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.clock import Clock
from bot.language import N_label, Words, command, day, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter, Supporters
from bot.telegram.chat import Chat
from bot.telegram.order import Asks
from handlers.actions import Pause, Resume, Subscribe
from handlers.consent import what_is_kept
from handlers.help import home
from handlers.screen import Screen, button

PAUSES = (1, 7, 30)
"""Days that are offered."""


def router() -> Router:
    router = Router(name="pausing")
    router.message.register(stop, Asks("stop"))
    router.message.register(ask_how_long, Asks("pause"))
    router.callback_query.register(pause, Pause.filter())
    router.message.register(resume, Asks("resume"))
    router.callback_query.register(resume, Resume.filter())
    return router


async def stop(message: Message, supporter: Supporter, words: Words, chat: Chat, supporters: Supporters) -> None:
    await supporters.stop(supporter)
    text = paragraphs(
        words.say("Stopped. You will get no more messages from us.").bold(),
        words.say("To have what is kept about you erased as well: {forget}", forget=command("forget")),
        what_is_kept(words),
    )
    await chat.say(text, keyboard(words, button(words.label("Undo: keep me subscribed"), Subscribe())))


async def ask_how_long(message: Message, words: Words, chat: Chat) -> None:
    await chat.say(*pauses(words))


async def pause(
    query: CallbackQuery,
    callback_data: Pause,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    supporters: Supporters,
    clock: Clock,
) -> None:
    if callback_data.days not in PAUSES or not supporter.subscribed:
        await chat.show(*(pauses(words) if supporter.subscribed else not_subscribed(words)))
        return
    until = clock.now() + timedelta(days=callback_data.days)
    await supporters.pause(supporter, until)
    text = words.say(
        "Paused until {day}. You will find what happens meanwhile under {news}.", day=day(until), news=command("news")
    )
    await chat.show(text, keyboard(words, button(words.label("Receive messages again"), Resume())))


async def resume(event: Message | CallbackQuery, supporter: Supporter, words: Words, chat: Chat, supporters: Supporters) -> None:
    if not supporter.subscribed:
        await chat.show(*not_subscribed(words))
        return
    await supporters.resume(supporter)
    text, buttons = home(words)
    await chat.show(paragraphs(words.say("You receive messages again."), text), buttons)


def pauses(words: Words) -> Screen:
    rows = [button(words.label(label), Pause(days=days)) for days, label in zip(PAUSES, _labels(), strict=True)]
    return words.say("For how long do you want no messages?"), keyboard(words, *rows)


def not_subscribed(words: Words) -> Screen:
    text = paragraphs(words.say("You are not subscribed, so nothing is sent to you."), what_is_kept(words))
    return text, keyboard(words, button(words.label("Subscribe"), Subscribe()))


def _labels() -> tuple[str, ...]:
    return (N_label("One day"), N_label("One week"), N_label("One month"))
