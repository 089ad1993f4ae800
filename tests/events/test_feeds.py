"""The feeds that calendars subscribe to, as their apps ask for them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import icalendar
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import delete, select, update

from bot.cases.models import CaseRow
from bot.content.library import Library
from bot.events import feeds as module
from bot.events.calendar import Calendars
from bot.events.feeds import Feeds
from bot.events.models import CalendarRow, EventRow, EventStatus
from bot.language import Catalogues, fingerprint
from bot.language.edited import Rendering
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow, SupporterRow
from bot.telegram.server import health_app, serving
from bot.web.calendars import add_calendars
from tests.announcements.people import add_case, add_followers
from tests.clocks import FrozenClock
from tests.databases import asked_of
from tests.events.kept import change_event, keep
from tests.events.making import PUBLISHER, at, text
from tests.events.readers import IcalJs

SOON = datetime(2026, 12, 3, 10)
PERSON = 1


def make_feeds(database: Database, vault: Vault, clock: FrozenClock) -> Feeds:
    catalogues = Catalogues.load(("en", "ar", "ur"), strict=False)
    return Feeds(database, vault, clock, catalogues, Calendars(catalogues, PUBLISHER), "https://bot.example")


@pytest.fixture
def feeds(database: Database, vault: Vault, clock: FrozenClock) -> Feeds:
    return make_feeds(database, vault, clock)


@asynccontextmanager
async def served(feeds: Feeds) -> AsyncIterator[ClientSession]:
    app = web.Application()
    add_calendars(app, feeds)
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


@pytest.fixture
async def http(feeds: Feeds) -> AsyncIterator[ClientSession]:
    async with served(feeds) as session:
        yield session


@pytest.fixture
async def case(database: Database, clock: FrozenClock) -> int:
    """Followed by person 1, who reads Urdu."""
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 1, "ur")
    return case_id


async def asked(http: ClientSession, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with http.get(path, headers=headers) as answer:
        return answer.status, await answer.read(), {name.title(): value for name, value in answer.headers.items()}


async def path_of(feeds: Feeds, person: int = PERSON) -> str:
    address = await feeds.make(person)
    assert address is not None
    assert address.startswith("https://bot.example/calendar/p/")
    return address.removeprefix("https://bot.example")


def slugs(feed: bytes) -> list[str]:
    return [str(event["UID"]).removesuffix("-0badcafe@nida") for event in icalendar.Calendar.from_ical(feed).events]


async def answered(database: Database, event_id: int, answer: Answer, clock: FrozenClock) -> None:
    async with database.write() as session:
        event = await session.get_one(EventRow, event_id)
        said_no_to = event.starts_at if answer is Answer.DECLINED else None
        session.add(
            AttendanceRow(supporter_id=PERSON, event_id=event_id, answer=answer, declined_date=said_no_to, since=clock.now())
        )


async def test_the_public_feed_has_all_that_is_certain_in_each_language(
    database: Database, http: ClientSession, ical_js: IcalJs
) -> None:
    await keep(database, slug="listed", case_id=None)
    await keep(database, slug="vigil", case_id=None, starts_at=datetime(2026, 12, 4, tzinfo=UTC))
    await keep(database, slug="perhaps", case_id=None, status=EventStatus.PROVISIONAL)
    await keep(database, slug="undated", case_id=None, status=EventStatus.ADJOURNED, starts=None, ends=None, starts_at=None)
    await keep(database, slug="off", case_id=None, status=EventStatus.CANCELLED, starts_at=datetime(2026, 12, 5, tzinfo=UTC))
    for locale, title in (("en", "The appeal"), ("ar", "استئناف"), ("ur", "نارتھ گیٹ")):
        status, body, headers = await asked(http, f"/calendar/{locale}.ics")
        assert status == 200
        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert "noindex" in headers["X-Robots-Tag"]
        assert slugs(body) == ["listed", "vigil", "off"]
        (read,) = ical_js(body)
        assert read["events"][0]["summary"].startswith(title)
        assert PUBLISHER.name in read["name"]
    assert (await asked(http, "/calendar/fr.ics"))[0] == 404


async def test_what_is_long_over_leaves_the_feed(database: Database, http: ClientSession, clock: FrozenClock) -> None:
    await keep(database, at(SOON, "Europe/London"), case_id=None, status=EventStatus.HEARD)
    await clock.advance(days=30 + 29)
    assert slugs((await asked(http, "/calendar/en.ics"))[1]) == ["north-gate-five-appeal"]
    await clock.advance(days=3)
    assert slugs((await asked(http, "/calendar/en.ics"))[1]) == []


async def test_a_private_feed_has_what_its_owner_follows_and_did_not_decline(
    database: Database, feeds: Feeds, http: ClientSession, case: int, clock: FrozenClock
) -> None:
    other = await add_case(database, "another")
    of_case = await keep(database, slug="a-of-the-case", case_id=case)
    await keep(database, slug="b-maybe-of-the-case", case_id=case, status=EventStatus.PROVISIONAL)
    await keep(database, slug="c-of-another", case_id=other)
    await answered(database, await keep(database, slug="d-answered", case_id=other), Answer.ONLINE, clock)
    await answered(database, await keep(database, slug="e-of-none", case_id=None), Answer.FOLLOWING, clock)
    await answered(database, await keep(database, slug="f-declined", case_id=case), Answer.DECLINED, clock)
    path = await path_of(feeds)
    status, body, headers = await asked(http, path)
    assert (status, headers["Cache-Control"]) == (200, "private, no-cache")
    assert slugs(body) == ["a-of-the-case", "b-maybe-of-the-case", "d-answered", "e-of-none"]
    assert "نارتھ گیٹ" in body.replace(b"\r\n ", b"").decode(), "in the owner's language"
    await answered(database, of_case, Answer.DECLINED, clock)
    assert "a-of-the-case" not in slugs((await asked(http, path))[1])
    await change_event(database, of_case, starts_at=datetime(2026, 12, 4, 10, tzinfo=UTC))
    assert "a-of-the-case" in slugs((await asked(http, path))[1]), "they said no to another date"


async def test_a_feed_tells_nothing_of_its_owner(
    database: Database, feeds: Feeds, http: ClientSession, clock: FrozenClock
) -> None:
    """Two who follow the same get the same, to the letter."""
    case_id = await add_case(database)
    await add_followers(database, clock, case_id, 2, "ar")
    event_id = await keep(database, case_id=case_id)
    await answered(database, event_id, Answer.COMING, clock)
    first, second = await path_of(feeds, 1), await path_of(feeds, 2)
    one, two = await asked(http, first), await asked(http, second)
    assert one[1] == two[1]
    assert one[2]["Etag"] == two[2]["Etag"]
    assert b"ATTENDEE" not in one[1]


async def test_a_calendar_that_knows_it_gets_304_until_something_changes(
    database: Database, feeds: Feeds, http: ClientSession, case: int
) -> None:
    event_id = await keep(database, case_id=case)
    for path in ("/calendar/ar.ics", await path_of(feeds)):
        _, body, headers = await asked(http, path)
        status, nothing, again = await asked(http, path, **{"If-None-Match": f'W/"other", {headers["Etag"]}'})
        assert (status, nothing, again["Etag"]) == (304, b"", headers["Etag"])
        assert (await asked(http, path, **{"If-None-Match": '"other"'}))[1] == body
        async with http.head(path) as head:
            assert (head.status, await head.read(), head.headers["ETag"]) == (200, b"", headers["Etag"])
        known = {"If-None-Match": headers["Etag"]}
        anew_title = text(f"Anew {path[:12]}", f"جديد {path[:12]}", f"نیا {path[:12]}")
        await change_event(database, event_id, title=anew_title, changed_at=datetime.now(UTC))
        status, anew, _ = await asked(http, path, **known)
        assert (status, anew != body) == (200, True)


async def test_what_is_on_was_written_at_the_start(database: Database, feeds: Feeds, case: int) -> None:
    for number in range(3):
        await keep(database, slug=f"hearing-{number}")
    await feeds.prepare()
    with asked_of(database) as asked:
        feed = await feeds.public("ar")
    assert feed is not None
    assert feed.body is not None
    assert feed.body.count(b"BEGIN:VEVENT") == 3
    assert not any("venue" in statement for statement in asked), "their texts were read again"


async def test_another_title_of_the_case_is_shown_at_once(database: Database, http: ClientSession, case: int) -> None:
    await keep(database, case_id=case)
    _, body, headers = await asked(http, "/calendar/en.ics")
    async with database.write() as session:
        await session.execute(update(CaseRow).values(title=text("Quite another name")))
    status, anew, _ = await asked(http, "/calendar/en.ics", **{"If-None-Match": headers["Etag"]})
    assert (status, b"Quite another name" in anew.replace(b"\r\n ", b""), b"Quite" in body) == (200, True, False)


async def test_a_translation_that_comes_in_later_is_shown_at_once(
    database: Database, clock: FrozenClock, http: ClientSession, case: int
) -> None:
    await keep(database, case_id=case, title=text("The appeal"))
    before = (await asked(http, "/calendar/ar.ics"))[1]
    await clock.advance(hours=1)
    arrived = {"event/north-gate-five-appeal/title": Rendering(fingerprint("The appeal"), "الاستئناف")}
    await Library(database, clock, "en").translate("ar", arrived, by="a translator")
    after = (await asked(http, "/calendar/ar.ics"))[1]
    assert b"SUMMARY;LANGUAGE=en:" in before
    assert "SUMMARY;LANGUAGE=ar:الاستئناف".encode() in after


async def test_whoever_guesses_learns_nothing(feeds: Feeds, http: ClientSession, case: int) -> None:
    path = await path_of(feeds)
    await feeds.revoke(PERSON)
    answers = []
    for guess in (
        path,
        "/calendar/p/x.ics",
        f"/calendar/p/{'A' * 43}.ics",
        "/calendar/p/%00%ff%ED%A0%80.ics",
        f"/calendar/p/{'x' * 5000}.ics",
    ):
        status, body, headers = await asked(http, guess)
        answers.append((status, body, {name: value for name, value in headers.items() if name != "Date"}))
    assert answers[0][0] == 404
    assert answers == [answers[0]] * len(answers)


async def test_an_address_is_made_once_and_another_after_it_was_revoked(
    database: Database, vault: Vault, feeds: Feeds, http: ClientSession, case: int, clock: FrozenClock
) -> None:
    assert await feeds.address(PERSON) is None
    assert not await feeds.revoke(PERSON)
    made = await asyncio.gather(*(feeds.make(PERSON) for _ in range(3)))
    assert len(set(made)) == 1
    assert made[0] == await make_feeds(database, vault, clock).address(PERSON), "also after a restart"
    assert await feeds.revoke(PERSON)
    first = str(made[0]).removeprefix("https://bot.example")
    second = await path_of(feeds)
    assert second != first
    assert [(await asked(http, path))[0] for path in (first, second)] == [404, 200]


async def test_the_database_alone_gives_no_address_away(database: Database, feeds: Feeds, case: int) -> None:
    secret = (await path_of(feeds)).removeprefix("/calendar/p/").removesuffix(".ics")
    assert len(secret) == 43, "256 bits"
    async with database.read() as session:
        row = (await session.execute(select(CalendarRow))).scalar_one()
    assert secret.encode() not in row.tag + row.secret
    assert secret not in str(vars(row))


async def test_nobody_who_was_erased_has_a_feed(database: Database, feeds: Feeds, http: ClientSession, case: int) -> None:
    path = await path_of(feeds)
    async with database.write() as session:
        await session.execute(delete(SupporterRow))
    assert (await asked(http, path))[0] == 404
    assert await feeds.make(PERSON) is None


async def test_a_reader_whose_language_is_offered_no_more_gets_the_organisations(
    database: Database, feeds: Feeds, http: ClientSession, case: int
) -> None:
    await keep(database, case_id=case)
    async with database.write() as session:
        await session.execute(update(SupporterRow).values(locale="fr"))
    assert b"SUMMARY;LANGUAGE=en:" in (await asked(http, await path_of(feeds)))[1]


async def test_many_feeds_at_once_are_each_whole(
    database: Database, feeds: Feeds, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what is remembered is thrown away in between."""
    monkeypatch.setattr(module, "MOST_ENTRIES", 20)
    for number in range(60):
        starts = SOON + timedelta(days=number)
        await keep(database, at(starts, "Europe/London", slug=f"e{number:02}"), case_id=None)
    answers = await asyncio.gather(*(asked(http, f"/calendar/{locale}.ics") for locale in ("en", "ar", "ur") * 4))
    assert [slugs(body) for _, body, _ in answers] == [[f"e{number:02}" for number in range(60)]] * 12


async def test_a_secret_is_in_no_log(feeds: Feeds, case: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path, app, port = await path_of(feeds), health_app(_all_is_well), unused_port()
    add_calendars(app, feeds)
    async with serving(app, f"127.0.0.1:{port}"), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        assert (await asked(http, path))[0] == 200
    assert path.removeprefix("/calendar/p/").removesuffix(".ics") not in caplog.text


async def _all_is_well() -> None:
    return None
