"""A stolen database, without its key: it does not say who signed, what they said, or what else they signed."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from bot.config import Organisation
from bot.petitions.deciding import Bursts
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Signer
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.service import Supporters
from tests.clocks import FrozenClock
from tests.petitions.making import EVERYTHING, add_petition, petitions_of
from tests.petitions.thief import (
    Loot,
    Suspect,
    everything_found,
    found_by_hashing,
    found_in_clear,
    found_in_order,
    found_in_time,
    found_joined,
    steal,
)
from tests.petitions.thief import lengths_of_answers as lengths

NAMES = ("Zaynab Karimova", "آمال الحسن", "غلام رسول")
COMMENT = "میرے بھائی کو انصاف دیجیے، اس کی سماعت کھلی عدالت میں ہو اور سب سن سکیں۔"
SIGNERS = [Signer(7_300_000_011 + number, "ur", "leaflet-nine") for number in range(len(NAMES))]
SUSPECTS = [
    Suspect(signer.telegram_id, (name, "Rawalpindi-Saddar", COMMENT), "leaflet-nine", "PK")
    for signer, name in zip(SIGNERS, NAMES, strict=True)
]
NOTHING_FOUND: dict[str, list[str]] = {"in clear": [], "by hashing": [], "joined": []}


@pytest.fixture
async def signed(petitions: Petitions, database: Database, vault: Vault, clock: FrozenClock) -> Database:
    """Everybody is subscribed, hears of both petitions and signed both; one comment, one withdrawn and signed again."""
    supporters = Supporters(database, vault, clock, Organisation())
    for slug in ("open-justice", "fair-trial"):
        id_ = await add_petition(database, slug, asks=EVERYTHING)
        for signer, name in zip(SIGNERS, NAMES, strict=True):
            supporter = await supporters.subscribe(await supporters.recognise(signer.telegram_id, "ur"), "leaflet-nine")
            assert supporter.id is not None
            await petitions.set_news(supporter.id, id_, wanted=True)
            said = Answers(name, "Rawalpindi-Saddar", "PK", COMMENT if signer == SIGNERS[2] else None)
            await petitions.sign(signer, id_, said, show_name=True, pass_on=True)
        await petitions.withdraw(SIGNERS[0], id_)
        await petitions.sign(SIGNERS[0], id_, replace(said, name=NAMES[0], comment=None), show_name=True, pass_on=False)
    return database


async def test_without_the_key_nothing_is_found(signed: Database) -> None:
    loot = await steal(signed)
    assert len(loot.rows["signatures"]) == 6
    assert everything_found(loot, SUSPECTS) == NOTHING_FOUND
    assert loot.tried > 1_000
    assert lengths(loot) == {16 + 16 + 192, 16 + 16 + 384}, "of what was answered, a length tells of a comment alone"
    assert {row["comment"] for row in loot.rows["signatures"] if len(row["answers"]) > 16 + 16 + 192} == {"waiting"}
    if signed.is_sqlite:  # where PostgreSQL puts a row tells the order: docs/security.md says so
        assert await found_in_order(signed) == []
    hours = {(row["signed_at"].minute, row["signed_at"].second) for row in loot.rows["signatures"]}
    assert hours == {(0, 0)}


@pytest.mark.parametrize("released", [False, True])
async def test_who_came_in_a_burst_is_not_found_by_its_link_or_its_minutes(
    database: Database, vault: Vault, clock: FrozenClock, released: bool
) -> None:
    await clock.advance(minutes=25)
    petitions, bursts = petitions_of(database, vault, clock, burst=1), Bursts(database, vault, clock, "en")
    id_ = await add_petition(database)
    for signer in SIGNERS:
        await petitions.sign(signer, id_, Answers(), show_name=False, pass_on=False)
    (burst,) = await bursts.list(None)
    if released:
        await bursts.release(burst.id, "Amina")
    loot = await steal(database)
    assert [row["burst_id"] for row in loot.rows["signatures"]] == [None, *[None if released else burst.id] * 2]
    assert found_in_time(loot) == []
    assert everything_found(loot, SUSPECTS) == NOTHING_FOUND


async def test_what_was_erased_is_not_found_with_the_key_either(signed: Database, petitions: Petitions, vault: Vault) -> None:
    for petition_id in (1, 2):
        await petitions.withdraw(SIGNERS[1], petition_id)
    loot = await steal(signed)
    tags = {vault.tag(f"petition {id_} {slug}", b"7300000012") for id_, slug in ((1, "open-justice"), (2, "fair-trial"))}
    assert not tags & {row["tag"] for row in loot.rows["signatures"]}
    assert {row["kind"] for row in loot.rows["petition_entries"]} == {"signed", "withdrawn"}
    assert not {value for _, value in loot.cells() if isinstance(value, bytes)} & tags


ID = SUSPECTS[0].telegram_id
LEAKS: dict[str, dict[str, Any]] = {
    "the id": {"note": str(ID)},
    "the id as a number": {"note": ID},
    "a name": {"note": f"signed by {NAMES[1]}"},
    "the link": {"note": "leaflet-nine"},
    "the country": {"note": "PK"},
}


@pytest.mark.parametrize("leak", LEAKS)
def test_the_thief_finds_what_stands_in_clear(leak: str) -> None:
    loot = Loot({"signatures": [], "petitions": [], "notes": [LEAKS[leak]]})
    assert [where for suspect in SUSPECTS[:2] for where in found_in_clear(loot, suspect)]


def test_the_thief_finds_a_plain_hash_and_a_join() -> None:
    plain = hashlib.sha256(str(ID).encode()).digest()[:16]
    salted = hashlib.sha256(b"open-justice" + str(ID).encode()).digest()
    rows = [{"petition_id": number, "tag": plain, "salt": b"s" * 32, "signed_at": "10:00"} for number in (1, 2)]
    petitions = [{"id": 1, "slug": "open-justice"}, {"id": 2, "slug": "fair-trial"}]
    loot = Loot({"signatures": rows, "petitions": petitions, "supporters": [{"tag": salted}]})
    assert set(found_by_hashing(loot, SUSPECTS)) == {"signatures.tag", "supporters.tag"}
    assert found_joined(loot) == ["petition 1 and petition 2"]


@pytest.mark.parametrize("table", ["supporters", "actions_done"])
def test_the_thief_finds_a_link_that_leads_from_somebody_to_what_they_signed(table: str) -> None:
    steps = [{"source": "for-maryam", "step": "signed", "subject": "petition:open-justice", "locale": "ur", "people": 1}]
    loot = Loot({"signatures": [], "petitions": [], table: [{"supporter_id": 4, "source": "for-maryam"}], "source_steps": steps})
    assert found_joined(loot) == [f"{table} and source_steps"]
