"""What is sent about an event, as each reader gets it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.announcements.composing import Composing
from bot.delivery.transport import LONGEST_CAPTION, Payload
from bot.events.composing import EventComposing
from bot.events.models import EventKind, EventStatus
from bot.events.telling import Notice, content, facts_of
from bot.events.views import EventView
from bot.language import Catalogues, Reader, without_marks
from bot.language.layout import visible
from handlers.below import AlertActions, EventActions
from tests.events.making import HEARING, at, calendars, text

LOCALES = ("en", "ar", "ur")
CATALOGUES = Catalogues.load(LOCALES, strict=False, now=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
COMPOSE = Composing(CATALOGUES, AlertActions(), {"event": EventComposing(CATALOGUES, EventActions(), calendars())})

LATER = at(datetime(2026, 12, 10, 14), "Europe/London", status=EventStatus.ADJOURNED, sequence=1)
UNDATED = replace(HEARING, status=EventStatus.ADJOURNED, starts=None, ends=None, starts_at=None)
CANCELLED = replace(HEARING, status=EventStatus.CANCELLED)
ELSEWHERE = replace(HEARING, status=EventStatus.MOVED, venue=text("Court 9", "القاعة 9", "کمرہ 9"))
OLD_DATE = "Thursday, 3 December 2026, 10:00 (London time)"
NEW_DATE = "Thursday, 10 December 2026, 14:00 (London time)"


def payload(event: EventView, notice: Notice, locale: str = "en", **more: Any) -> Payload:
    frozen = json.loads(json.dumps(content(event, notice, "en", **more)))
    return COMPOSE(frozen, Reader(locale, timezone="Europe/London"))


def read(made: Payload) -> str:
    return without_marks(visible(json.loads(made.body)["text"]))


def labels(made: Payload) -> list[str]:
    rows = json.loads(made.body).get("reply_markup", {}).get("inline_keyboard", [])
    return [without_marks(button["text"]) for row in rows for button in row]


def change(after: EventView, *before: EventView, locale: str = "en", **more: Any) -> Payload:
    return payload(after, Notice.CHANGE, locale, before=[facts_of(each) for each in before], **more)


def said(message: str, locale: str = "en") -> str:
    return without_marks(CATALOGUES.words(Reader(locale)).say(message).plain)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("event", [HEARING, CANCELLED, UNDATED, LATER, ELSEWHERE], ids=lambda event: event.status)
@pytest.mark.parametrize("notice", Notice)
def test_everything_is_said_in_every_language(notice: Notice, event: EventView, locale: str) -> None:
    made = payload(event, notice, locale, minutes=60, before=[facts_of(HEARING)])
    assert HEARING.title.texts[locale].text in read(made)
    assert made.locale == locale
    assert 0 < len(read(made)) <= (LONGEST_CAPTION if made.document else 4096)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_reminder_says_what_it_is_good_for(locale: str) -> None:
    early, day, hours = (read(payload(HEARING, Notice.REMINDER, locale, minutes=minutes)) for minutes in (7 * 1440, 1440, 120))
    stake, bring, arrive = (said(part, locale) for part in ("What is at stake", "What to bring", "When and where to be"))
    assert [part in early for part in (stake, bring, arrive)] == [True, False, False]
    assert [part in day for part in (stake, bring, arrive)] == [False, True, True]
    assert [part in hours for part in (stake, bring, arrive)] == [False, False, True]


def test_a_reminder_in_time_to_decide_asks_for_an_answer_and_a_later_one_for_the_way() -> None:
    assert "I will come" in labels(payload(HEARING, Notice.REMINDER, minutes=7 * 1440))
    later = labels(payload(HEARING, Notice.REMINDER, minutes=120))
    assert "How to get there" in later
    assert "I will come" not in later


def test_a_reminder_of_what_is_online_alone_sends_nobody_on_a_journey() -> None:
    webinar = replace(HEARING, kind=EventKind.WEBINAR, venue=None, map=None)
    told = read(payload(webinar, Notice.REMINDER, minutes=1440))
    assert "Plan your journey" not in told
    assert "Keep the time free" in told
    early = payload(webinar, Notice.REMINDER, minutes=7 * 1440)
    assert "Every seat" not in read(early)
    assert "I will follow online" in labels(early)
    assert "I will come" not in labels(early)


def test_a_new_date_stands_beside_the_old_one_with_the_reason_and_a_file_for_calendars() -> None:
    reason = text("The judge is ill", "القاضي مريض", "جج بیمار ہیں")
    made = change(LATER, HEARING, reason=reason, source="https://courts.example/1")
    lines = read(made).splitlines()
    assert lines[0].startswith("Another date: ")
    assert lines.index(f"NOT going ahead on {OLD_DATE}") + 1 == lines.index(f"It is now on {NEW_DATE}")
    assert "Reason: The judge is ill" in lines
    assert made.document is not None
    assert (made.document.name, made.document.media_type) == ("north-gate-five-appeal.ics", "text/calendar")
    assert b"SEQUENCE:1\r\n" in made.document.content


def test_every_date_people_may_have_in_mind_is_taken_back() -> None:
    told = read(change(replace(LATER, status=EventStatus.CANCELLED), HEARING, LATER))
    assert told.startswith("NOT going ahead: ")
    assert f"NOT going ahead on {OLD_DATE}" in told
    assert f"NOT going ahead on {NEW_DATE}" in told


def test_what_is_put_off_without_a_date_is_struck_out_in_calendars() -> None:
    made = change(UNDATED, HEARING)
    assert f"NOT going ahead on {OLD_DATE}" in read(made)
    assert "A new date has not been set yet." in read(made)
    assert made.document is not None
    assert b"METHOD:CANCEL\r\n" in made.document.content


@pytest.mark.parametrize(
    ("after", "before", "told"),
    [
        (replace(HEARING, starts_at=HEARING.starts_at, status=EventStatus.MOVED), CANCELLED, "It is going ahead after all: "),
        (HEARING, UNDATED, "There is a date now: "),
        (at(datetime(2026, 12, 3, 14), "Europe/London", status=EventStatus.MOVED), HEARING, "Another time: "),
        (ELSEWHERE, HEARING, "Another place: "),
        (replace(HEARING, url="https://example.org/another-room"), HEARING, "Another link: "),
        (replace(HEARING, ends=datetime(2026, 12, 3, 16)), HEARING, "There is news about: "),
    ],
)
def test_the_first_line_says_what_changed(after: EventView, before: EventView, told: str) -> None:
    assert read(change(after, before)).startswith(told)


def test_another_place_names_the_old_one_to_be_left() -> None:
    told = read(change(ELSEWHERE, HEARING))
    assert "NOT at this place: Court 4, Royal Courts; The Strand, London" in told
    assert "Place: Court 9" in told
    assert "NOT going ahead" not in told


def test_a_place_that_was_put_into_another_language_meanwhile_is_no_other_place_and_each_is_named_once() -> None:
    before = replace(HEARING, venue=text("Court 4, Royal Courts; The Strand,\nLondon"))
    assert "NOT at this place" not in read(change(LATER, before))
    other = replace(at(datetime(2026, 12, 1, 9), "Europe/London"), venue=ELSEWHERE.venue)
    told = read(change(HEARING, ELSEWHERE, other))
    assert told.count("NOT at this place") == 1


def test_what_is_too_long_for_a_file_comes_as_a_text_without_one() -> None:
    made = change(LATER, HEARING, reason=text("A reason. " * 200))
    assert made.document is None
    assert "in your calendar" not in read(made)
    assert len(read(made)) > LONGEST_CAPTION


def test_what_never_had_a_date_comes_without_a_file() -> None:
    assert change(replace(UNDATED, status=EventStatus.CANCELLED), UNDATED).document is None


def test_a_card_has_the_buttons_it_has_in_the_conversation_and_loses_them_when_it_is_over() -> None:
    assert {"I will come", "Remind me", "Add to calendar", "Share"} <= set(labels(payload(HEARING, Notice.CARD)))
    assert labels(payload(CANCELLED, Notice.CARD)) == ["Keep me informed", "Open the case"]
    assert labels(payload(replace(HEARING, status=EventStatus.HEARD), Notice.CARD)) == ["Open the case"]


def test_nobody_is_asked_again_nor_left_in_doubt_about_what_they_answered() -> None:
    for event in (HEARING, replace(HEARING, kind=EventKind.VIGIL)):
        assert "If you have not told us yet: can you be there?" in read(payload(event, Notice.REMINDER, minutes=7 * 1440))
    holds = "If you said that you come, follow it online or wait for a place, that still holds."
    assert [holds in read(payload(event, Notice.CARD)) for event in (HEARING, LATER, CANCELLED, UNDATED)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_that_is_missing_is_shown_in_the_source_and_says_so(locale: str) -> None:
    told = read(payload(replace(HEARING, about=text("Only English")), Notice.REMINDER, locale, minutes=7 * 1440))
    assert ("Only English" in told, "Only English" in told.splitlines()[-1]) == (True, False)
    note = CATALOGUES.words(Reader(locale)).say(
        "This text has not been translated into your language yet. Here it is in {language}.",
        language=CATALOGUES.words(Reader(locale)).say("English"),
    )
    assert (without_marks(note.plain) in told) == (locale != "en")
