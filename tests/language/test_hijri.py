"""Hijri dates: on request, labelled, in the reader's words and digits, and only where the calendar is laid down."""

from datetime import UTC, date, datetime

import pytest

from bot.language import Digits, day, hijri_line, moment, restored, without_marks
from bot.language.hijri import MONTHS, hijri_text
from tests.language.conftest import LOCALES, Speaking
from tests.language.screen import direction_on_desktop, isolates_are_balanced, order_seen

HEARING = datetime(2026, 12, 3, 22, 30, tzinfo=UTC)
FIRST, LAST = date(1924, 8, 1), date(2077, 11, 16)


@pytest.mark.parametrize(
    ("locale", "digits", "line"),
    [
        ("en", Digits.latin, "23 Jumada al-Akhirah 1448 AH (Umm al-Qura calendar)"),
        ("ar", Digits.arabic, "٢٣ جمادى الآخرة ١٤٤٨ للهجرة (تقويم أم القرى)"),
        ("ur", Digits.urdu, "۲۳ جمادی الثانی ۱۴۴۸ ہجری (ام القریٰ کیلنڈر)"),
    ],
)
def test_a_moment_has_the_hijri_date_below_for_who_asked_for_it(
    speaking: Speaking, locale: str, digits: Digits, line: str
) -> None:
    words = speaking(locale, digits=digits, hijri=True)
    text = words.say("When: {moment}", moment=moment(HEARING, "Europe/London"))
    assert without_marks(text.plain).split("\n")[1] == line
    for shown in restored(text.html, rtl=words.reader.rtl).plain.split("\n"):
        assert isolates_are_balanced(shown)
        assert direction_on_desktop(shown) == ("rtl" if words.reader.rtl else "ltr")
    assert words.reader.digits_in("1448") in order_seen(text.plain.split("\n")[1], "R" if words.reader.rtl else "L")


def test_nobody_gets_it_unasked(speaking: Speaking) -> None:
    for locale in LOCALES:
        words = speaking(locale)
        assert "\n" not in words.show(moment(HEARING, "Europe/London")).plain
        assert hijri_line(words, HEARING) is None


def test_it_is_the_date_at_the_place_whose_time_is_told(speaking: Speaking) -> None:
    words = speaking("en", timezone="Asia/Karachi", hijri=True)
    assert "\n23 Jumada" in without_marks(words.show(moment(HEARING, "Europe/London")).plain)
    own = hijri_line(words, HEARING)
    assert own is not None
    assert without_marks(own.plain).startswith("24 Jumada")


@pytest.mark.parametrize(("when", "shown"), [(FIRST, "1 Muharram 1343"), (LAST, "30 Dhu al-Hijjah 1500")])
def test_the_first_and_the_last_day_of_the_calendar_are_shown(speaking: Speaking, when: date, shown: str) -> None:
    text = hijri_text(speaking("en", hijri=True), when)
    assert text is not None
    assert without_marks(text.plain).startswith(shown)


@pytest.mark.parametrize("when", [date(1924, 7, 31), date(2077, 11, 17), date.min, date.max])
def test_outside_of_the_calendar_there_is_no_line(speaking: Speaking, when: date) -> None:
    words = speaking("ar", hijri=True)
    assert hijri_line(words, when) is None
    assert "\n" not in words.show(day(when)).plain


def test_every_month_has_a_name_of_its_own_in_every_language(speaking: Speaking) -> None:
    for locale in LOCALES:
        assert len({speaking(locale).say(month).plain for month in MONTHS}) == 12
