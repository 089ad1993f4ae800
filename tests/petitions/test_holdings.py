"""What a person is handed out and has erased, where a signature is part of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.config import Organisation
from bot.petitions.holdings import Signatures
from bot.petitions.models import SignatureRow
from bot.petitions.sealing import Sealing
from bot.petitions.service import Petitions
from bot.sources.models import Step, StepRow
from bot.storage.database import Database
from bot.storage.vault import Cell, Vault
from bot.supporters.service import Supporter, Supporters
from tests.clocks import FrozenClock
from tests.petitions.making import AMAL, BILAL, EVERYTHING, SAID, add_petition
from tests.petitions.signing import NO, NOTHING, card

AT_TEN = {"version": 1, "given_at": "2026-11-03T10:00:00+00:00"}


@pytest.fixture
def supporters(database: Database, vault: Vault, clock: FrozenClock) -> Supporters:
    return Supporters(database, vault, clock, Organisation(), [Signatures(Sealing(vault))])


@pytest.fixture
async def amal(supporters: Supporters) -> Supporter:
    """Who never subscribed."""
    return await supporters.recognise(AMAL.telegram_id, "ar")


async def exported(supporters: Supporters, person: Supporter) -> list[dict[str, Any]]:
    everything = await supporters.export(person)
    assert everything["kept"] is None
    found: list[dict[str, Any]] = everything["signatures"]
    return found


async def test_a_signer_is_handed_out_all_of_their_signature(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database
) -> None:
    await petitions.sign(BILAL, await add_petition(database), NOTHING, **NO)
    first = await add_petition(database, "first", asks=EVERYTHING)
    await petitions.sign(BILAL, first, NOTHING, **NO)
    await petitions.sign(AMAL, first, SAID, show_name=True, pass_on=False)
    assert await exported(supporters, amal) == [
        {
            "petition": "first",
            "number": 2,
            "signed_at": "2026-11-03T10:00:00+00:00",
            "answers": {"name": SAID.name, "city": "Bradford", "country": "GB", "comment": SAID.comment},
            "consents": {"count_me": AT_TEN, "show_name": AT_TEN, "pass_on": None},
            "name_shown": True,
            "details_passed_on": False,
            "counted": True,
            "comment": "waiting",
            "language": "ar",
            "came_by_link": "leaflet",
        }
    ]


async def test_a_consent_keeps_its_hour_until_it_is_taken_back(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database, clock: FrozenClock
) -> None:
    id_ = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, id_, SAID, show_name=True, pass_on=False)
    kept = []
    for show_name, pass_on in ((True, True), (False, True), (True, True)):
        await clock.advance(hours=1)
        await petitions.change(AMAL, id_, SAID, show_name=show_name, pass_on=pass_on)
        [signed] = await exported(supporters, amal)
        kept.append(signed["consents"])
    at_eleven, at_one = ({"version": 1, "given_at": f"2026-11-03T{hour}:00:00+00:00"} for hour in (11, 13))
    assert kept == [
        {"count_me": AT_TEN, "show_name": AT_TEN, "pass_on": at_eleven},
        {"count_me": AT_TEN, "show_name": None, "pass_on": at_eleven},
        {"count_me": AT_TEN, "show_name": at_one, "pass_on": at_eleven},
    ]


async def test_who_signed_before_consents_were_dated_can_still_read_it(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database, vault: Vault
) -> None:
    id_ = await add_petition(database, asks=EVERYTHING)
    await petitions.sign(AMAL, id_, SAID, **NO)
    async with database.write() as session:
        row = (await session.scalars(select(SignatureRow))).one()
        row.answers = vault.seal(b'[{"name":"Amal"},"ar","leaflet"]', Cell("signatures", "answers", f"{id_}:{row.tag.hex()}"))
    [signed] = await exported(supporters, amal)
    assert (signed["answers"]["name"], signed["language"]) == ("Amal", "ar")
    assert signed["consents"] == {"count_me": None, "show_name": None, "pass_on": None}


async def test_erasing_somebody_withdraws_what_they_signed_and_nothing_of_others(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database
) -> None:
    signed = [await add_petition(database, slug) for slug in ("one", "two", "three")]
    for id_ in signed[:2]:
        await petitions.sign(AMAL, id_, NOTHING, **NO)
    for id_ in signed:
        await petitions.sign(BILAL, id_, NOTHING, **NO)
    assert await supporters.forget(amal)
    assert await exported(supporters, amal) == []
    assert [(await card(petitions, id_)).petition.counted for id_ in signed] == [1, 1, 1]
    assert [(await card(petitions, id_)).petition.size for id_ in signed] == [3, 3, 1]
    assert (await petitions.list_mine(BILAL.telegram_id, 0, 9)).total == 3
    assert not await supporters.forget(amal)


async def test_who_is_subscribed_is_erased_with_their_news(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database
) -> None:
    id_ = await add_petition(database)
    subscribed = await supporters.subscribe(amal)
    assert subscribed.id is not None
    await petitions.set_news(subscribed.id, id_, wanted=True)
    await petitions.set_news(subscribed.id, id_, wanted=True)
    found = await petitions.get_card(id_, None, subscribed.id)
    assert found is not None
    assert found.gets_news
    hears = (await supporters.export(subscribed))["kept"]["hears_of_petitions"]
    assert hears == [{"petition": "open-justice", "since": "2026-11-03T10:00:00+00:00"}]
    await petitions.set_news(subscribed.id, id_, wanted=False)
    assert (await supporters.export(subscribed))["kept"]["hears_of_petitions"] == []
    await petitions.set_news(subscribed.id, id_, wanted=True)
    assert await supporters.forget(subscribed)
    await petitions.set_news(subscribed.id, id_, wanted=True)
    again = await supporters.subscribe(await supporters.recognise(AMAL.telegram_id, "ar"))
    assert (await supporters.export(again))["kept"]["hears_of_petitions"] == []


async def test_a_link_has_signed_one_less_when_it_is_taken_back_or_erased_in_whatever_language(
    supporters: Supporters, amal: Supporter, petitions: Petitions, database: Database
) -> None:
    id_ = await add_petition(database, asks=EVERYTHING)
    for signer in (AMAL, BILAL):
        await petitions.sign(signer, id_, SAID, **NO)
    await petitions.change(replace(AMAL, locale="ur", source="mosque"), id_, NOTHING, **NO)
    await petitions.withdraw(replace(BILAL, locale="en"), id_)
    assert await people_counted(database) == [("leaflet", "ar")]
    await supporters.forget(amal)
    assert await people_counted(database) == []


async def people_counted(database: Database) -> list[tuple[str, str]]:
    """The link and language of each, as they are kept; staff are shown less, where few came by a link."""
    async with database.read() as session:
        kept = (await session.scalars(select(StepRow).where(StepRow.step == Step.SIGNED))).all()
    return [(row.source, row.locale) for row in kept for _ in range(row.people)]
