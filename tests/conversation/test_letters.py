"""A letter to an office: with lines of one's own or without, taken to a mail app, copied, or read on its page."""

from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.campaigns.letters import LONGEST_MAILTO, MOST_OWN, Wish
from bot.campaigns.models import ActionStatus
from bot.language import number
from bot.telegram.models import ConversationRow
from bot.web.letters import add_letters
from tests.announcements.people import translated
from tests.conversation.actions import EMAIL, becomes, opens, sees_button
from tests.conversation.people import supporter
from tests.conversation.speaking import label, said, shown_labels
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld


async def begins_a_letter(person: Person, locale: str) -> ChatMessage:
    """Where they are asked for lines of their own."""
    await opens(person, locale, EMAIL)
    await person.taps(label(locale, "Write the letter"))
    return await sees_button(person, locale, "Without a line of my own")


async def letter_page(nida: Nida, address: str) -> tuple[int, str]:
    services = nida.app.services
    app = web.Application()
    add_letters(app, services.letter_pages, services.campaigns, services.catalogues, "en")
    async with TestClient(TestServer(app)) as client, client.get(urlsplit(address).path) as response:
        assert "default-src 'none'" in response.headers.get("Content-Security-Policy", "")
        return response.status, await response.text()


def mailto_in(page: str) -> tuple[str, dict[str, list[str]]]:
    address = unescape(page.split('class="send" href="')[1].split('"', maxsplit=1)[0])
    parts = urlsplit(address)
    return unquote(parts.path), parse_qs(parts.query)


@pytest.mark.parametrize("locale", ["en", "ur"])
async def test_a_letter_takes_ones_own_lines_to_a_mail_app(world: TelegramWorld, public: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await begins_a_letter(sam, locale)
    await sam.types("I sat there & was sent home, ثم عدت.")
    letter = await sees_button(sam, locale, "Open in my mail app")
    assert "I sat there & was sent home" in letter.text
    assert "public.access@courts-aldermere.example" in letter.text
    button = letter.button(label(locale, "Open in my mail app"))
    assert button is not None
    assert button.url is not None
    assert len(button.url) < 2048
    assert "sent home" not in unquote(button.url)
    status, page = await letter_page(public, button.url)
    assert status == 200
    assert f'<html lang="{locale}" dir="{"ltr" if locale == "en" else "rtl"}">' in page
    to, query = mailto_in(page)
    assert to == "public.access@courts-aldermere.example"
    assert query["subject"] == ["A second room for the trial of case T20261147"]
    assert "\r\n\r\nI sat there & was sent home, ثم عدت.\r\n\r\n" in query["body"][0]
    assert "[personal]" not in page
    file = next(message for message in reversed((await sam.chat()).from_bot) if message.file)
    assert "sent home" in (await sam.downloads(file)).decode("utf-8-sig")
    async with public.app.services.database.read() as session:
        assert (await session.scalars(select(ConversationRow))).all() == []


async def test_without_lines_of_ones_own_and_without_a_page(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.taps("Without a line of my own", on=await begins_a_letter(sam, "en"))
    letter = await sees_button(sam, "en", "Copy the subject")
    assert "Open in my mail app" not in shown_labels(letter)
    assert "[personal]" not in letter.text
    assert "Copy it into your mail app" in letter.text


async def test_a_short_letter_is_copied_by_a_button(world: TelegramWorld, nida: Nida) -> None:
    await becomes(nida, EMAIL, letter=translated(en="Dear all,\n\nopen the doors.", ar="افتحوا"), letter_locale=None)
    sam = await supporter(world)
    await begins_a_letter(sam, "en")
    await sam.types("Please.")
    letter = await sees_button(sam, "en", "Copy the letter")
    assert letter == await sam.sees("open the doors.\n\nPlease.")
    assert not any(message.file for message in (await sam.chat()).from_bot)


async def test_a_letter_longer_than_a_mail_app_takes_is_said_to_be(world: TelegramWorld, public: Nida) -> None:
    await becomes(public, EMAIL, letter=translated(en="م" * (LONGEST_MAILTO // 6)))
    sam = await supporter(world)
    await sam.taps("Without a line of my own", on=await begins_a_letter(sam, "en"))
    letter = await sees_button(sam, "en", "Open in my mail app")
    assert "longer than a mail app takes from a button" in letter.text
    button = letter.button("Open in my mail app")
    assert button is not None
    assert button.url is not None
    _, page = await letter_page(public, button.url)
    assert "too long for the button" in page
    assert "body" not in mailto_in(page)[1]


@pytest.mark.parametrize("locale", ["ur"])
async def test_a_photo_or_too_much_is_no_line_of_ones_own(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await begins_a_letter(sam, locale)
    await sam.sends("photo")
    await sam.sees(said(locale, "Only text can go into the letter. Write a sentence, or go on without one."))
    await sam.types("x" * (MOST_OWN + 1))
    too_long = "That is too long: {n} letters, and at most {most} fit. Please shorten it."
    await sam.sees(said(locale, too_long, n=number(MOST_OWN + 1), most=number(MOST_OWN)))
    await sam.types("/cancel")
    await sam.sees(said(locale, "Nothing is waiting for your answer any more."))


async def test_a_page_that_was_not_made_here_or_is_over_says_nothing(world: TelegramWorld, public: Nida) -> None:
    address = public.app.services.letter_pages.address(Wish(EMAIL, "ur", "<script>alert(1)</script>"))
    assert address is not None
    _, page = await letter_page(public, address)
    assert "<script>" not in page
    status, page = await letter_page(public, "https://bot.example/letter/AAAA")
    assert status == 404
    assert "This letter is no longer here." in page
    address_of_gone = public.app.services.letter_pages.address(Wish("gone", "ur"))
    assert address_of_gone is not None
    assert '<html lang="ur" dir="rtl">' in (await letter_page(public, address_of_gone))[1]
    assert (await letter_page(public, address[:-2] + "AA"))[0] == 404
    await becomes(public, EMAIL, status=ActionStatus.CLOSED)
    status, page = await letter_page(public, address)
    assert status == 410
    assert "mailto" not in page
