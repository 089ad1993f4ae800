"""Calendar files and feeds, as three readers of other people understand them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from bot.events import ical
from bot.events.calendar import Former, Publisher
from bot.events.models import EventStatus
from bot.events.views import EventView
from tests.events.making import HEARING, PUBLISHER, at, calendars, text
from tests.events.readers import IcalJs

ZONES = ("Europe/London", "Asia/Karachi", "Africa/Cairo", "Asia/Amman", "Asia/Riyadh", "America/New_York", "Africa/Casablanca")
NIGHTS = (
    datetime(2026, 3, 29, 1, 30),  # London has no such time
    datetime(2026, 10, 25, 1, 30),  # and this one twice
    datetime(2026, 3, 8, 1, 30),  # New York, forward at 2
    datetime(2026, 3, 8, 3, 30),
    datetime(2026, 3, 29, 0, 30),  # London, forward at 1
    datetime(2026, 3, 29, 2, 30),
    datetime(2026, 4, 23, 23, 30),  # Cairo, forward at midnight
    datetime(2026, 4, 24, 1, 30),
    datetime(2026, 10, 25, 0, 30),  # London, back at 2
    datetime(2026, 10, 25, 2, 30),
    datetime(2026, 10, 29, 22, 30),  # Cairo, back at midnight
    datetime(2026, 10, 30, 0, 30),
    datetime(2026, 11, 1, 0, 30),  # New York, back at 2
    datetime(2026, 11, 1, 2, 30),
    datetime(2026, 2, 14, 12),  # Casablanca goes back for Ramadan on the 15th
    datetime(2026, 3, 1, 12),
    datetime(2026, 7, 1, 10),
    datetime(2027, 12, 31, 23, 59),
)
NOT_PLAIN = [("Europe/London", NIGHTS[0]), ("Europe/London", NIGHTS[1])]
LONG = "ثلاثة قضاة يقررون ما إذا كان الحكم سيبقى، والعائلة تنتظر في الخارج؛ " * 6


def unfolded(calendar: bytes) -> list[str]:
    return calendar.replace(b"\r\n ", b"").decode().split("\r\n")


def values(calendar: bytes, name: str) -> list[str]:
    return [line.partition(":")[2] for line in unfolded(calendar) if line.partition(":")[0].partition(";")[0] == name]


@pytest.mark.parametrize(
    ("event", "method", "status"),
    [
        (HEARING, "PUBLISH", "CONFIRMED"),
        (replace(HEARING, status=EventStatus.PROVISIONAL), "PUBLISH", "TENTATIVE"),
        (replace(HEARING, status=EventStatus.MOVED, sequence=1), "PUBLISH", "CONFIRMED"),
        (replace(HEARING, status=EventStatus.ADJOURNED, sequence=2), "PUBLISH", "CONFIRMED"),
        (
            replace(HEARING, status=EventStatus.ADJOURNED, starts=None, ends=None, starts_at=None, sequence=3),
            "CANCEL",
            "CANCELLED",
        ),
        (replace(HEARING, status=EventStatus.CANCELLED, sequence=4), "CANCEL", "CANCELLED"),
        (replace(HEARING, status=EventStatus.HEARD, sequence=5), "PUBLISH", "CONFIRMED"),
    ],
)
def test_method_status_and_sequence_say_what_happened(event: EventView, method: str, status: str) -> None:
    former = Former(datetime(2026, 12, 3, 10), "Europe/London") if event.starts is None else None
    file = calendars().file(event, "en", former)
    assert (values(file, "METHOD"), values(file, "STATUS")) == ([method], [status])
    assert values(file, "SEQUENCE") == [str(event.sequence)]
    assert values(file, "UID") == ["north-gate-five-appeal-0badcafe@nida"]
    assert "20261203T100000" in values(file, "DTSTART")


def test_what_never_had_a_date_is_in_no_calendar() -> None:
    with pytest.raises(ValueError, match="has no date"):
        calendars().file(replace(HEARING, starts=None, ends=None, starts_at=None), "en")


@pytest.mark.parametrize("locale", ["en", "ar", "ur"])
def test_three_readers_understand_the_same(ical_js: IcalJs, locale: str) -> None:
    event = replace(
        HEARING, status=EventStatus.CANCELLED, sequence=7, title=text("A, b; c\\d: «ه» 👩🏽‍⚖️", "أ، ب؛ \\n ج", "پ، چ؛ ژ")
    )
    file = calendars().file(event, locale)
    (theirs,) = ical_js(file)
    (found,) = theirs["events"]
    (one,) = icalendar.Calendar.from_ical(file).events
    two = vobject.readOne(file.decode()).vevent
    summary = {"en": "Cancelled: A, b; c\\d: «ه» 👩🏽‍⚖️", "ar": "إلغاء: أ، ب؛ \\n ج", "ur": "منسوخ: پ، چ؛ ژ"}[locale]
    assert [found["summary"], str(one["SUMMARY"]), two.summary.value] == [summary] * 3
    place = event.venue.texts[locale].text if event.venue else ""
    assert [found["location"], str(one["LOCATION"]), two.location.value] == [place] * 3
    assert [str(one["DESCRIPTION"]), two.description.value] == [found["description"]] * 2
    assert [found["uid"], str(one["UID"]), two.uid.value] == [PUBLISHER.uid_of(event)] * 3
    assert found["starts"] == {"wall": "2026-12-03T10:00:00", "unix": 1796292000, "zone": "Europe/London"}
    assert one.start == two.dtstart.value == datetime(2026, 12, 3, 10, tzinfo=UTC)
    assert one.end == two.dtend.value == datetime(2026, 12, 3, 12, 30, tzinfo=UTC)
    assert found["organizer"] == "mailto:hello@open-door.example"
    assert found["url"] == "https://courts.example/list"
    assert (theirs["method"], found["status"], found["sequence"], found["language"]) == ("CANCEL", "CANCELLED", 7, locale)


def test_everything_worth_knowing_is_described_in_the_readers_language() -> None:
    (described,) = values(calendars().file(HEARING, "ur"), "DESCRIPTION")
    for value in (HEARING.case_title, HEARING.asked, HEARING.bring, HEARING.arrive, HEARING.access, HEARING.phones):
        assert value is not None
        assert ical.text(value.texts["ur"].text) in described
    for address in (HEARING.map, HEARING.url, HEARING.source):
        assert ical.text(str(address)) in described
    assert "تین جج فیصلہ کریں گے کہ سزا برقرار" in described, "no tags"


def test_a_text_in_another_language_is_admitted() -> None:
    english = replace(HEARING, title=text("The appeal"))
    (described,) = values(calendars().file(english, "ar"), "DESCRIPTION")
    assert described.startswith("لم يُترجم هذا النص إلى لغتك بعد")
    assert "SUMMARY;LANGUAGE=en:The appeal" in unfolded(calendars().file(english, "ar"))


def test_every_zone_has_its_own_rules_on_both_nights_of_change(ical_js: IcalJs) -> None:
    """ical.js knows no zones but those of the file."""
    writer = calendars()
    events = [at(night, zone, slug=f"e{number}") for zone in ZONES for number, night in enumerate(NIGHTS)]
    apart = ical_js(*(writer.file(event, "en") for event in events))
    (together,) = ical_js(writer.feed([writer.entry(event, "en") for event in events], "en", "All"))
    for event, alone, among in zip(events, apart, together["events"], strict=True):
        assert event.starts_at is not None
        moment = int(event.starts_at.timestamp())
        said = (event.timezone, event.starts)
        assert among["starts"]["zone"] == event.timezone or said in NOT_PLAIN
        assert [alone["events"][0]["starts"]["unix"], among["starts"]["unix"]] == [moment] * 2, said


@pytest.mark.parametrize("zone", ZONES)
def test_a_second_reader_finds_the_same_moments(zone: str) -> None:
    for night in NIGHTS:
        event = at(night, zone)
        read = vobject.readOne(calendars().file(event, "en").decode()).vevent
        assert read.dtstart.value.astimezone(UTC) == event.starts_at, night


def test_a_line_is_folded_at_octets_and_never_inside_a_letter() -> None:
    file = calendars().file(replace(HEARING, about=text("x", LONG, LONG)), "ar")
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert ical.text(LONG.strip()) in "".join(unfolded(file))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_from_its_lines(written: str) -> None:
    folded = ical.file_of([f"SUMMARY:{ical.text(written)}"])
    assert max(map(len, folded.split(b"\r\n"))) <= 75
    for line in folded.split(b"\r\n"):
        line.decode()
    event = icalendar.cal.Component.from_ical(b"BEGIN:VEVENT\r\n" + folded + b"END:VEVENT\r\n")
    kept = "".join(letter for letter in written if (letter >= " " and letter != "\x7f") or letter in "\t\n")
    assert str(event["SUMMARY"]) == kept


def test_nobody_can_write_a_line_of_their_own(ical_js: IcalJs) -> None:
    evil = Publisher('Open "Door"\r\nATTENDEE:mailto:x@x.example', "en", "0badcafe", contact="a b\r\n@x.example")
    event = replace(HEARING, title=text("A\r\nATTENDEE:mailto:y@x.example"), url="https://x.example/\r\nATTENDEE:z")
    file = calendars(evil).file(event, "en")
    assert not values(file, "ATTENDEE")
    (read,) = ical_js(file)
    assert len(read["events"]) == 1


@pytest.mark.parametrize(
    ("contact", "website", "address"),
    [
        ("hello@x.example", "https://x.example", "mailto:hello@x.example"),
        ("mailto:hello@x.example", "", "mailto:hello@x.example"),
        ("https://x.example/contact@us", "https://x.example", "https://x.example"),
        ("", "", "invalid:nomail"),
    ],
)
def test_the_organiser_has_an_address_whatever_is_configured(contact: str, website: str, address: str) -> None:
    assert replace(PUBLISHER, contact=contact, website=website).address == address


def test_the_same_event_is_the_same_file_at_any_time() -> None:
    assert calendars().file(HEARING, "ar") == calendars().file(HEARING, "ar")


def test_an_imported_event_keeps_its_uid() -> None:
    assert values(calendars().file(replace(HEARING, uid="a,b@court.example"), "en"), "UID") == ["a\\,b@court.example"]


def test_a_feed_says_its_name_and_when_to_ask_again(ical_js: IcalJs) -> None:
    writer = calendars()
    feed = writer.feed([writer.entry(HEARING, "ar")], "ar", "جلسات، ووقفات")
    (read,) = ical_js(feed)
    assert read["name"] == "جلسات، ووقفات"
    assert values(feed, "REFRESH-INTERVAL") == ["PT60M"]
    assert len(values(feed, "TZID")) == 1


def test_an_event_without_an_end_has_none() -> None:
    assert not values(calendars().file(replace(HEARING, ends=None), "en"), "DTEND")


def test_an_empty_feed_is_a_calendar(ical_js: IcalJs) -> None:
    (read,) = ical_js(calendars().feed([], "ur", "x"))
    assert read["events"] == []


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_of_a_zone_hold_all_year(zone: str) -> None:
    """Every three hours of two years, in a third reader; but for wall times that are left out or come twice."""
    lines = ("BEGIN:VCALENDAR", *ical.zone_lines(zone, 2025, 2028), "END:VCALENDAR")
    rules, known = icalendar.Calendar.from_ical(ical.file_of(lines)).timezones[0].to_tz(lookup_tzid=False), ZoneInfo(zone)
    first = datetime(2026, 1, 1, 0, 15)
    for wall in (first + timedelta(hours=3 * count) for count in range(2 * 365 * 8)):
        offset = wall.replace(tzinfo=known).utcoffset()
        if offset == wall.replace(tzinfo=known, fold=1).utcoffset():
            assert wall.replace(tzinfo=rules).utcoffset() == offset, wall
