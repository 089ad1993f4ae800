"""The example content is what newcomers read first and copy: it must be good in all three languages."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.announcements.composing import alert
from bot.campaigns.applying import ACTION_TEXTS, CAMPAIGN_TEXTS
from bot.campaigns.models import ActionKind
from bot.cases.models import CaseStatus, Certainty
from bot.cases.service import Cases
from bot.content.files import apply, read
from bot.content.library import Library
from bot.content.opening import opened
from bot.content.texts import LIMITS
from bot.events.account import EventAccounts
from bot.events.applying import TEXTS
from bot.events.models import EventKind
from bot.events.rules import AT_FIRST
from bot.events.views import Attendance, EventCard
from bot.events.wording import Wording
from bot.language import Catalogues, Reader, State, plain
from bot.petitions.models import Ask
from bot.petitions.rules import AT_FIRST as PETITIONS_AT_FIRST
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from tests.content.conftest import Write

EXAMPLES = Path(__file__).parents[2] / "examples" / "content"
LOCALES = ("en", "ar", "ur")
CONTENT = read(opened([EXAMPLES]), "en")
WRONG_LETTERS = {"ar": "یکےہھۂۀڑٹڈ", "ur": "يكةهى"}
ARABIC_SCRIPT = r"[\u0621-\u064a\u066e-\u06d3]"
TAG = re.compile(r"<[^>]*>")


def texts(locale: str) -> Iterator[str]:
    for case in CONTENT.cases:
        yield from (plain(text[locale]) for text in (case.title, case.summary) if locale in text)
    for update in CONTENT.updates:
        yield from (plain(text[locale]) for text in (update.headline, update.body) if locale in text)
    for event in CONTENT.events:
        yield from (plain(text[locale]) for field in TEXTS if (text := getattr(event, field)))
    for petition in CONTENT.petitions:
        yield from (plain(text[locale]) for text in (petition.target, petition.title, petition.text))
    for campaign in CONTENT.campaigns:
        yield from (plain(text[locale]) for field in CAMPAIGN_TEXTS if (text := getattr(campaign, field)))
    for action in CONTENT.actions:
        yield from (plain(text[locale]) for field in ACTION_TEXTS if (text := getattr(action, field)))


def test_the_examples_are_what_content_check_takes() -> None:
    assert CONTENT.faults == []


def test_they_show_every_kind_of_thing() -> None:
    assert len(CONTENT.cases) >= 4
    assert len(CONTENT.updates) >= 12
    assert len({case.jurisdiction for case in CONTENT.cases}) >= 4
    assert {update.kind for update in CONTENT.updates} == set(Kind)
    assert {update.certainty for update in CONTENT.updates} == set(Certainty)
    assert {event.kind for event in CONTENT.events} == set(EventKind) - {EventKind.OTHER}
    assert {event.status for event in CONTENT.events} == set(AT_FIRST)
    assert {event.case is None for event in CONTENT.events} == {True, False}
    assert {petition.status for petition in CONTENT.petitions} == set(PETITIONS_AT_FIRST)
    assert {petition.asks for petition in CONTENT.petitions} == {tuple(Ask), (Ask.NAME, Ask.CITY), ()}
    assert {action.kind for action in CONTENT.actions} == set(ActionKind)
    assert {action.campaign is None for action in CONTENT.actions} == {True, False}
    assert [case.slug for case in CONTENT.cases if case.status is CaseStatus.CLOSED] == ["harbour-interpreter"]
    assert all(update.source is None or update.source.startswith("https://example.org/") for update in CONTENT.updates)


async def test_one_text_is_missing_in_urdu_and_one_in_arabic(library: Library) -> None:
    waiting = (await apply(opened([EXAMPLES]), library, by="editor")).waiting
    assert {(text.slug, text.field, text.locale, text.state) for text in waiting} == {
        ("north-gate-five-interpreter", "body", "ur", State.missing),
        ("harbour-interpreter-final", "body", "ar", State.missing),
    }


async def test_applied_twice_they_change_nothing(library: Library) -> None:
    await apply(opened([EXAMPLES]), library, by="editor")
    assert (await apply(opened([EXAMPLES]), library, by="editor")).made == ()


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_each_language_is_written_with_its_own_letters(locale: str) -> None:
    for text in texts(locale):
        assert not set(text) & set(WRONG_LETTERS[locale]), text
        assert "\u0640" not in text, f"a tatweel in {text}"
        assert not {letter for letter in text if unicodedata.category(letter) == "Nd" and not letter.isascii()}, text


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_each_language_is_punctuated_as_its_own(locale: str) -> None:
    for text in texts(locale):
        shown = TAG.sub("", text)
        assert not re.search(rf"{ARABIC_SCRIPT}[?,;]", shown), text
        assert locale != "ur" or not re.search(rf"{ARABIC_SCRIPT}\.", shown), text
        assert locale != "ar" or "۔" not in shown, text


@pytest.mark.parametrize("locale", ["ar", "ur"])
def test_latin_names_numbers_and_dates_stand_inside_the_text(locale: str) -> None:
    whole = "\n".join(texts(locale))
    for foreign in (
        "12-A/7",
        "T20261147",
        "W.P. 4471/2026",
        "Aldermere",
        "Miriam Oduya",
        "+999 20 555 0142",
        "@open-court.example",
    ):
        assert foreign in whole


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_alert_fits_into_one_message(cases: Cases, library: Library, locale: str) -> None:
    await apply(opened([EXAMPLES]), library, by="editor")
    words = Catalogues.load(LOCALES).words(Reader(locale))
    for update in CONTENT.updates:
        assert alert(words, await cases.announcement_for(update.slug)).length <= 4096


LONGEST = f"""
[[case]]
slug = "a"
status = "open"
title.en = "{"x" * LIMITS["title"]}"
summary.en = "{"x" * LIMITS["summary"]}"

[[update]]
case = "a"
slug = "b"
kind = "news"
at = 2026-11-03T10:30:00Z
certainty = "reported"
source = "https://example.org"
headline.en = "{"x" * LIMITS["headline"]}"
body.en = "{"x" * LIMITS["body"]}"
"""


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_longest_texts_that_are_taken_fit_into_one_message(
    cases: Cases, library: Library, write: Write, locale: str
) -> None:
    await apply(opened([write(LONGEST)]), library, by="editor")
    words = Catalogues.load(LOCALES).words(Reader(locale))
    assert 3500 < alert(words, await cases.announcement_for("b")).length <= 4096


LONGEST_EVENT = """
[[event]]
slug = "a"
kind = "hearing"
status = "listed"
starts = 2027-01-11T10:00:00
ends = 2027-01-12T10:00:00
timezone = "America/New_York"
url = "https://example.org/{url}"
source = "https://example.org"
capacity = 1
"""


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_longest_texts_of_an_event_fit_into_its_pages(
    database: Database, library: Library, write: Write, locale: str
) -> None:
    texts = "".join(f'{field}.en = "{"x" * LIMITS[field]}"\n' for field in TEXTS)
    await apply(opened([write(LONGEST_EVENT.format(url="u" * 480) + texts)]), library, by="editor")
    (event,) = await EventAccounts(database).list()
    wording = Wording(Catalogues.load(LOCALES).words(Reader(locale)), event, "en")
    card = wording.card(EventCard(event, Attendance(Answer.WAITING, ahead=2), follows_case=False, free=0))
    assert 1500 < card.length <= 4096
    assert 2000 < wording.way().length <= 4096
