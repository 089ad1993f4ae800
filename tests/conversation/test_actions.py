"""What one can do: listed, opened, done, taken back; letters, calls, and what is asked later."""

from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update

from bot.campaigns.letters import LONGEST_MAILTO, MOST_OWN, Wish
from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionRow, ActionStatus
from bot.config import Web
from bot.language import number
from bot.sources.models import Step, StepRow
from bot.telegram.models import ConversationRow
from bot.web.letters import add_letters
from tests.announcements.people import translated
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, has, label, notice, said, shown_labels
from tests.nida import Nida, running_nida, settings_for
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

SHARE, EMAIL, CALL, DONATE = (
    "share-open-court-three",
    "write-to-the-court-service",
    "call-the-home-department",
    "give-for-interpreters",
)
TITLES = {
    "en": "Ask the court for a second room",
    "ar": "اطلبوا من المحكمة قاعة ثانية",
    "ur": "عدالت سے دوسرے کمرے کا مطالبہ کریں",
}


@pytest.fixture
async def public(world: TelegramWorld, database_url: str, tmp_path: Path) -> AsyncIterator[Nida]:
    """A bot that knows where its pages are reached."""
    web_ = Web(public_url="https://bot.example")
    settings = settings_for(world, database_url, tmp_path).model_copy(update={"web": web_})
    async with running_nida(settings) as running:
        yield running


async def opens(person: Person, locale: str, slug: str) -> ChatMessage:
    after = await person.types(f"/actions {slug}")
    return await person.sees(has(locale, "All actions"), after=after)


async def sees_button(person: Person, locale: str, message: str, after: int = 0) -> ChatMessage:
    return await person.sees(has(locale, message), after=after)


async def becomes(nida: Nida, slug: str, **values: object) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(update(ActionRow).where(ActionRow.slug == slug).values(**values))


async def done(nida: Nida) -> int:
    async with nida.app.services.database.read() as session:
        return len((await session.scalars(select(ActionDoneRow))).all())


async def counted(nida: Nida) -> list[tuple[str, str, int]]:
    async with nida.app.services.database.read() as session:
        rows = await session.scalars(select(StepRow).where(StepRow.step == Step.ACTED))
        return [(row.source, row.subject, row.people) for row in rows]


