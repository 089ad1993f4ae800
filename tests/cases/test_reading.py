"""Cases and their timelines as people are shown them, page by page."""

from datetime import timedelta

import pytest

from bot.announcements.announcement import Announcement
from bot.cases.models import CaseStatus
from bot.cases.service import Cases, CaseView
from bot.config import Organisation
from bot.errors import NidaError
from bot.language import State
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.following import Following
from bot.supporters.service import Supporters
from tests.cases.drafts import CASE, UPDATE, case, update
from tests.clocks import START, FrozenClock

HOUR = timedelta(hours=1)


async def get(cases: Cases, slug: str, supporter_id: int | None = None) -> CaseView:
    found = await cases.get_case(slug, supporter_id)
    assert found is not None
    return found


@pytest.fixture
async def follower(database: Database, vault: Vault, clock: FrozenClock) -> int:
    supporters = Supporters(database, vault, clock, Organisation())
    id_ = (await supporters.subscribe(await supporters.recognise(7, "en"))).id
    assert id_ is not None
    return id_


async def test_a_case_is_found_by_slug_and_by_id(cases: Cases) -> None:
    await cases.apply([CASE], [UPDATE], by="editor")
    found = await get(cases, CASE.slug)
    assert (found.slug, found.status, found.jurisdiction, found.updates) == (CASE.slug, CASE.status, CASE.jurisdiction, 1)
    assert found.title.choose("ur", "en").text == CASE.title["ur"]
    assert await cases.get_case(found.id, None) == found


async def test_a_case_says_whether_it_is_followed(cases: Cases, follower: int, database: Database, clock: FrozenClock) -> None:
    await cases.apply([CASE], [], by="editor")
    found = await get(cases, CASE.slug, follower)
    assert not found.following
    await Following(database, clock).follow(follower, found.id)
    assert (await get(cases, CASE.slug, follower)).following
    assert not (await get(cases, CASE.slug, None)).following


@pytest.mark.parametrize("reference", ["", "nobody", "NORTH", "a\x00b", "x" * 5000, "قضية", "'; --", 0, -1, 2**31, 2**80])
async def test_what_cannot_be_a_case_is_none(cases: Cases, reference: str | int) -> None:
    await cases.apply([CASE], [], by="editor")
    assert await cases.get_case(reference, 2**61) is None


async def test_what_is_still_to_come_is_not_shown(cases: Cases, clock: FrozenClock) -> None:
    await cases.apply([CASE], [UPDATE, update("later", CASE.slug, START + HOUR)], by="editor")
    found = await get(cases, CASE.slug)
    assert found.updates == 1
    assert [entry.slug for entry in (await cases.timeline(found.id, 0, 10)).items] == [UPDATE.slug]
    assert (await cases.latest(10)).total == 1
    await clock.advance(hours=1)
    assert [entry.slug for entry in (await cases.timeline(found.id, 0, 10)).items] == ["later", UPDATE.slug]


async def test_a_timeline_is_read_in_pages_from_the_newest(cases: Cases) -> None:
    entries = [update(f"step-{number}", CASE.slug, START - number * HOUR) for number in range(5)]
    await cases.apply([CASE], entries, by="editor")
    id_ = (await get(cases, CASE.slug)).id
    page = await cases.timeline(id_, 2, 2)
    assert [entry.slug for entry in page.items] == ["step-2", "step-3"]
    assert (page.offset, page.limit, page.total) == (2, 2, 5)


@pytest.mark.parametrize(("offset", "begins"), [(-5, 0), (0, 0), (4, 4), (99, 4), (2**70, 4)])
async def test_a_page_that_is_not_there_leads_to_the_nearest(cases: Cases, offset: int, begins: int) -> None:
    await cases.apply([case(f"case-{number}") for number in range(5)], [], by="editor")
    page = await cases.list_cases(offset, 2)
    assert page.offset == begins
    assert page.items


async def test_empty_pages_are_empty(cases: Cases) -> None:
    for page in (
        await cases.list_cases(4, 2),
        await cases.followed(None, 0, 2),
        await cases.latest(2),
        await cases.timeline(9, 0, 2),
    ):
        assert (page.items, page.total, page.offset) == ((), 0, 0)


async def test_open_cases_come_first_then_those_with_the_latest_update(cases: Cases) -> None:
    drafts = [case("closed", status=CaseStatus.CLOSED), case("silent"), case("old"), case("new")]
    entries = [update("a", "old", START - 9 * HOUR), update("b", "new", START - HOUR), update("c", "closed", START)]
    await cases.apply(drafts, [*entries, update("d", "silent", START + HOUR)], by="editor")
    listed = (await cases.list_cases(0, 10)).items
    assert [summary.slug for summary in listed] == ["new", "old", "silent", "closed"]
    assert [summary.latest for summary in listed] == [START - HOUR, START - 9 * HOUR, None, START]


async def test_followed_cases_are_listed_in_the_same_order(
    cases: Cases, follower: int, database: Database, clock: FrozenClock
) -> None:
    await cases.apply([case("old"), case("new"), case("other")], [update("a", "new")], by="editor")
    for slug in ("old", "new"):
        await Following(database, clock).follow(follower, (await get(cases, slug)).id)
    page = await cases.followed(follower, 0, 10)
    assert ([summary.slug for summary in page.items], page.total) == (["new", "old"], 2)


async def test_the_news_are_of_all_cases_and_name_theirs(cases: Cases) -> None:
    entries = [update("first", "one", START - HOUR), update("second", "two", START)]
    await cases.apply([case("one"), case("two", title={"en": "Two"})], entries, by="editor")
    news = (await cases.latest(1)).items
    assert [(entry.slug, entry.case_slug, entry.case_title.choose("ur", "en").text) for entry in news] == [
        ("second", "two", "Two")
    ]


async def test_an_update_is_found_by_its_slug_even_before_its_time(cases: Cases) -> None:
    await cases.apply([CASE], [update("later", CASE.slug, START + HOUR)], by="editor")
    found = await cases.find_update("later")
    assert found is not None
    assert (found.case_slug, found.at) == (CASE.slug, START + HOUR)
    assert await cases.find_update("nothing") is None
    assert await cases.find_update("\x00") is None


async def test_what_is_announced_is_the_update_as_it_stands(cases: Cases) -> None:
    await cases.apply([CASE], [UPDATE], by="editor")
    announcement = await cases.announcement_for(UPDATE.slug)
    found = await cases.find_update(UPDATE.slug)
    assert found is not None
    assert announcement.subject == f"update:{UPDATE.slug}"
    assert (announcement.case_id, announcement.case_slug, announcement.case_title) == (found.case_id, CASE.slug, found.case_title)
    assert (announcement.headline, announcement.body, announcement.source) == (found.headline, found.body, UPDATE.source)
    assert (announcement.kind, announcement.certainty, announcement.at) == (UPDATE.kind, "confirmed", START)
    assert announcement.state("ur") is State.missing
    assert Announcement.from_json(announcement.to_json()) == announcement


async def test_announcing_an_update_that_is_not_there_says_what_to_do(cases: Cases) -> None:
    with pytest.raises(NidaError, match=r"There is no update nothing; `nida content apply` brings in"):
        await cases.announcement_for("nothing")
