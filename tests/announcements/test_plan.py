"""What staff may ask for, and one sentence where they may not."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.announcements.plan import AT_ONCE, Plan
from bot.daytime import Hours
from bot.errors import Misuse, NidaError

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def plan(at: str | None = None, at_local: str | None = None, window: str | None = None, urgent: str | None = None) -> Plan:
    return Plan.parse(at, at_local, window, urgent, LONDON)


def test_nothing_asked_is_at_once() -> None:
    assert plan() == AT_ONCE
    assert AT_ONCE.starts_at(NOW, {"UTC"}) is None
    assert AT_ONCE.timing.to_json() is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-12-01 18:00", "2026-12-01 18:00"),
        ("2027-07-01 18:00", "2027-07-01 17:00"),
        ("2026-12-01T18:00Z", "2026-12-01 18:00"),
        ("2026-12-01 18:00+05:00", "2026-12-01 13:00"),
        ("2026-12-01 18:00 Asia/Karachi", "2026-12-01 13:00"),
        ("2027-03-28 01:30", "2027-03-28 01:00"),  # skipped in London that night
    ],
)
def test_a_time_is_the_organisations_unless_it_says_otherwise(written: str, expected: str) -> None:
    assert plan(at=written).starts_at(NOW, set()) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_time_of_everybodys_own_begins_where_it_comes_first() -> None:
    asked = plan(at_local="2026-12-01 18:00", window="9:00-21:00", urgent="  the  hearing moved ")
    assert asked.starts_at(NOW, {"Asia/Karachi", "Europe/London", "America/New_York"}) == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert asked.timing.window == Hours(540, 1260)
    assert asked.urgent_reason == "the hearing moved"
    both = plan(at="2026-12-01 16:00", at_local="2026-12-01 18:00")
    assert both.starts_at(NOW, {"Asia/Karachi"}) == datetime(2026, 12, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"at": "tomorrow"}, "--at: 'tomorrow' is no time; write it like 2026-12-01 18:00"),
        ({"at": "2026-12-01 18:00 Asia/Karatschi"}, "there is no time zone 'Asia/Karatschi'"),
        ({"at": "2026-02-30 18:00"}, "there is no such day or time as 2026-02-30 18:00"),
        ({"at": "2026-12-01 25:00"}, "there is no such day or time as 2026-12-01 25:00"),
        ({"at_local": "2026-12-01 18:00 UTC"}, "is no time on everybody's own clock"),
        ({"window": "9-21"}, "--window: '9-21' is not a stretch of the day; write one like 09:00-21:00"),
        ({"window": "09:00-09:00"}, "is empty, so it would never go"),
        ({"urgent": " "}, "--urgent: say in at most 200 letters why"),
        ({"urgent": "x" * 201}, "--urgent: say in at most 200 letters why"),
    ],
)
def test_each_mistake_gets_one_sentence(asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misuse) as refused:
        plan(**asked)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"at": "2026-11-22 12:00"}, "2026-11-22 12:00 UTC is over"),
        ({"at_local": "2026-11-22 16:00"}, "In Asia/Karachi it is past 2026-11-22 16:00 already"),
    ],
)
def test_what_is_over_cannot_be_scheduled(asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(NidaError) as refused:
        plan(**asked).starts_at(NOW, {"Asia/Karachi", "UTC"})
    assert sentence in str(refused.value)