@pytest.mark.parametrize("locale", LOCALES)
async def test_actions_are_listed_done_ticked_and_undone(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    listed = await sam.sees(said(locale, "What you can do"), after=await sam.types("/actions"))
    assert len(listed.labels) >= 5
    await sam.taps(TITLES[locale], on=listed)
    card = await sees_button(sam, locale, "I did it")
    assert card.id == listed.id, "menus edit in place"
    await sam.taps(label(locale, "I did it"), on=card)
    thanks = await sam.sees(said(locale, "Thank you!"))
    assert said(locale, "What you could do next:") in thanks.text
    assert await done(nida) == 1
    await sam.taps(label(locale, "All actions"), on=thanks)
    await sam.taps(label(locale, "More"), on=await sees_button(sam, locale, "More"))
    await sam.sees("✓")
    await opens(sam, locale, EMAIL)
    await sam.taps(label(locale, "I did not do it after all"))
    await sees_button(sam, locale, "I did it")
    assert await done(nida) == 0
    assert (await sam.toasts())[-1] == notice(locale, "Noted: you did not do it.")


async def test_who_has_not_subscribed_is_asked_first_and_comes_back_to_it(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    card = await sam.sees(TITLES["en"])
    await sam.taps("I did it", on=card)
    await sam.sees("subscribe first")
    await sam.taps("Subscribe")
    card = await sees_button(sam, "en", "I did it")
    await sam.taps("I did it", on=card)
    await sam.sees("Thank you!")
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_who_takes_it_back_in_the_list_and_then_does_it_is_counted_by_their_link_again(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await supporter(world, "en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.sees("Thank you!")
    card = await opens(sam, "en", EMAIL)
    await sam.answers_to(await sam.taps("I did not do it after all", on=card))
    await sam.answers_to(await sam.taps("I did it", on=await sees_button(sam, "en", "I did it", after=card.id - 1)))
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_a_newcomer_reads_it_in_another_language_with_one_tap(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("اردو", on=await sam.sees(TITLES["en"]))
    await sam.sees(TITLES["ur"])


@pytest.mark.parametrize("locale", ["ar"])
async def test_a_call_has_a_number_a_script_and_an_end(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await opens(sam, locale, CALL)
    await sam.taps(label(locale, "To the call"))
    call = await sees_button(sam, locale, "I left a message")
    assert "+999 42 555 0117" in call.text
    await sam.taps(label(locale, "Nobody answered"), on=call)
    await sam.sees(said(locale, "Thank you for trying."))
    assert await counted(nida) == []
    await sam.taps(label(locale, "Back"))
    await sam.sees(said(locale, "You called and nobody answered. Thank you for trying."))
    await sam.taps(label(locale, "To the call"))
    await sees_button(sam, locale, "I left a message")
    await sam.taps(label(locale, "I left a message"))
    await sam.sees(said(locale, "Thank you!"))
    assert await counted(nida) == [("", f"action:{CALL}", 1)]


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
    await opens(sam, locale, EMAIL)
    await sam.taps(label(locale, "Write the letter"))
    await sees_button(sam, locale, "Without a line of my own")
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
    await opens(sam, "en", EMAIL)
    await sam.taps("Write the letter")
    await sees_button(sam, "en", "Without a line of my own")
    await sam.taps("Without a line of my own")
    letter = await sees_button(sam, "en", "Copy the subject")
    assert "Open in my mail app" not in shown_labels(letter)
    assert "[personal]" not in letter.text
    assert "Copy it into your mail app" in letter.text


async def test_a_short_letter_is_copied_by_a_button(world: TelegramWorld, nida: Nida) -> None:
    await becomes(nida, EMAIL, letter=translated(en="Dear all,\n\nopen the doors.", ar="افتحوا"), letter_locale=None)
    sam = await supporter(world)
    await opens(sam, "en", EMAIL)
    await sam.taps("Write the letter")
    await sees_button(sam, "en", "Without a line of my own")
    await sam.types("Please.")
    letter = await sees_button(sam, "en", "Copy the letter")
    assert letter == await sam.sees("open the doors.\n\nPlease.")
    assert not any(message.file for message in (await sam.chat()).from_bot)


async def test_a_letter_longer_than_a_mail_app_takes_is_said_to_be(world: TelegramWorld, public: Nida) -> None:
    await becomes(public, EMAIL, letter=translated(en="م" * (LONGEST_MAILTO // 6)))
    sam = await supporter(world)
    await opens(sam, "en", EMAIL)
    await sam.taps("Write the letter")
    await sam.taps("Without a line of my own", on=await sees_button(sam, "en", "Without a line of my own"))
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
    await opens(sam, locale, EMAIL)
    await sam.taps(label(locale, "Write the letter"))
    await sees_button(sam, locale, "Without a line of my own")
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


async def test_where_one_gives_is_told_the_source(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{DONATE}__leaflet")
    card = await sees_button(sam, "en", "Donate on the web site")
    button = card.button("Donate on the web site")
    assert button is not None
    assert parse_qs(urlsplit(button.url or "").query) == {
        "utm_source": ["telegram"],
        "utm_campaign": [DONATE],
        "utm_content": ["leaflet"],
    }


async def test_the_link_one_came_by_is_still_known_after_taking_it_back_or_putting_it_off(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await supporter(world)
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.taps("I did not do it after all", on=await sees_button(sam, "en", "I did not do it after all"))
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.sees("Thank you!")
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_later_is_noted_and_asked_again(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await opens(sam, "en", SHARE)
    await sam.taps("Later")
    await sam.sees("You will be asked again in a few days.")
    async with nida.app.services.database.write() as session:
        await session.execute(update(ActionLaterRow).values(due_at=nida.app.services.clock.now()))
    assert await nida.app.services.action_calls.ask_again() == 1
    await nida.app.services.announcements.finish_fan_outs()
    nida.app.sender.notify()
    asked = await sam.sees("You get this because you wanted to be asked again.")
    await sam.taps("I will do it", on=asked)
    card = await sees_button(sam, "en", "I did it", after=asked.id)
    assert card.id != asked.id, "what was sent stays as it was read"
    tap = await sam.taps("Later", on=asked)
    assert (await sam.answers_to(tap))["text"] == notice("en", "You will be asked again in a few days.")
    assert (await sam.last()).id == card.id


async def test_what_is_over_is_said_at_every_step(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    card = await opens(sam, "en", EMAIL)
    await becomes(nida, EMAIL, status=ActionStatus.CLOSED)
    await sam.taps("I did it", on=card)
    await sam.sees("This is over; there is nothing to do here any more.")
    assert await done(nida) == 0
    for data in (f"write:{_id(card)}:", f"letter:{_id(card)}:", f"later:{_id(card)}:0"):
        await sam.forges(data)
    assert await done(nida) == 0


def _id(card: ChatMessage) -> str:
    button = card.button("I did it")
    assert button is not None
    return (button.data or "").split(":")[1]


async def test_a_button_whose_action_is_gone(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    for data in (
        "action:99::0",
        "did:99::",
        "undid:99",
        "later:99:0",
        "call:99:",
        "write:99:",
        "letter:99:",
        "share:action:99:",
        "campaign:99",
    ):
        answer = await sam.answers_to(await sam.forges(data))
        assert answer["text"] == notice("en", "This is no longer here."), data


async def test_an_action_that_is_not_there(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types("/actions nowhere")
    await sam.sees("There is no action by that name.")
    await sam.sees("What you can do")
    await sam.starts("action-nowhere")
    await sam.sees("The link you came by leads to an action that is not here.")
