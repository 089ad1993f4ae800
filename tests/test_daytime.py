"""Wall time in the zones readers live in, over the nights on which clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daytime import DAY, Hours, instant, next_time

ZONES = ["Europe/London", "Asia/Karachi", "Africa/Cairo", "Asia/Amman", "Asia/Riyadh", "America/New_York", "Australia/Lord_Howe"]
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        ("2026-12-01 18:00", "Europe/London", "2026-12-01 18:00"),
        ("2026-07-01 18:00", "Europe/London", "2026-07-01 17:00"),
        ("2026-12-01 18:00", "Asia/Karachi", "2026-12-01 13:00"),
        ("2026-12-01 18:00", "Asia/Amman", "2026-12-01 15:00"),  # +3 all year since 2022
        ("2026-12-01 18:00", "Asia/Riyadh", "2026-12-01 15:00"),
        ("2026-12-01 18:00", "Africa/Cairo", "2026-12-01 16:00"),
        ("2026-12-01 18:00", "America/New_York", "2026-12-01 23:00"),
        # Skipped: the moment the clocks go forward.
        ("2026-03-29 01:30", "Europe/London", "2026-03-29 01:00"),
        ("2026-03-29 01:00", "Europe/London", "2026-03-29 01:00"),
        ("2026-03-08 02:45", "America/New_York", "2026-03-08 07:00"),
        ("2026-04-24 00:30", "Africa/Cairo", "2026-04-23 22:00"),
        # Twice: the first.
        ("2026-10-25 01:30", "Europe/London", "2026-10-25 00:30"),
        ("2026-11-01 01:30", "America/New_York", "2026-11-01 05:30"),
        ("2026-10-29 23:30", "Africa/Cairo", "2026-10-29 20:30"),
    ],
)
def test_when_a_clock_shows_a_wall_time(wall: str, zone: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(wall), ZoneInfo(zone)) == utc(expected)


@given(wall=moments, zone=st.sampled_from(ZONES))
def test_a_clock_shows_at_that_moment_what_was_asked_or_has_just_skipped_it(wall: datetime, zone: str) -> None:
    wall = wall.replace(microsecond=0)
    at = instant(wall, ZoneInfo(zone))
    there = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert there == wall or before < wall < there


@pytest.mark.parametrize(
    ("written", "inside", "outside"),
    [("22:00-08:00", ("22:00", "23:59", "00:00", "07:59"), ("08:00", "21:59")), ("9:00 - 21:00", ("09:00", "20:59"), ("21:00",))],
)
def test_hours_over_midnight_and_within_a_day(written: str, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    hours = Hours.parse(written)
    assert all(_minutes(each) in hours for each in inside)
    assert not any(_minutes(each) in hours for each in outside)
    assert Hours.parse(str(hours)) == hours


@pytest.mark.parametrize("written", ["", "22:00", "22-8", "25:00-08:00", "22:00-08:60", "from nine to five"])
def test_what_is_no_stretch_of_the_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write one like 22:00-08:00"):
        Hours.parse(written)


def test_hours_that_end_as_they_begin_are_empty() -> None:
    assert Hours.parse("09:00-09:00").is_empty
    assert Hours.parse("00:00-24:00").is_empty
    assert not any(minute in Hours(600, 600) for minute in range(DAY))


@given(now=moments, zone=st.sampled_from(ZONES), start=st.integers(0, DAY - 1), end=st.integers(0, DAY - 1))
def test_the_next_moment_in_and_out_of_hours_is_as_near_as_it_can_be(now: datetime, zone: str, start: int, end: int) -> None:
    now, hours, place = now.replace(tzinfo=UTC, second=0, microsecond=0), Hours(start, end), ZoneInfo(zone)

    def is_inside(moment: datetime) -> bool:
        there = moment.astimezone(place)
        return there.hour * 60 + there.minute in hours

    out = hours.next_outside(now, place)
    assert now <= out <= now + timedelta(hours=26)
    assert not hours.is_empty or out == now
    assert not is_inside(out) or out > now  # after a night of change it may have to be asked once more
    if out > now:
        assert is_inside(now)
        assert (
            is_inside(out - timedelta(minutes=1))
            or (out - timedelta(minutes=1)).astimezone(place).utcoffset() != out.astimezone(place).utcoffset()
        )
    if not hours.is_empty:
        into = hours.next_inside(now, place)
        assert now <= into <= now + timedelta(hours=50)
        assert (into == now) == is_inside(now)


def test_the_next_time_may_be_the_second_of_two() -> None:
    london, early = ZoneInfo("Europe/London"), utc("2026-10-25 01:10")  # 01:10 for the second time
    assert next_time(early, 90, london) == utc("2026-10-25 01:30")


def test_the_next_time_on_a_weekday() -> None:
    saturday = next_time(utc("2026-11-22 12:00"), 18 * 60, ZoneInfo("Asia/Karachi"), weekday=5)
    assert saturday == utc("2026-11-28 13:00")
    assert next_time(saturday, 18 * 60, ZoneInfo("Asia/Karachi"), weekday=5) == saturday


def _minutes(written: str) -> int:
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)
