"""What a calendar comes to beside what is here: new ones, other words, other dates, and what is left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.events.importing import CalendarEvent, Kept, Plan, Told, Wishes, plan
from bot.events.models import EventKind, EventStatus
from bot.events.rules import draft_faults, newcomer_faults
from bot.events.status import Action, ChangeRequest
from bot.events.views import EventDraft

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEN = datetime(2026, 12, 3, 10)
WISHES = Wishes(EventKind.HEARING, "north-gate-five", "en")
EVENT = CalendarEvent(
    uid="1@court.example",
    title="R v North & Gate <appeal>",
    starts=TEN,
    ends=TEN + timedelta(hours=2),
    timezone="Europe/London",
    venue="Court 4,\nLondon",
    about="Not <b>bold</b> & not a tag",
    url="https://court.example/1",
    online="https://live.example/1",
)


def planned(event: CalendarEvent = EVENT, kept: Kept | None = None, wishes: Wishes = WISHES) -> Plan:
    known = {EVENT.uid: kept} if kept else {}
    return plan([event], known, {kept.draft.slug} if kept else set(), wishes, NOW)


def here(former: tuple[tuple[datetime | None, str], ...] = (), **changed: Any) -> Kept:
    """The event as it was taken in, and then changed here."""
    (draft,) = planned().drafts
    return Kept(replace(draft, **changed), former)


def the_change(event: CalendarEvent, kept: Kept) -> ChangeRequest:
    (told,) = planned(event, kept).changes
    assert told == Told(kept.draft.slug, told.request)
    return told.request


def test_a_new_event_is_a_draft_that_holds() -> None:
    (draft,) = planned().drafts
    assert draft == EventDraft(
        slug="r-v-north-gate-appeal-2026-12-03",
        kind=EventKind.HEARING,
        status=EventStatus.LISTED,
        timezone="Europe/London",
        title={"en": "R v North & Gate <appeal>"},
        case="north-gate-five",
        starts=TEN,
        ends=TEN + timedelta(hours=2),
        venue={"en": "Court 4,\nLondon"},
        about={"en": "Not &lt;b&gt;bold&lt;/b&gt; &amp; not a tag"},
        url="https://live.example/1",
        source="https://court.example/1",
        uid="1@court.example",
    )
    assert not [*draft_faults(draft), *newcomer_faults(draft, NOW)]


def test_texts_are_as_long_as_telegram_takes_them() -> None:
    (draft,) = planned(replace(EVENT, title="ط" * 500, venue="v" * 900, about="👩" * 5000)).drafts
    assert draft.venue is not None
    assert draft.about is not None
    assert [len(str(draft.title["en"])), len(str(draft.venue["en"]))] == [120, 250]
    assert len(str(draft.about["en"]).encode("utf-16-le")) // 2 <= 1000


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Réunion à Genève!", "reunion-a-geneve-2026-12-03"),
        ("استئناف", "event-2026-12-03"),
        ("x" * 90, f"{'x' * 30}-2026-12-03"),
        ("", "event-2026-12-03"),
    ],
)
def test_a_slug_is_of_the_title_and_the_day(title: str, slug: str) -> None:
    (draft,) = planned(replace(EVENT, title=title)).drafts
    assert draft.slug == slug


def test_two_of_one_name_and_day_have_slugs_of_their_own() -> None:
    events = [replace(EVENT, uid=f"{number}@x") for number in range(20)]
    drafts = plan(events, {}, set(), WISHES, NOW).drafts
    assert len({draft.slug for draft in drafts}) == 20
    assert drafts == plan(events, {}, set(), WISHES, NOW).drafts, "the same each time"
    assert all(len(draft.slug) <= 50 for draft in drafts)


def test_what_is_over_or_off_is_nothing_new() -> None:
    assert planned(replace(EVENT, starts=datetime(2026, 11, 1, 10), ends=None)) == Plan((), (), ())
    assert planned(replace(EVENT, status="CANCELLED")) == Plan((), (), ())


def test_what_is_tentative_is_provisional_until_it_is_listed() -> None:
    (draft,) = planned(replace(EVENT, status="TENTATIVE")).drafts
    assert draft.status is EventStatus.PROVISIONAL
    provisional, later = here(status=EventStatus.PROVISIONAL), replace(EVENT, starts=TEN + timedelta(days=1), ends=None)
    assert planned(replace(later, status="TENTATIVE"), provisional).changes == ()
    (redated,) = planned(replace(later, status="TENTATIVE"), provisional).drafts
    assert (redated.starts, redated.ends) == (TEN + timedelta(days=1), None)
    assert the_change(EVENT, provisional) == ChangeRequest(Action.MOVE, TEN, EVENT.ends, "Europe/London")


def test_the_same_again_is_nothing() -> None:
    assert planned(EVENT, here()) == Plan((), (), ())
    assert planned(replace(EVENT, ends=None), here()) == Plan((), (), ())


def test_another_time_is_a_move_that_people_are_told_of() -> None:
    later = replace(EVENT, starts=TEN + timedelta(days=7), ends=TEN + timedelta(days=7, hours=1))
    assert the_change(later, here()) == ChangeRequest(Action.MOVE, later.starts, later.ends, "Europe/London")
    assert planned(later, here()).drafts == (), "the words are the same"
    elsewhere = replace(EVENT, timezone="Asia/Karachi")
    assert the_change(elsewhere, here()) == ChangeRequest(Action.MOVE, TEN, EVENT.ends, "Asia/Karachi")
    longer = replace(EVENT, ends=TEN + timedelta(hours=5))
    assert the_change(longer, here()).ends == longer.ends
    at_another_place_since = here(((TEN, "Europe/London"),))
    assert the_change(longer, at_another_place_since).ends == longer.ends
    adjourned = here(((TEN, "Europe/London"),), status=EventStatus.ADJOURNED, starts=None, ends=None)
    assert the_change(later, adjourned).starts == later.starts


def test_another_place_is_one_too() -> None:
    assert the_change(replace(EVENT, venue="Court 5"), here()) == ChangeRequest(Action.MOVE, venue={"en": "Court 5"})
    assert planned(replace(EVENT, venue=""), here()) == Plan((), (), ())
    assert planned(replace(EVENT, venue="Court  4, London"), here()) == Plan((), (), ()), "white space is nothing"


def test_another_link_is_one_too() -> None:
    link = "https://example.org/another-room"
    assert the_change(replace(EVENT, online=link), here()) == ChangeRequest(Action.MOVE, url=link)
    assert planned(replace(EVENT, online=link), here()).drafts == (), "nothing of it comes in untold"


def test_what_is_cancelled_there_is_cancelled_here() -> None:
    off = replace(EVENT, status="CANCELLED")
    assert the_change(off, here()) == ChangeRequest(Action.CANCEL)
    assert planned(off, here(status=EventStatus.CANCELLED)).changes == ()


def test_what_was_decided_here_is_not_undone_by_an_old_calendar() -> None:
    cancelled = planned(EVENT, here(status=EventStatus.CANCELLED))
    assert cancelled.changes == ()
    assert "is cancelled here, but not in the calendar" in cancelled.notes[0]
    moved = planned(EVENT, here(((TEN, "Europe/London"),), status=EventStatus.MOVED, starts=TEN + timedelta(days=1), ends=None))
    assert moved.changes == ()
    assert "is at 2026-12-03 10:00 in the calendar, which was given up here" in moved.notes[0]
    adjourned = planned(EVENT, here(((TEN, "Europe/London"),), status=EventStatus.ADJOURNED, starts=None, ends=None))
    assert adjourned.changes == ()
    assert "`nida event move r-v-north-gate-appeal-2026-12-03`" in adjourned.notes[0]


@pytest.mark.parametrize("status", [EventStatus.HEARD, EventStatus.OUTCOME])
def test_what_took_place_stays_as_it_was(status: EventStatus) -> None:
    assert planned(replace(EVENT, starts=TEN + timedelta(days=9)), here(status=status)).changes == ()


def test_what_has_begun_is_not_moved() -> None:
    begun = replace(EVENT, starts=datetime(2026, 11, 22, 11), ends=datetime(2026, 11, 22, 15), venue="Court 9")
    assert planned(begun, here()).changes == ()


def test_other_words_are_written_down_unless_only_dates_are_wanted() -> None:
    reworded = replace(EVENT, title="The appeal", about="", online="")
    (draft,) = planned(reworded, here()).drafts
    assert draft == replace(here().draft, title={"en": "The appeal"}), "what the calendar does not say stays"
    assert planned(reworded, here(), replace(WISHES, dates_only=True)).drafts == ()
    translated = here(title={"en": "R v North", "ar": "استئناف"})
    (kept,) = planned(EVENT, translated).drafts
    assert kept.title == {"en": EVENT.title, "ar": "استئناف"}
