"""The calendar of one's own: a secret address for a calendar app, made, replaced and given up here."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.events.feeds import Feeds
from bot.language import Text, Words, identifier, lines, paragraphs
from bot.language.keyboard import Button, keyboard
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.actions import CalendarWish, ListEvents, OwnCalendar, Subscribe
from handlers.consent import what_is_kept
from handlers.screen import Screen, button


def router() -> Router:
    router = Router(name="own calendar")
    router.callback_query.register(own_calendar, OwnCalendar.filter())
    return router


async def own_calendar(
    query: CallbackQuery, callback_data: OwnCalendar, supporter: Supporter, words: Words, chat: Chat, feeds: Feeds
) -> None:
    if not feeds.served:
        await chat.acknowledge(words.notice("There are no calendars here at the moment."))
    elif supporter.id is None or not supporter.subscribed:
        text = paragraphs(words.say("To have a calendar of your own, subscribe first."), what_is_kept(words))
        back = button(words.label("Back"), ListEvents(mine=True))
        await chat.show(text, keyboard(words, button(words.label("Subscribe"), Subscribe()), back))
    else:
        await chat.show(*page(words, await wished(feeds, supporter.id, callback_data.wish)))


async def wished(feeds: Feeds, supporter_id: int, wish: CalendarWish) -> str | None:
    """The address as it is then."""
    if wish in {CalendarWish.END, CalendarWish.RENEW}:
        await feeds.revoke(supporter_id)
    if wish in {CalendarWish.MAKE, CalendarWish.RENEW}:
        return await feeds.make(supporter_id)
    return await feeds.address(supporter_id)


def page(words: Words, address: str | None) -> Screen:
    back = button(words.label("Back"), ListEvents(mine=True))
    text = words.say("My calendar").bold()
    if address is None:
        make = button(words.label("Make my calendar"), OwnCalendar(wish=CalendarWish.MAKE))
        return paragraphs(text, _what_it_is(words), _who_may_know(words)), keyboard(words, make, back)
    return paragraphs(text, _how_to_add(words, address), _how_soon(words), _who_may_know(words)), keyboard(
        words, *_turns(words), back
    )


def _turns(words: Words) -> tuple[Button, Button]:
    return (
        button(words.label("Take a new address"), OwnCalendar(wish=CalendarWish.RENEW)),
        button(words.label("Give the calendar up"), OwnCalendar(wish=CalendarWish.END)),
    )


def _what_it_is(words: Words) -> Text:
    return words.say(
        "You can have all hearings and events that you follow here in the calendar of your phone. When one of them changes, it "
        "changes there too."
    )


def _how_to_add(words: Words, address: str) -> Text:
    # Translators: below this line stands the address. Calendar apps call it "subscribe" or "add by URL".
    how = words.say("Copy this address into your calendar app, where it says “subscribe to a calendar” or “add by URL”:")
    # Translators: below this line stands the same address as before, but with "webcal://" in front.
    otherwise = words.say("If the app does not take that one, or you want to open it from a browser, use this one:")
    return paragraphs(
        lines(how, words.show(identifier(address))),
        lines(otherwise, words.show(identifier(f"webcal://{address.partition('://')[2]}"))),
    )


def _how_soon(words: Words) -> Text:
    return words.say("Many apps look for changes once a day only. What is urgent we tell you here.")


def _who_may_know(words: Words) -> Text:
    return words.say(
        "The address is secret: whoever has it sees which hearings and events you follow. If somebody got it, take a new one, "
        "and the old one leads nowhere."
    )
