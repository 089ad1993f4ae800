"""From when on a person may get a broadcast."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daytime import Hours
from bot.delivery.timing import AT_ONCE, DIGEST_TIME, QuietHours, Timing, Wishes, goes_at

ZONES = ("Europe/London", "Asia/Karachi", "Africa/Cairo", "Asia/Amman", "Asia/Riyadh", "America/New_York")
NIGHT = Hours.parse("22:00-08:00")
DAYTIME = Hours.parse("09:00-21:00")
minutes = st.integers(0, 24 * 60 - 1)
hours = st.none() | st.builds(Hours, minutes, minutes)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %H:%M}"


def test_who_wants_nothing_special_gets_it_now() -> None:
    now = utc("2026-11-22 03:00")
    assert goes_at(AT_ONCE, Wishes("Asia/Karachi"), now) == now


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("Europe/London", "2026-11-22 23:30", "Mon 23 08:00"),
        ("Asia/Karachi", "2026-11-22 23:30", "Mon 23 08:00"),  # 04:30 there
        ("Africa/Cairo", "2026-11-22 19:59", "Sun 22 21:59"),
        ("Asia/Amman", "2026-11-22 19:00", "Mon 23 08:00"),
        ("Asia/Riyadh", "2026-11-22 05:00", "Sun 22 08:00"),
        ("America/New_York", "2026-11-22 12:59", "Sun 22 08:00"),
        ("Europe/London", "2026-03-28 23:00", "Sun 29 08:00"),  # an hour less of quiet
        ("Europe/London", "2026-10-24 23:00", "Sun 25 08:00"),  # an hour more
    ],
)
def test_quiet_hours_are_on_the_readers_own_clock(zone: str, now: str, expected: str) -> None:
    assert local(goes_at(AT_ONCE, Wishes(zone, NIGHT), utc(now)), zone) == expected


def test_urgent_goes_into_quiet_hours_and_past_a_digest_but_keeps_what_staff_asked_for() -> None:
    now = utc("2026-11-22 23:30")
    wishes = Wishes("Europe/London", NIGHT, digest_days=7)
    assert goes_at(Timing(not_before=now + timedelta(minutes=9)), wishes, now, urgent=True) == now
    assert goes_at(Timing(window=DAYTIME), wishes, now, urgent=True) == utc("2026-11-23 09:00")
    asked = Timing(at_local=datetime(2026, 12, 1, 23, 0))
    assert goes_at(asked, wishes, now, urgent=True) == utc("2026-12-01 23:00")


def test_waking_people_are_not_woken_and_nobody_waits_until_it_is_of_no_use() -> None:
    night, morning = utc("2026-11-22 23:30"), utc("2026-11-23 08:00")
    sleeper, without = Wishes("UTC", NIGHT, digest_days=7), Wishes("UTC")
    assert goes_at(Timing(waking=True), sleeper, night, urgent=True) == morning
    assert goes_at(Timing(window=DAYTIME, waking=True), without, night, urgent=True) == utc("2026-11-23 09:00")
    for until, at in ((morning + timedelta(seconds=1), morning), (morning, night)):
        assert goes_at(Timing(until=until, waking=True), sleeper, night, urgent=True) == at
        assert goes_at(Timing(until=until), sleeper, night) == night  # its digest would come in a week
    assert goes_at(Timing(window=DAYTIME, until=morning), without, night) == night


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Karachi", "13:00"), ("Asia/Riyadh", "15:00"), ("Africa/Cairo", "16:00"), ("Europe/London", "18:00")],
)
def test_a_wall_time_is_each_readers_own(zone: str, expected: str) -> None:
    asked = Timing(at_local=datetime(2026, 12, 1, 18, 0))
    at = goes_at(asked, Wishes(zone), utc("2026-11-22 12:00"))
    assert at == utc(f"2026-12-01 {expected}")
    assert goes_at(asked, Wishes(zone), at) == at


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        (1, "2026-11-22 10:00", "Sun 22 18:00"),
        (1, "2026-11-22 13:01", "Mon 23 18:00"),
        (7, "2026-11-22 10:00", "Sat 28 18:00"),
        (7, "2026-11-28 12:59", "Sat 28 18:00"),
        (7, "2026-11-28 13:01", "Sat 05 18:00"),
    ],
)
def test_digests_come_in_the_evening_and_weekly_ones_on_saturday(days: int, now: str, expected: str) -> None:
    assert local(goes_at(AT_ONCE, Wishes("Asia/Karachi", digest_days=days), utc(now)), "Asia/Karachi") == expected


def test_what_has_waited_for_its_digest_waits_for_no_other() -> None:
    now = utc("2026-11-22 18:00")
    assert goes_at(AT_ONCE, Wishes("UTC", digest_days=7), now, waited=True) == now
    quiet = Wishes("UTC", Hours.parse("17:00-20:00"), digest_days=1)
    assert goes_at(AT_ONCE, quiet, utc("2026-11-22 10:00")) == utc("2026-11-22 20:00")
    assert goes_at(AT_ONCE, quiet, now, waited=True) == utc("2026-11-22 20:00")


def test_a_window_and_quiet_hours_hold_together_and_where_they_never_meet_the_person_decides() -> None:
    now = utc("2026-11-22 07:00")
    late_riser = Wishes("UTC", Hours.parse("23:00-11:00"))
    assert goes_at(Timing(window=DAYTIME), late_riser, now) == utc("2026-11-22 11:00")
    assert goes_at(Timing(window=Hours.parse("08:00-10:00")), late_riser, now) == utc("2026-11-22 11:00")


@given(
    now=moments,
    wishes=st.builds(Wishes, st.sampled_from(ZONES), hours, st.sampled_from((0, 1, 7))),
    window=hours.filter(lambda each: each is None or not each.is_empty),
    at_local=st.none() | st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    urgent=st.booleans(),
    waking=st.booleans(),
    useful=st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=12)),
)
def test_it_comes_soon_in_no_quiet_hour_and_then_really_goes(
    now: datetime,
    wishes: Wishes,
    window: Hours | None,
    at_local: datetime | None,
    urgent: bool,
    waking: bool,
    useful: timedelta | None,
) -> None:
    until = now + useful if useful else None
    timing = Timing(at_local, window, until=until, waking=waking)
    at = goes_at(timing, wishes, now, urgent=urgent)
    start = max(now, at_local.replace(tzinfo=UTC) + timedelta(hours=14)) if at_local else now
    assert now <= at <= start + timedelta(days=11)
    unbounded = goes_at(replace(timing, until=None), wishes, now, urgent=urgent)
    if until is not None and unbounded >= until:  # it could not wait
        assert at == (goes_at(Timing(at_local), Wishes(wishes.zone), now) if at_local else now)
        return
    assert at == unbounded
    assert goes_at(timing, wishes, at, urgent=urgent, waited=True) == at  # woken then, it is not put off again
    there = at.astimezone(ZoneInfo(wishes.zone))
    assert (urgent and not waking) or wishes.quiet is None or there.hour * 60 + there.minute not in wishes.quiet
    if wishes.digest_days and not urgent and wishes.quiet is None and window is None:
        assert there.hour * 60 == DIGEST_TIME


@given(
    window=hours,
    at_local=st.none() | st.datetimes(),
    not_before=st.none() | moments,
    until=st.none() | moments,
    waking=st.booleans(),
)
def test_a_timing_comes_back_from_the_database_as_it_was(
    window: Hours | None, at_local: datetime | None, not_before: datetime | None, until: datetime | None, waking: bool
) -> None:
    timing = Timing(at_local, window, not_before, until, waking)
    assert Timing.from_json(timing.to_json()) == timing


def test_a_persons_own_choice_wins_over_their_countrys_and_that_over_the_usual() -> None:
    quiet = QuietHours(NIGHT, {"PK": Hours.parse("23:00-07:00")})
    assert quiet.of(None, None, None) == quiet.of(None, None, "GB") == NIGHT
    assert quiet.of(None, None, "PK") == Hours.parse("23:00-07:00")
    assert quiet.of(1200, 300, "PK") == Hours(1200, 300)
    assert quiet.of(0, 0, "PK") is None
    assert QuietHours().of(None, None, "PK") is None
