"""What is sent about a petition, as each reader gets it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.announcements.composing import Composing
from bot.content.texts import LIMITS
from bot.language import Catalogues, Reader, without_marks
from bot.language.layout import visible
from bot.petitions.composing import PetitionComposing
from bot.petitions.models import PetitionStatus
from bot.petitions.reading import view_of
from bot.petitions.telling import PETITION, Notice, content, petition_of
from bot.petitions.views import PetitionView
from bot.petitions.wording import PetitionWording
from handlers.below import AlertActions, PetitionActions
from tests.petitions.making import EVERYTHING, petition_row, text

LOCALES = ("en", "ar", "ur")
CATALOGUES = Catalogues.load(LOCALES, strict=False, now=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
COMPOSE = Composing(CATALOGUES, AlertActions(), {PETITION: PetitionComposing(CATALOGUES, PetitionActions())})
OUTCOME = text("The ministry <b>opened</b> the court.", ar="فتحت الوزارة المحكمة.", ur="وزارت نے عدالت کھول دی۔")


def petition(**values: Any) -> PetitionView:
    row = petition_row(asks=EVERYTHING, closes=date(2027, 1, 31), closes_at=datetime(2027, 2, 1, tzinfo=UTC))
    row.id, row.counted = 1, 512
    return replace(view_of(row), **({"outcome": OUTCOME} | values))


def payload(notice: Notice, locale: str = "en", **values: Any) -> dict[str, Any]:
    frozen = json.loads(json.dumps(content(petition(**values), notice, "en")))
    made = COMPOSE(frozen, Reader(locale, timezone="Europe/London"))
    assert made.locale == locale
    body: dict[str, Any] = json.loads(made.body)
    return body


def read(notice: Notice, locale: str = "en", **values: Any) -> str:
    return without_marks(visible(payload(notice, locale, **values)["text"]))


def labels(notice: Notice, **values: Any) -> list[str]:
    return [button["text"] for row in payload(notice, **values)["reply_markup"]["inline_keyboard"] for button in row]


@pytest.mark.parametrize("status", [PetitionStatus.OPEN, PetitionStatus.OUTCOME])
@pytest.mark.parametrize("notice", Notice)
def test_what_is_frozen_reads_back_the_same(notice: Notice, status: PetitionStatus) -> None:
    frozen = content(petition(status=status), notice, "en")
    assert petition_of(json.loads(json.dumps(frozen))) == (petition(status=status), notice, "en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("notice", Notice)
def test_everything_is_said_in_every_language(notice: Notice, locale: str) -> None:
    shown = read(notice, locale)
    assert petition().title.texts[locale].text in shown
    assert petition().target.texts[locale].text in shown
    if locale != "en":
        ours = shown
        for line in ("Open the court", "You get", "signature", "Goal", "Pass it"):
            assert line not in ours


def test_a_milestone_shows_how_far_it_is_and_the_goal_is_cheered() -> None:
    assert read(Notice.MILESTONE).startswith("Getting closer: Open the court")
    assert "51%" in read(Notice.MILESTONE)
    assert "512 people have signed." in read(Notice.MILESTONE)
    assert read(Notice.MILESTONE, counted=1000).startswith("The goal is reached: Open the court")


def test_what_was_handed_over_and_what_came_of_it() -> None:
    assert "512 signatures were handed over." in read(Notice.DELIVERED)
    assert "The ministry opened the court." in read(Notice.OUTCOME)
    assert "<b>opened</b>" in payload(Notice.OUTCOME)["text"]


def test_who_is_called_can_sign_and_who_hears_of_it_can_leave() -> None:
    assert labels(Notice.CALL, case_id=3) == ["Sign", "Open the case"]
    assert labels(Notice.CALL, status=PetitionStatus.CLOSED) == ["Open the petition"]
    assert labels(Notice.MILESTONE) == ["Open the petition", "No more news of this petition"]
    assert "follow its case" in read(Notice.CALL, case_id=3)
    assert "follow its case" not in read(Notice.CALL)


def test_who_reads_another_language_than_it_is_in_is_told_so() -> None:
    half = petition(outcome=text("It is open."))
    made = COMPOSE(content(half, Notice.OUTCOME, "en"), Reader("ur"))
    shown = json.loads(made.body)["text"]
    assert "It is open." in shown
    assert visible(CATALOGUES.words(Reader("ur")).say("What came of it").html) in visible(shown)
    assert len(visible(shown)) > len(visible(payload(Notice.OUTCOME, "ur")["text"]))


def test_of_a_translated_petition_that_is_said_of_the_outcome_alone() -> None:
    def page(**values: Any) -> str:
        words = CATALOGUES.words(Reader("ar", timezone="Europe/London"))
        return without_marks(visible(PetitionWording(words, petition(**values), "en").page().html))

    note, english = "لم يُترجم هذا النص إلى لغتك بعد", text("It was opened.")
    last = page(outcome=english)
    assert last.index("يجب أن تكون") < last.index(note) < last.index("It was opened.")
    whole = page(outcome=english, text=text("Hearings must be public."))
    assert (whole.count(note), whole.index(note) < whole.index("Hearings")) == (1, True)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("notice", Notice)
def test_the_longest_texts_fit_into_one_message(notice: Notice, locale: str) -> None:
    longest = {name: text("x" * LIMITS[name]) for name in ("target", "title", "text", "outcome")}
    frozen = content(petition(case_id=3, **longest), notice, "en")
    shown = json.loads(COMPOSE(frozen, Reader(locale)).body)["text"]
    assert shown.count("x" * LIMITS["title"]) >= 1
    assert len(visible(shown)) < 4000
    if notice is Notice.CALL:
        assert "x" * LIMITS["text"] in shown


@pytest.mark.parametrize(
    ("timezone", "hour", "left"),
    [
        ("Asia/Karachi", 18, "Today is the last day to sign."),
        ("Europe/London", 18, "Today is the last day to sign."),
        ("Pacific/Auckland", 10, "Last day to sign: Monday, 1 February 2027\n2 days left."),
        ("Pacific/Auckland", 12, "Today is the last day to sign."),
        ("America/Los_Angeles", 7, "Last day to sign: Sunday, 31 January 2027\n2 days left."),
    ],
)
def test_the_last_day_is_that_of_the_reader(timezone: str, hour: int, left: str) -> None:
    """It ends at midnight in Karachi."""
    asked = petition(closes_at=datetime(2027, 1, 31, 19, tzinfo=UTC))
    now = Catalogues.load(LOCALES, strict=False, now=lambda: datetime(2027, 1, 31, hour, tzinfo=UTC))
    said = PetitionWording(now.words(Reader("en", timezone=timezone)), asked, "en").left()
    assert said is not None
    assert without_marks(visible(said.html)) == left


@pytest.mark.parametrize("notice", [Notice.DELIVERED, Notice.OUTCOME])
def test_what_was_over_when_it_was_taken_in_is_not_said_to_have_been_signed_by_nobody(notice: Notice) -> None:
    there: dict[str, Any] = {"status": PetitionStatus.OUTCOME, "counted": 0}
    words = CATALOGUES.words(Reader("en", timezone="Europe/London"))

    def page(size: int) -> str:
        return without_marks(visible(PetitionWording(words, petition(**there, size=size), "en").page().html))

    said = "0 signatures were handed over" if notice is Notice.DELIVERED else "Nobody has signed yet"
    assert said not in read(notice, **there, size=0)
    assert said in read(notice, **there, size=2), "both were taken back"
    assert "Nobody has signed yet" not in page(0)
    assert "Nobody has signed yet" in page(2)
