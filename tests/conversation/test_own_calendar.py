"""The calendar of one's own: its secret address is made, replaced and given up in the chat."""

import re
from pathlib import Path

import pytest

from bot.config import Web
from bot.events.feeds import Feed
from tests.conversation.hearings import TITLE, kept, sees_it
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, has, label, notice, said, shown_labels
from tests.nida import Nida, running_nida, settings_for
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

ADDRESS = re.compile(r"https://bot\.example/calendar/p/([\w-]{43})\.ics")


async def mine(sam: Person, locale: str) -> ChatMessage:
    """The list of what concerns them; where there is nothing yet, all are listed first."""
    listed = await sam.sees(lambda message: bool(message.labels), after=await sam.types("/events"))
    if label(locale, "My hearings and events") in shown_labels(listed):
        await sam.taps(label(locale, "My hearings and events"), on=listed)
    return await sam.sees(said(locale, "My hearings and events"))


def secret_in(message: ChatMessage) -> str:
    found = ADDRESS.search(message.text)
    assert found is not None
    return found[1]


def shows_address(message: ChatMessage) -> bool:
    return ADDRESS.search(message.text) is not None


async def makes_one(sam: Person, locale: str) -> str:
    """The secret in its address."""
    await sam.taps(label(locale, "My calendar"), on=await mine(sam, locale))
    asked = await sam.sees(has(locale, "Make my calendar"))
    await sam.taps(label(locale, "Make my calendar"), on=asked)
    return secret_in(await sam.sees(shows_address))


async def the_feed(nida: Nida, secret: str) -> Feed | None:
    return await nida.app.services.feeds.private(secret)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_calendar_is_made_replaced_and_given_up(world: TelegramWorld, public: Nida, locale: str) -> None:
    await kept(public)
    sam = await supporter(world, locale)
    await sam.taps(label(locale, "I will come"), on=await sees_it(sam, locale))
    await sam.sees(said(locale, "You said that you will come."))
    first = await makes_one(sam, locale)
    assert (await sam.sees(shows_address)).text.count(f"webcal://bot.example/calendar/p/{first}.ics") == 1
    feed = await the_feed(public, first)
    assert feed is not None
    assert feed.body is not None
    assert TITLE.texts[locale].text in feed.body.replace(b"\r\n ", b"").decode()
    await sam.taps(label(locale, "Take a new address"))
    second = secret_in(await sam.sees(lambda message: shows_address(message) and first not in message.text))
    assert await the_feed(public, first) is None
    assert await the_feed(public, second) is not None
    await sam.taps(label(locale, "Give the calendar up"))
    await sam.sees(has(locale, "Make my calendar"))
    assert await the_feed(public, second) is None
    await sam.taps(label(locale, "Back"))
    await sam.sees(said(locale, "My hearings and events"))


async def test_nobody_has_a_calendar_who_has_not_subscribed(world: TelegramWorld, public: Nida) -> None:
    sam = await world.person("Sam", language_code="en")
    await sam.taps("My calendar", on=await mine(sam, "en"))
    asked = await sam.sees("To have a calendar of your own, subscribe first.")
    assert "Subscribe" in asked.labels
    await sam.taps("Back", on=asked)
    await sam.sees("My hearings and events")


async def test_where_none_are_served_nobody_is_offered_one(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await supporter(world)
    assert "My calendar" not in (await mine(sam, "en")).labels


async def test_an_old_button_says_so_where_none_are_served_any_more(
    world: TelegramWorld, database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(world, database_url, tmp_path)
    served = settings.model_copy(update={"web": Web(public_url="https://bot.example")})
    async with running_nida(served) as public:
        await kept(public)
        sam = await supporter(world)
        listed = await mine(sam, "en")
    async with running_nida(settings):
        answered = await sam.answers_to(await sam.taps("My calendar", on=listed))
        assert answered["text"] == notice("en", "There are no calendars here at the moment.")


async def test_who_is_erased_leaves_no_calendar(world: TelegramWorld, public: Nida) -> None:
    sam = await supporter(world)
    secret = await makes_one(sam, "en")
    asked = await sam.sees("will be erased at once", after=await sam.types("/forget"))
    await sam.taps("Erase everything", on=asked)
    await sam.sees("Nothing is kept about you any more.")
    assert await the_feed(public, secret) is None
