"""What is found among what is kept: nothing that is over, closed to signing or not published."""

import pytest

from bot.cli.demo_files import examples
from bot.config import Organisation
from bot.content import files
from bot.content.library import Library
from bot.language import Catalogues
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.search.service import FRESH_FOR, Hit, Kind, Search
from bot.storage.database import Database
from tests.clocks import FrozenClock

LOCALES = Organisation().locales


@pytest.fixture
async def search(database: Database, clock: FrozenClock) -> Search:
    """On the example content."""
    content = examples(clock.now().date())
    await files.apply(content, Library(database, clock, "en", LOCALES), by="tests", dry_run=False, confirm=False)
    return Search(database, clock, "en", Catalogues.load(LOCALES))


async def test_each_kind_is_found_by_words_of_any_language(search: Search) -> None:
    for words, hit in (
        ("watch the trial", Hit(Kind.PETITION, "open-court-three")),
        ("مكان المحاكمة", Hit(Kind.PETITION, "open-court-three")),
        ("سول عدالت", Hit(Kind.PETITION, "civilian-court-for-the-two")),
        ("lake station", Hit(Kind.CASE, "lake-station-two")),
        ("lake-station-two", Hit(Kind.CASE, "lake-station-two")),
    ):
        assert hit in await search.find(words, 10), words
    assert any(hit.kind is Kind.EVENT for hit in await search.find("hearing", 10))


@pytest.mark.parametrize(
    "typed",
    [
        "petition civilian court",
        "a petition for the civilian court", "civilian court protest", "پٹیشن سول عدالت", "عدالت کی پٹیشن",
        "عريضة محكمة مدنية", "sivil adalat", "mahkama madaniyya", "pitition civil cuort",
    ],
)  # fmt: skip
async def test_what_it_is_counts_and_one_word_too_many_hides_nothing(search: Search, typed: str) -> None:
    assert Hit(Kind.PETITION, "civilian-court-for-the-two") in (await search.find(typed, 10))[:2]


async def test_a_kind_alone_finds_all_of_its_kind(search: Search) -> None:
    for typed, kind in (("petition", Kind.PETITION), ("پٹیشن", Kind.PETITION), ("قضية", Kind.CASE), ("سماعت", Kind.EVENT)):
        of_kind = [hit for hit in await search.find("", 50) if hit.kind is kind]
        assert set(await search.find(typed, 50)) >= {hit for hit in of_kind if kind is not Kind.EVENT}, typed
        assert (await search.find(typed, 50))[0].kind is kind


async def test_without_words_there_is_what_one_can_do_now(search: Search) -> None:
    found = await search.find("", 50)
    assert [hit.kind for hit in found] == sorted((hit.kind for hit in found), key=list(Kind).index)
    assert {hit.kind for hit in found} == set(Kind)
    assert await search.find("", 2) == found[:2]


async def test_a_draft_and_a_closed_petition_are_not_found_and_a_new_one_soon(
    search: Search, database: Database, clock: FrozenClock
) -> None:
    assert not [hit for hit in await search.find("interpreter day one", 10) if hit.kind is Kind.PETITION]
    async with database.write() as session:
        for row in (await session.execute(PetitionRow.__table__.select())).all():
            petition = await session.get_one(PetitionRow, row.id)
            was_draft = petition.status is PetitionStatus.DRAFT
            petition.status = PetitionStatus.OPEN if was_draft else PetitionStatus.CLOSED
    await clock.advance(seconds=FRESH_FOR)
    petitions = [hit.slug for hit in await search.find("", 50) if hit.kind is Kind.PETITION]
    assert petitions == ["interpreter-from-day-one"]
