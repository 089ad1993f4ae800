"""What may be done with an event, and what it is then."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import NidaError
from bot.events.models import EventStatus
from bot.events.status import Action, ChangeRequest, changed
from bot.events.views import EventView
from tests.events.world import NOW, SLUG, view, wall

LATER = wall("2026-12-10 14:30")
DONE = EventStatus


def after(event: EventView, kind: Action, now: datetime = NOW, **asked: Any) -> EventView:
    return changed(event, ChangeRequest(kind, **asked), by="Amal", at=now, source="en")


def refusal(event: EventView, kind: Action, now: datetime = NOW, **asked: Any) -> str:
    with pytest.raises(NidaError) as refused:
        after(event, kind, now, **asked)
    return str(refused.value)


@pytest.mark.parametrize("status", [DONE.LISTED, DONE.MOVED, DONE.ADJOURNED])
@pytest.mark.parametrize(
    ("kind", "asked", "then"),
    [
        (Action.ADJOURN, {"starts": LATER}, DONE.ADJOURNED),
        (Action.ADJOURN, {}, DONE.ADJOURNED),
        (Action.MOVE, {"starts": LATER}, DONE.MOVED),
        (Action.MOVE, {"venue": {"en": "Court 7"}}, DONE.MOVED),
        (Action.CANCEL, {}, DONE.CANCELLED),
    ],
)
def test_what_has_a_date_can_be_put_off_moved_and_called_off(
    status: EventStatus, kind: Action, asked: dict[str, Any], then: EventStatus
) -> None:
    event = after(view(status=status), kind, **asked)
    assert (event.status, event.sequence, event.changed_at) == (then, 1, NOW)


def test_a_date_makes_a_provisional_event_a_listed_one_and_lets_a_cancelled_one_go_ahead() -> None:
    assert after(view(status=DONE.PROVISIONAL, starts=None), Action.MOVE, starts=LATER).status is DONE.LISTED
    assert after(view(status=DONE.PROVISIONAL, starts=None), Action.CANCEL).status is DONE.CANCELLED
    assert after(view(status=DONE.CANCELLED), Action.MOVE, starts=wall("2026-12-03 10:00")).status is DONE.MOVED


def test_only_what_was_heard_has_an_outcome() -> None:
    over = NOW + timedelta(days=31)
    heard = after(view(), Action.HEARD, now=over)
    assert heard.status is DONE.HEARD
    told = after(heard, Action.OUTCOME, now=over, update="mill-lane-bail")
    assert (told.status, told.outcome, told.sequence) == (DONE.OUTCOME, "mill-lane-bail", 2)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (DONE.PROVISIONAL, Action.ADJOURN),
        (DONE.PROVISIONAL, Action.HEARD),
        (DONE.CANCELLED, Action.CANCEL),
        (DONE.CANCELLED, Action.ADJOURN),
        (DONE.CANCELLED, Action.HEARD),
        (DONE.LISTED, Action.OUTCOME),
        (DONE.HEARD, Action.HEARD),
        (DONE.HEARD, Action.MOVE),
        (DONE.HEARD, Action.CANCEL),
        (DONE.OUTCOME, Action.OUTCOME),
        (DONE.OUTCOME, Action.ADJOURN),
    ],
)
def test_nothing_else_is_done_with_it(status: EventStatus, kind: Action) -> None:
    asked = {"starts": LATER} if kind is not Action.OUTCOME else {"update": "mill-lane-bail"}
    assert refusal(view(status=status), kind, now=NOW + timedelta(days=1), **asked).startswith(SLUG)


def test_a_new_beginning_keeps_the_duration_and_leaves_a_place_without_a_map() -> None:
    event = after(view(map="https://maps.example/strand"), Action.MOVE, starts=LATER, venue={"en": "Court 7, Leeds"})
    assert event.ends == wall("2026-12-10 20:30")
    assert event.venue is not None
    assert set(event.venue.texts) == {"en"}
    assert event.map is None
    same: dict[str, Any] = {"venue": {"en": "Court 4, The Strand, London"}}
    for asked in ({}, same):
        stays = after(view(map="https://maps.example/strand"), Action.MOVE, starts=LATER, **asked)
        assert (stays.map, stays.venue) == ("https://maps.example/strand", view().venue)


def test_put_off_without_a_date_it_has_none() -> None:
    event = after(view(), Action.ADJOURN)
    assert (event.starts, event.ends, event.starts_at) == (None, None, None)
    assert not event.is_going_ahead


def test_another_zone_keeps_the_wall_time() -> None:
    event = after(view(), Action.MOVE, timezone="Asia/Karachi")
    assert event.starts == wall("2026-12-03 10:00")
    assert f"{event.starts_at:%H:%M}" == "05:00"


@pytest.mark.parametrize(
    ("event", "kind", "asked", "sentence"),
    [
        (view(), Action.MOVE, {"starts": wall("2026-11-03 10:00")}, "2026-11-03 10:00 Europe/London is over"),
        (view(), Action.MOVE, {"starts": LATER, "ends": wall("2026-12-10 14:00")}, "It would end at 2026-12-10 14:00"),
        (view(), Action.MOVE, {"timezone": "Europe/Londen"}, "There is no time zone 'Europe/Londen'"),
        (view(), Action.MOVE, {}, f"{SLUG} is so already"),
        (view(), Action.MOVE, {"starts": wall("2026-12-03 10:00")}, f"{SLUG} is so already"),
        (view(), Action.MOVE, {"venue": {"en": "Court 4, The Strand, London"}}, f"{SLUG} is so already"),
        (view(starts=None, status=DONE.ADJOURNED), Action.ADJOURN, {}, f"{SLUG} is so already"),
        (view(starts=None, status=DONE.ADJOURNED), Action.MOVE, {"venue": {"en": "Leeds"}}, f"{SLUG} has no date; say when"),
        (view(status=DONE.PROVISIONAL), Action.MOVE, {}, f"{SLUG} is provisional; say when"),
        (view(status=DONE.CANCELLED), Action.MOVE, {}, f"{SLUG} is cancelled; say when"),
        (view(), Action.MOVE, {"venue": {"ur": "لیڈز"}}, "Give the venue in the language en too"),
        (view(), Action.CANCEL, {"reason": {"ar": "مرض القاضي"}}, "Give the reason in the language en too"),
        (view(), Action.HEARD, {}, f"{SLUG} cannot have been heard: it begins at 2026-12-03 10:00 Europe/London"),
        (view(starts=None), Action.HEARD, {}, f"{SLUG} cannot have been heard: it has no date"),
        (view(status=DONE.HEARD), Action.OUTCOME, {}, "Name the update"),
    ],
)
def test_what_makes_no_sense_is_refused_with_one_sentence(
    event: EventView, kind: Action, asked: dict[str, Any], sentence: str
) -> None:
    said = refusal(event, kind, **asked)
    assert said.startswith(sentence)
    assert said.endswith(".")


def test_what_has_begun_can_only_be_given_another_time() -> None:
    begun = datetime(2026, 12, 3, 10, 5, tzinfo=NOW.tzinfo)
    assert "has begun" in refusal(view(), Action.MOVE, now=begun, venue={"en": "Court 7"})
    assert after(view(), Action.ADJOURN, now=begun).status is DONE.ADJOURNED
