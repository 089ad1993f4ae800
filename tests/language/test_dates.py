"""Dates and times: the court's wall time, the reader's months, digits and clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language import Digits, clock_time, day, moment, relative, without_marks
from bot.language.places import PLACES
from tests.language.conftest import Speaking
from tests.language.screen import direction_on_desktop, order_seen

HEARING = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)


def shown(words_of: Speaking, *reader: object, timezone: str = "Europe/London", when: datetime = HEARING) -> str:
    words = words_of(*reader, timezone=timezone)
    return without_marks(words.show(moment(when, "Europe/London")).plain)


def test_a_moment_names_weekday_date_wall_time_and_place(speaking: Speaking) -> None:
    assert shown(speaking, "en") == "Thursday, 3 December 2026, 10:00 (London time)"
    assert shown(speaking, "ar") == "الخميس، 3 ديسمبر 2026، الساعة 10:00 (بتوقيت لندن)"
    assert shown(speaking, "ur") == "جمعرات، 3 دسمبر 2026، 10:00 بجے (لندن کا وقت)"


def test_a_reader_elsewhere_sees_their_own_time_too(speaking: Speaking) -> None:
    assert shown(speaking, "en", timezone="Asia/Karachi").endswith("10:00 (London time; 15:00 your time)")
    assert shown(speaking, "ar", "JO", timezone="Asia/Amman").endswith("الساعة 10:00 (بتوقيت لندن؛ 13:00 بتوقيتك)")


def test_the_readers_own_day_is_named_when_it_is_another(speaking: Speaking) -> None:
    late = datetime(2026, 12, 3, 22, 30, tzinfo=UTC)
    assert "Friday, 4 December 2026, 03:30 your time" in shown(speaking, "en", timezone="Asia/Karachi", when=late)


def test_the_entity_has_our_text_and_an_empty_format(speaking: Speaking) -> None:
    html = speaking("en").show(moment(HEARING, "Europe/London")).html
    assert f'<tg-time unix="{int(HEARING.timestamp())}" format="">' in html
    assert html.count("<tg-time") == html.count("</tg-time>") == 1


@pytest.mark.parametrize("year", [2020, 2031])
def test_what_telegram_would_refuse_as_too_far_is_plain(speaking: Speaking, year: int) -> None:
    assert "tg-time" not in speaking("ur").show(moment(HEARING.replace(year=year), "Europe/London")).html


def test_clocks_that_change_between_two_zones_are_told_apart(speaking: Speaking) -> None:
    """Britain ends summer time a week before New York does: five hours apart become four."""
    before = datetime(2026, 10, 20, 14, 0, tzinfo=UTC)
    between = datetime(2026, 10, 27, 14, 0, tzinfo=UTC)
    assert "15:00 (London time; 10:00 your time)" in shown(speaking, "en", timezone="America/New_York", when=before)
    assert "14:00 (London time; 10:00 your time)" in shown(speaking, "en", timezone="America/New_York", when=between)


def test_both_passes_of_the_hour_that_comes_twice_are_shown(speaking: Speaking) -> None:
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert "01:30 (London time)" in shown(speaking, "en", when=first)
    assert "01:30 (London time)" in shown(speaking, "en", when=second)
    assert shown(speaking, "en", timezone="Asia/Karachi", when=first) != shown(
        speaking, "en", timezone="Asia/Karachi", when=second
    )


@pytest.mark.parametrize(
    ("locale", "region", "expected"),
    [
        ("ar", "EG", "5 يناير 2026"), ("ar", "SA", "5 يناير 2026"), ("ar", "SY", "5 كانون الثاني 2026"),
        ("ar", "PS", "5 كانون الثاني 2026"), ("ar", "DZ", "5 جانفي 2026"), ("ar", "DE", "5 يناير 2026"),
        ("ur", "PK", "5 جنوری 2026"), ("ur", "IN", "5 جنوری 2026"), ("ur", None, "5 جنوری 2026"),
        ("en", "GB", "5 January 2026"), ("en", "PK", "5 January 2026"), ("en", "US", "January 5, 2026"),
    ],
)  # fmt: skip
def test_months_follow_the_readers_region(speaking: Speaking, locale: str, region: str | None, expected: str) -> None:
    assert without_marks(speaking(locale, region).show(day(date(2026, 1, 5), weekday=False)).plain) == expected


def test_moroccan_months_are_morocco_s(speaking: Speaking) -> None:
    assert "يوليوز" in speaking("ar", "MA").show(day(date(2026, 7, 5))).plain


def test_digits_follow_the_reader(speaking: Speaking) -> None:
    assert "٣ ديسمبر ٢٠٢٦، الساعة ١٠:٠٠" in shown(speaking, "ar", "EG", Digits.arabic)
    assert "۳ دسمبر ۲۰۲۶، ۱۰:۰۰ بجے" in shown(speaking, "ur", "PK", Digits.urdu)


def test_a_day_is_that_of_the_zone_it_is_asked_for(speaking: Speaking) -> None:
    late = datetime(2026, 12, 3, 22, 30, tzinfo=UTC)
    assert "3 December" in speaking("en").show(day(late)).plain
    assert "4 December" in speaking("en", timezone="Asia/Karachi").show(day(late)).plain
    assert "4 December" in speaking("en").show(day(late, "Asia/Karachi")).plain


def test_the_time_alone_is_that_of_the_reader(speaking: Speaking) -> None:
    words = speaking("en", timezone="Asia/Karachi")
    assert without_marks(words.show(clock_time(words, HEARING)).plain) == "15:00"


def test_a_place_may_be_named_that_is_not_the_zones_first(speaking: Speaking) -> None:
    bradford = next(place for place in PLACES if place.key == "bradford")
    assert "Bradford time" in speaking("en").show(moment(HEARING, "Europe/London", bradford)).plain.replace("\u2069", "")


@pytest.mark.parametrize(
    ("when", "en", "ar", "ur"),
    [
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), "today", "اليوم", "آج"),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "yesterday", "أمس", "گزشتہ کل"),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "tomorrow", "غدًا", "آئندہ کل"),
        (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "2 days ago", "قبل يومين", "2 دن پہلے"),
        (datetime(2026, 11, 25, 1, 0, tzinfo=UTC), "in 3 days", "بعد 3 أيام", "3 دن بعد"),
        (datetime(2026, 11, 11, 1, 0, tzinfo=UTC), "11 days ago", "قبل 11 يومًا", "11 دن پہلے"),
        (datetime(2026, 6, 11, 1, 0, tzinfo=UTC), "5 months ago", "قبل 5 أشهر", "5 مہینے پہلے"),
        (datetime(2023, 6, 11, 1, 0, tzinfo=UTC), "3 years ago", "قبل 3 سنوات", "3 سال پہلے"),
        (datetime(2029, 6, 11, 1, 0, tzinfo=UTC), "in 2 years", "بعد سنتين", "2 سال بعد"),
    ],
)
def test_relative_days_by_the_readers_calendar(speaking: Speaking, when: datetime, en: str, ar: str, ur: str) -> None:
    for locale, expected in (("en", en), ("ar", ar), ("ur", ur)):
        assert without_marks(speaking(locale).show(relative(when)).plain) == expected


def test_yesterday_depends_on_where_the_reader_is(speaking: Speaking) -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    assert without_marks(speaking("en").show(relative(late)).plain) == "yesterday"
    assert without_marks(speaking("en", timezone="Asia/Karachi").show(relative(late)).plain) == "today"


@pytest.mark.parametrize(("digits", "time"), [(Digits.latin, "15:00"), (Digits.arabic, "١٥:٠٠"), (Digits.urdu, "۱۵:۰۰")])
def test_times_and_days_are_drawn_in_their_own_order(speaking: Speaking, digits: Digits, time: str) -> None:
    for locale in ("ar", "ur"):
        words = speaking(locale, None, digits, "Asia/Karachi")
        line = words.show(moment(HEARING, "Europe/London")).plain
        assert time in order_seen(line, "R")
        year = words.reader.digits_in("2026")
        assert year in order_seen(line, "R")
        assert direction_on_desktop(line) == "rtl"


def test_a_naive_time_is_refused() -> None:
    naive = HEARING.replace(tzinfo=None)
    for make in (day, relative):
        with pytest.raises(ValueError, match="time zone"):
            make(naive)
    with pytest.raises(ValueError, match="time zone"):
        moment(naive, "Europe/London")


READERS = {
    ("ar", "EG", "Africa/Cairo"): "القاهرة",
    ("ar", "SA", "Asia/Riyadh"): "الرياض",
    ("ar", "SY", "Asia/Damascus"): "دمشق",
    ("ar", "MA", "Africa/Casablanca"): "الرباط",
    ("ur", "PK", "Asia/Karachi"): "کراچی",
    ("ur", "IN", "Asia/Kolkata"): "دہلی",
    ("en", "GB", "Europe/London"): "London",
}
EDGES = [
    datetime(2026, 3, 29, 0, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # Britain's clocks go forward
    datetime(2026, 10, 25, 0, 59, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC),  # … and back
    datetime(2026, 4, 23, 21, 59, tzinfo=UTC), datetime(2026, 4, 23, 22, 0, tzinfo=UTC),  # Egypt's go forward at midnight
    datetime(2026, 2, 15, 1, 59, tzinfo=UTC), datetime(2026, 2, 15, 2, 0, tzinfo=UTC),  # Morocco's go back for Ramadan
    datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "region", "zone"), READERS)
@pytest.mark.parametrize("when", EDGES, ids=str)
def test_at_the_edges_of_summer_time_each_region_sees_both_clocks(
    speaking: Speaking, locale: str, region: str, zone: str, when: datetime
) -> None:
    there, here = when.astimezone(ZoneInfo("Europe/London")), when.astimezone(ZoneInfo(zone))
    told = shown(speaking, locale, region, timezone=zone, when=when)
    assert f"{there:%H:%M}" in told
    assert str(there.day) in told
    assert (f"{here:%H:%M}" in told) or there.utcoffset() == here.utcoffset()
    assert told.count(":") == (1 if there.utcoffset() == here.utcoffset() else 2)
    assert (str(here.day) in told) or there.date() == here.date()
    assert READERS[locale, region, zone] in shown_at(speaking, locale, region, zone, when)


def shown_at(speaking: Speaking, locale: str, region: str, zone: str, when: datetime) -> str:
    """The moment as it is told where the reader lives."""
    words = speaking(locale, region, timezone=zone)
    return without_marks(words.show(moment(when, zone)).plain)


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [("Africa/Cairo", "23:59", "01:00"), ("Europe/London", "00:59", "02:00"), ("Africa/Casablanca", "02:59", "02:00")],
)
def test_a_clock_that_jumps_shows_what_hangs_on_the_wall(speaking: Speaking, zone: str, before: str, after: str) -> None:
    edge = {"Africa/Cairo": EDGES[5], "Europe/London": EDGES[1], "Africa/Casablanca": EDGES[7]}[zone]
    for when, clock in ((edge - timedelta(minutes=1), before), (edge, after)):
        words = speaking("en", timezone=zone)
        assert without_marks(words.show(clock_time(words, when)).plain) == clock
