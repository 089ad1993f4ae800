"""From a link to following a case, in each language, asserting on what the chat shows."""

import pytest
from sqlalchemy import select

from bot.sources.sealing import of_supporter, open_source
from bot.supporters.models import FollowingRow, SupporterRow
from bot.supporters.service import CONSENT_VERSION
from tests.conversation.speaking import LOCALES, has, label, notice, said, shown_labels
from tests.nida import Nida
from tests.telegram_world import TelegramWorld

CASE = "north-gate-five"


async def kept(nida: Nida) -> list[SupporterRow]:
    async with nida.app.services.database.read() as session:
        return list((await session.scalars(select(SupporterRow))).all())


def came_by(nida: Nida, row: SupporterRow) -> str | None:
    return open_source(nida.app.services.vault, row.source, of_supporter(row.tag))


@pytest.mark.parametrize("locale", LOCALES)
async def test_three_taps_from_a_case_link_to_following_it(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.starts(f"case-{CASE}__leaflet")
    greeting = await sam.sees("/privacy")
    await sam.taps(label(locale, "Subscribe"))
    page = await sam.sees(has(locale, "Follow"))
    assert page.id == greeting.id, "the menu is edited in place"
    await sam.taps(label(locale, "Follow"))
    await sam.sees(said(locale, "You follow this case."))
    (row,) = await kept(nida)
    assert (row.locale, row.consent_version, came_by(nida, row)) == (locale, CONSENT_VERSION, "leaflet")
    assert (row.consented_at and row.consented_at.minute, row.created_at.minute) == (0, 0)
    async with nida.app.services.database.read() as session:
        assert len((await session.scalars(select(FollowingRow))).all()) == 1


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_newcomer_is_greeted_in_the_language_of_their_app_and_nothing_is_kept(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    sam = await world.person(language_code=locale)
    await sam.starts()
    greeting = await sam.sees(said(locale, "Follow a case and hear what happened, in your own language."))
    assert label(locale, "Subscribe") in shown_labels(greeting)
    assert await kept(nida) == []


async def test_the_language_is_changed_in_one_tap(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts()
    await sam.sees("Welcome")
    await sam.taps("اردو")
    greeting = await sam.sees(said("ur", "Follow a case and hear what happened, in your own language."))
    assert "Welcome" not in greeting.text
    assert (await kept(nida))[0].locale == "ur"
    assert (await kept(nida))[0].consented_at is None, "choosing a language is no consent"
    assert notice("ur", "From now on in English.") in await sam.toasts()


async def test_a_change_of_language_keeps_the_case_and_the_source_somebody_came_by(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"case-{CASE}__leaflet")
    await sam.sees("The case you came for")
    await sam.taps("اردو")
    await sam.sees(has("ur", "Subscribe"))
    await sam.taps(label("ur", "Subscribe"))
    await sam.sees(has("ur", "Follow"))
    assert [came_by(nida, row) for row in await kept(nida)] == ["leaflet"]


@pytest.mark.parametrize("payload", ["case-x__a:b", f"case-{CASE}__منشور", "case-ملف", ":", "__", "case-__:"])
async def test_a_start_typed_with_anything_behind_it_is_a_start(world: TelegramWorld, nida: Nida, payload: str) -> None:
    sam = await world.person(language_code="en")
    await sam.types(f"/start {payload}")
    await sam.sees("Welcome")
    await sam.taps("Subscribe")
    await sam.sees(lambda message: "Subscribe" not in message.labels and message.edited)
    assert [came_by(nida, row) for row in await kept(nida)] == [None]


@pytest.mark.parametrize("app_language", ["en-UK", "en-XX", "en-ZZ", "ar-QQ"])
async def test_an_app_that_names_a_country_there_is_not(world: TelegramWorld, nida: Nida, app_language: str) -> None:
    sam = await world.person(language_code=app_language)
    locale = app_language[:2]
    await sam.types("/settings")
    await sam.sees(said(locale, "Settings"))
    await sam.taps(label(locale, "Sound off"))
    await sam.sees(said(locale, "Sound: off"))
    await sam.types("/mydata")
    await sam.sees(said(locale, "Everything that is kept about you"))


async def test_a_language_link_speaks_that_language_at_once(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts("lang-ar")
    await sam.sees(said("ar", "Follow a case and hear what happened, in your own language."))


async def test_an_app_in_another_language_is_answered_in_the_organisations(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="fa")
    await sam.starts()
    await sam.sees("Welcome")


async def test_a_link_to_a_case_that_is_not_there_says_so_and_starts_normally(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts("case-never-was")
    await sam.sees("leads to a case that is not here")
    await sam.sees("Welcome")


async def test_a_link_to_a_closed_case_shows_it_without_a_follow_button(world: TelegramWorld, nida: Nida) -> None:
    closed = await closed_case(nida)
    told = "This case is closed; there is nothing more to follow."
    sam = await world.person(language_code="en")
    await sam.starts(f"case-{closed}")
    assert told in (await sam.sees("Welcome")).text
    await sam.taps("Subscribe")
    await sam.sees("Status: Closed")
    sent = await sam.starts(f"case-{closed}")
    page = await sam.sees("Status: Closed", after=sent)
    assert told in page.text
    assert "Follow" not in page.labels


async def closed_case(nida: Nida) -> str:
    page = await nida.app.services.cases.list_cases(0, 50)
    return next(case.slug for case in page.items if case.status == "closed")
