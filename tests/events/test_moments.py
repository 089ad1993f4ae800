"""Zones: when an event begins, and when people are reminded, on nights on which the clocks change and on others."""

from datetime import datetime, timedelta

import pytest

from bot.events.moments import begins, is_within_the_day, useful_until
from tests.events.world import NOW


@pytest.mark.parametrize(
    ("zone", "starts", "moment"),
    [
        ("Europe/London", "2027-03-27 10:00", "2027-03-27 10:00"),
        ("Europe/London", "2027-03-28 10:00", "2027-03-28 09:00"),
        ("Europe/London", "2027-03-28 01:30", "2027-03-28 01:00"),  # skipped: when the clocks do
        ("Europe/London", "2027-10-31 00:30", "2027-10-30 23:30"),
        ("Europe/London", "2027-10-31 01:30", "2027-10-31 00:30"),  # twice: the first
        ("Europe/London", "2027-10-31 02:30", "2027-10-31 02:30"),
        ("America/New_York", "2027-03-13 10:00", "2027-03-13 15:00"),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:00"),
        ("America/New_York", "2027-03-14 10:00", "2027-03-14 14:00"),
        ("America/New_York", "2027-11-07 01:30", "2027-11-07 05:30"),
        ("America/New_York", "2027-11-07 10:00", "2027-11-07 15:00"),
        ("Africa/Cairo", "2027-04-29 10:00", "2027-04-29 08:00"),
        ("Africa/Cairo", "2027-04-30 00:30", "2027-04-29 22:00"),  # skipped at midnight
        ("Africa/Cairo", "2027-04-30 10:00", "2027-04-30 07:00"),
        ("Africa/Cairo", "2027-10-28 23:30", "2027-10-28 20:30"),  # twice: the first
        ("Africa/Cairo", "2027-10-29 00:30", "2027-10-28 22:30"),
        ("Africa/Cairo", "2027-10-29 10:00", "2027-10-29 08:00"),
        ("Asia/Karachi", "2027-03-28 10:00", "2027-03-28 05:00"),
        ("Asia/Karachi", "2027-10-31 10:00", "2027-10-31 05:00"),
        ("Asia/Riyadh", "2027-03-28 10:00", "2027-03-28 07:00"),
        ("Asia/Riyadh", "2027-10-31 10:00", "2027-10-31 07:00"),
        ("Asia/Amman", "2027-03-28 10:00", "2027-03-28 07:00"),  # no longer changes its clocks
        ("Asia/Amman", "2027-10-31 10:00", "2027-10-31 07:00"),
    ],
)
def test_it_begins_when_a_clock_there_shows_so(zone: str, starts: str, moment: str) -> None:
    assert f"{begins(datetime.fromisoformat(starts), zone):%Y-%m-%d %H:%M}" == moment


@pytest.mark.parametrize(
    ("minutes", "until"),
    [(30, 0), (12 * 60, 0), (24 * 60, 3), (3 * 24 * 60, 3), (5 * 24 * 60, 24), (30 * 24 * 60, 24)],
)
def test_a_reminder_is_of_use_while_what_it_is_about_can_still_be_done(minutes: int, until: int) -> None:
    assert useful_until(NOW, minutes) == NOW - timedelta(hours=until)


@pytest.mark.parametrize(("hours", "near"), [(-25, False), (-23, True), (0, True), (24, True), (24.1, False)])
def test_within_a_day_people_may_be_on_their_way(hours: float, near: bool) -> None:
    assert is_within_the_day(NOW + timedelta(hours=hours), NOW) is near
    assert not is_within_the_day(None, NOW)
