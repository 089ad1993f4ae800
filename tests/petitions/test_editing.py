"""Taking in what editors wrote of petitions: nothing that people have signed changes by it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.content.library import Drafts, Library
from bot.errors import NidaError
from bot.language import State, Unreviewed
from bot.language.edited import Rendering, Waiting, Withheld
from bot.language.translated import fingerprint
from bot.petitions.models import Ask, PetitionRow, PetitionStatus
from bot.petitions.views import PetitionDraft
from bot.storage.database import Database
from tests.cases.drafts import CASE
from tests.clocks import START, FrozenClock
from tests.petitions.drafts import PETITION, petition

SLUG = PETITION.slug


@pytest.fixture
def library(database: Database, clock: FrozenClock) -> Library:
    return Library(database, clock, "en", zone=ZoneInfo("Asia/Karachi"))


async def take(library: Library, *drafts: PetitionDraft, **values: Any) -> tuple[str, ...]:
    """The fields that change, of the only petition that does."""
    made = (await library.apply(Drafts(petitions=drafts), by="editor", **values)).made
    return made[0].fields if made else ()


async def row(database: Database, slug: str = SLUG) -> PetitionRow:
    async with database.read() as session:
        return (await session.execute(select(PetitionRow).where(PetitionRow.slug == slug))).scalar_one()


async def sign(database: Database) -> None:
    await keep(database, size=1, counted=1)


async def keep(database: Database, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(PetitionRow).where(PetitionRow.slug == SLUG).values(**values))


async def withheld(library: Library, **changed: object) -> list[tuple[str, str]]:
    with pytest.raises(Withheld) as refused:
        await take(library, petition(SLUG, **changed))
    return [(field, said) for _, field, said in refused.value.found]


async def test_a_new_petition_is_told_field_by_field_and_closes_when_its_last_day_is_over_there(
    library: Library, database: Database
) -> None:
    changes = await library.apply(Drafts([CASE], petitions=[petition(SLUG, case=CASE.slug)]), by="editor")
    assert {"status", "case", "goal", "asks", "target.ur", "title.ar", "text.en"} <= set(changes.made[1].fields)
    kept = await row(database)
    assert kept.closes_at == datetime(2027, 1, 31, 19, tzinfo=UTC)  # midnight in Karachi
    assert (kept.status, kept.size, kept.counted, kept.created_at) == (PetitionStatus.OPEN, 0, 0, START)
    assert Waiting("petition", SLUG, "text", "ar", State.missing) in changes.waiting


async def test_applied_again_nothing_changes(library: Library, clock: FrozenClock) -> None:
    drafts = [PETITION, petition("b-draft", status=PetitionStatus.DRAFT, thresholds=(10, 20), closes=None)]
    await take(library, drafts[1])
    await take(library, drafts[0])
    await clock.advance(days=300)  # also when it is over by now
    assert await take(library, *drafts) == ()
    assert sorted((await library.all()).petitions, key=lambda each: each.slug != "b-draft") == [drafts[1], drafts[0]]


async def test_what_a_file_does_not_say_is_a_draft_kept_for_a_year_and_stays_as_it_is(
    library: Library, database: Database
) -> None:
    silent = petition(SLUG, status=None, keep_until=None)
    await take(library, silent)
    kept = await row(database)
    assert (kept.status, kept.keep_until) == (PetitionStatus.DRAFT, date(2028, 1, 31))
    await keep(database, status=PetitionStatus.OPEN, size=1)
    assert await take(library, silent) == ()
    await take(library, petition("endless", status=None, keep_until=None, closes=None))
    assert (await row(database, "endless")).keep_until == START.date() + timedelta(days=730)


async def test_while_nobody_has_signed_everything_but_its_status_may_change(library: Library) -> None:
    await take(library, PETITION)
    changed = petition(SLUG, title={"en": "Another"}, goal=5, asks=(Ask.COMMENT,), needs=(), closes=date(2027, 2, 1))
    assert set(await take(library, changed)) == {"title.en", "goal", "asks", "needs", "closes"}
    assert await withheld(library, status=PetitionStatus.CLOSED) == [
        ("status", 'is open, not closed; `nida petitions close open-justice` makes it so, or write status = "open".')
    ]
    assert [field for field, _ in await withheld(library, status=PetitionStatus.DRAFT)] == ["status"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("target", {"en": "Somebody else"}),
        ("title", {"en": "Close the doors"}),
        ("text", {"en": "We ask for no room."}),
        ("goal", 10),
        ("asks", (Ask.NAME,)),
        ("keep_until", date(2027, 7, 1)),
    ],
)
async def test_what_people_have_signed_stays(library: Library, database: Database, field: str, value: object) -> None:
    await take(library, PETITION)
    await sign(database)
    assert [named for named, _ in await withheld(library, **{field: value})] == [field]
    assert await take(library, PETITION) == ()


async def test_a_later_last_day_does_not_keep_what_people_said_for_longer_than_they_were_told(
    library: Library, database: Database
) -> None:
    await take(library, PETITION)
    await sign(database)
    assert [field for field, _ in await withheld(library, closes=date(2027, 6, 30), keep_until=None)] == ["closes"]
    assert await take(library, petition(SLUG, closes=date(2027, 6, 29), keep_until=None)) == ("closes",)


async def test_a_translation_of_what_people_have_signed_may_come_and_be_mended(library: Library, database: Database) -> None:
    await take(library, PETITION)
    await sign(database)
    title = {"en": "Open  the doors", "ar": "لتُفتح الأبواب", "ur": Unreviewed("دروازے")}
    assert set(await take(library, petition(SLUG, title=title))) >= {"title.ar", "title.ur"}
    of = fingerprint("We ask for <b>room</b> for everybody.")
    changes = await library.translate(
        "ar", {f"petition/{SLUG}/text": Rendering(of, "نطلب <b>مكانًا</b> للجميع.")}, by="translator"
    )
    assert [(change.what, change.fields) for change in changes.made] == [("petition", ("text.ar",))]
    earlier = petition(SLUG, title=title, keep_until=date(2027, 6, 1), closes=date(2027, 3, 1), thresholds=(1, 2))
    assert set(await take(library, earlier)) == {"keep_until", "closes", "thresholds"}


async def test_what_has_no_last_day_closes_when_nothing_is_kept_any_more(library: Library, database: Database) -> None:
    await take(library, petition(SLUG, closes=None))
    assert (await row(database)).closes_at == datetime(2027, 6, 30, 19, tzinfo=UTC)  # midnight in Karachi
    await sign(database)
    await take(library, petition(SLUG, closes=None, keep_until=date(2027, 6, 1)))
    assert (await row(database)).closes_at == datetime(2027, 6, 1, 19, tzinfo=UTC)


async def test_what_is_over_stays_over(library: Library, database: Database) -> None:
    await take(library, PETITION)
    await keep(database, status=PetitionStatus.CLOSED)
    found = await withheld(library, status=None, closes=date(2027, 3, 1), outcome={"en": "They did it."})
    assert [field for field, _ in found] == ["outcome", "closes"]
    assert [field for field, _ in await withheld(library)] == ["status"]
    assert await take(library, petition(SLUG, status=None)) == ()


async def test_a_new_one_is_not_over_yet(library: Library, clock: FrozenClock) -> None:
    await clock.advance(days=400)
    assert [field for field, _ in await withheld(library)] == ["closes", "keep_until"]
    late = await withheld(library, status=PetitionStatus.DELIVERED, closes=None, keep_until=None, outcome={"en": "Done."})
    assert [field for field, _ in late] == ["status", "outcome"]


@pytest.mark.parametrize("status", PetitionStatus)
async def test_what_an_export_says_is_taken_as_it_was_also_where_it_is_over_by_now(
    library: Library, database: Database, clock: FrozenClock, status: PetitionStatus
) -> None:
    await clock.advance(days=400)
    outcome = {"en": "They did it."} if status is PetitionStatus.OUTCOME else None
    record = petition(SLUG, status=status, outcome=outcome, exported=True)
    await take(library, record)
    assert (await library.all()).petitions == [record]
    assert await take(library, record) == ()
    kept = await row(database)
    assert (kept.status, kept.size, kept.counted, kept.told) == (status, 0, 0, 0)


async def test_a_record_that_was_changed_by_hand_tells_an_outcome_only_where_there_is_one(library: Library) -> None:
    for status, outcome in ((PetitionStatus.OUTCOME, None), (PetitionStatus.CLOSED, {"en": "They did it."})):
        assert [field for field, _ in await withheld(library, status=status, outcome=outcome, exported=True)] == ["status"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"goal": 0}, "goal"),
        ({"goal": -1}, "goal"),
        ({"goal": 10**9}, "goal"),
        ({"thresholds": ()}, "thresholds"),
        ({"thresholds": (0, 1)}, "thresholds"),
        ({"thresholds": (5, 5)}, "thresholds"),
        ({"thresholds": tuple(range(1, 20))}, "thresholds"),
        ({"asks": (Ask.NAME, Ask.NAME)}, "asks"),
        ({"asks": ()}, "needs"),
        ({"keep_until": date(2027, 1, 31)}, "keep_until"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_field_by_field(library: Library, changed: dict[str, object], field: str) -> None:
    assert [named for named, _ in await withheld(library, **changed)] == [field]


async def test_a_petition_of_what_does_not_exist_is_refused_with_everything_else(library: Library) -> None:
    for what in ("case", "campaign"):
        with pytest.raises(NidaError, match=f"of the {what} nowhere, which does not exist; add the {what} first"):
            await take(library, petition(SLUG, **{what: "nowhere"}))
    assert (await library.all()).petitions == []
