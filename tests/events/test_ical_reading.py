"""Reading other people's calendars: what is understood, what is left out with a word, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import NidaError
from bot.events.ical_reading import MOST_BYTES, MOST_EVENTS, read
from bot.events.importing import CalendarEvent, CalendarFile
from bot.events.repeating import MOST_REPEATED
from tests.events.making import HEARING, calendars

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def calendar(*events: str, head: str = "") -> bytes:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:court\n{head}{''.join(events)}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def event(lines: str, uid: str = "1@court.example") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:A hearing\n{lines}\nEND:VEVENT\n"


def opened(content: bytes, zone: str = "Europe/London", *, insist: bool = False) -> CalendarFile:
    return read(content, "court.ics", zone, NOW, insist=insist)


def one(lines: str, zone: str = "Europe/London") -> CalendarEvent:
    (found,) = opened(calendar(event(lines)), zone).events
    return found


def starts(lines: str) -> list[str]:
    return [f"{each.starts:%m-%d %H:%M}" for each in opened(calendar(event(lines))).events]


def refusal(content: bytes) -> str:
    with pytest.raises(NidaError) as refused:
        opened(content)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    return str(refused.value)


def test_what_we_write_is_read_back() -> None:
    (found,) = opened(calendars().file(HEARING, "en")).events
    assert found.title == "The appeal of the North Gate Five"
    assert (found.starts, found.ends, found.timezone) == (HEARING.starts, HEARING.ends, "Europe/London")
    assert found.venue == "Court 4, Royal Courts; The Strand,\nLondon"
    assert (found.url, found.online) == ("https://courts.example/list", "https://live.example/appeal")


@pytest.mark.parametrize(
    ("lines", "wall", "zone"),
    [
        ("DTSTART;TZID=Asia/Karachi:20261203T100000", "2026-12-03 10:00", "Asia/Karachi"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/Africa/Cairo:20261203T100000", "2026-12-03 10:00", "Africa/Cairo"),
        ("DTSTART;TZID=GMT Standard Time:20261203T100000", "2026-12-03 10:00", "Europe/London"),
        ("DTSTART:20261203T100000", "2026-12-03 10:00", "Asia/Amman"),
        ("DTSTART:20261203T100000Z", "2026-12-03 13:00", "Asia/Amman"),
        ("DTSTART;TZID=UTC:20261203T100000", "2026-12-03 13:00", "Asia/Amman"),
    ],
)
def test_a_time_is_on_the_clocks_of_its_place(lines: str, wall: str, zone: str) -> None:
    found = one(lines, zone="Asia/Amman")
    assert (f"{found.starts:%Y-%m-%d %H:%M}", found.timezone) == (wall, zone)


def test_the_calendar_itself_may_name_its_zone() -> None:
    content = calendar(event("DTSTART:20261203T100000Z"), head="X-WR-TIMEZONE:Asia/Riyadh\n")
    assert opened(content).events[0].timezone == "Asia/Riyadh"
    assert opened(content, insist=True).events[0].timezone == "Europe/London"


def test_a_zone_nobody_knows_is_refused_unless_one_is_insisted_on() -> None:
    content = calendar(event("DTSTART;TZID=Court Time:20261203T100000"))
    assert "“A hearing” is in the time zone 'Court Time', which is none of the IANA list; say with --zone" in refusal(content)
    assert opened(content, "Asia/Karachi", insist=True).events[0].timezone == "Asia/Karachi"


@pytest.mark.parametrize(
    ("end", "minutes"),
    [("DTEND;TZID=Europe/London:20261203T113000", 90), ("DTEND:20261203T103000Z", 30), ("DURATION:PT45M", 45), ("", None)],
)
def test_the_end_is_read_in_each_way_there_is(end: str, minutes: int | None) -> None:
    found = one(f"DTSTART;TZID=Europe/London:20261203T100000\n{end}".strip())
    assert (found.ends and found.ends - found.starts) == (minutes and timedelta(minutes=minutes))


def test_a_place_that_is_a_link_is_where_it_can_be_followed() -> None:
    found = one("DTSTART:20261203T100000\nLOCATION:https://meet.example/x")
    assert (found.venue, found.online) == ("", "https://meet.example/x")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("DTSTART;VALUE=DATE:20261203", "has a day but no time of day; write it into a content file: left out."),
        ("DTSTART:20261203T100000\nCLASS:PRIVATE", "is marked as private: left out."),
        ("DTSTART:yesterday", "has no date that can be read: left out."),
        ("DESCRIPTION:x", "has no date that can be read: left out."),
    ],
)
def test_what_is_no_event_for_people_is_left_out_with_a_word(lines: str, why: str) -> None:
    found = opened(calendar(event(lines), event("DTSTART:20261204T100000", "2@x")))
    assert found.notes == (f"“A hearing” {why}",)
    assert [each.uid for each in found.events] == ["2@x"]


def test_a_repeated_event_is_each_occurrence_to_come() -> None:
    assert starts("DTSTART;TZID=Europe/London:20261101T100000\nRRULE:FREQ=WEEKLY;COUNT=6") == [
        "11-29 10:00",
        "12-06 10:00",
    ]
    assert starts("DTSTART;TZID=Europe/London:20261130T100000\nRRULE:FREQ=DAILY;UNTIL=20261202T100000Z") == [
        "11-30 10:00",
        "12-01 10:00",
        "12-02 10:00",
    ]
    assert starts("DTSTART:20261130T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261201T100000\nRDATE:20261224T090000") == [
        "11-30 10:00",
        "12-02 10:00",
        "12-24 09:00",
    ]
    assert len(starts("DTSTART:20261130T100000\nRRULE:FREQ=WEEKLY")) == 52, "without an end: those of a year"


def test_a_weekly_hearing_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    found = opened(calendar(event("DTSTART;TZID=Europe/London:20270314T100000\nRRULE:FREQ=WEEKLY;COUNT=4"))).events
    assert {f"{each.starts:%H:%M}" for each in found} == {"10:00"}


def test_an_occurrence_that_was_put_off_keeps_its_uid() -> None:
    series = event("DTSTART;TZID=Europe/London:20261130T100000\nRRULE:FREQ=WEEKLY;COUNT=3")
    put_off = event("DTSTART;TZID=Europe/London:20261209T140000\nRECURRENCE-ID;TZID=Europe/London:20261207T100000")
    before, after = (opened(calendar(*events)).events for events in ((series,), (put_off, series)))
    assert {each.uid for each in before} == {each.uid for each in after}
    assert [f"{each.starts:%m-%d %H:%M}" for each in after] == ["11-30 10:00", "12-09 14:00", "12-14 10:00"]


BOMBS = [
    "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=MINUTELY;COUNT=5",
    "RRULE:FREQ=HOURLY;COUNT=999999999",
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=DAILY;COUNT=999999999",
    "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=1,2,3;BYSECOND=1,2,3",
    f"RRULE:FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 300)))}",
    "RRULE:FREQ=YEARLY\nRRULE:FREQ=DAILY",
    "RRULE:FREQ=YEARLY\nEXRULE:FREQ=DAILY",
    f"RDATE:{','.join(f'202612{day:02}T{hour:02}0000' for day in range(1, 29) for hour in range(20))}",
    "RRULE:FREQ=YEARLY;INTERVAL=999999999",
]


@pytest.mark.parametrize("rule", BOMBS, ids=lambda rule: rule[:40])
def test_a_bomb_of_repetitions_is_refused_in_one_sentence(rule: str) -> None:
    content = calendar(event(f"DTSTART:20261130T100000\n{rule}"), event("DTSTART:20261204T100000", "2@x"))
    assert f"“A hearing” repeats oftener, or for longer, than hearings do; read are at most {MOST_REPEATED}" in refusal(content)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=-1", "FREQ=DAILY;BYMONTH=13", "FREQ=WEEKLY;UNTIL=never", "COUNT=3"]
)
def test_a_rule_that_means_nothing_is_refused_or_read_as_none(rule: str) -> None:
    """Never for ever."""
    try:
        assert len(starts(f"DTSTART:20261130T100000\nRRULE:{rule}")) <= MOST_REPEATED
    except NidaError as refused:
        assert "court.ics: “A hearing” " in str(refused)  # noqa: PT017 - either is right


def test_a_rule_that_nothing_fulfils_ends() -> None:
    """Reckoned by itself, it would be looked for up to the year 9999."""
    assert starts("DTSTART:20261130T100000\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5") == ["11-30 10:00"]


def test_a_rule_of_a_hundred_years_ago_is_refused() -> None:
    assert "repeats oftener, or for longer" in refusal(calendar(event("DTSTART:19010101T100000\nRRULE:FREQ=YEARLY")))


def test_what_is_too_large_is_refused() -> None:
    assert "1,000 kB" in refusal(calendar(event(f"DESCRIPTION:{'x' * MOST_BYTES}")))
    many = calendar(*(event("DTSTART:20261203T100000", f"{number}@x") for number in range(MOST_EVENTS + 1)))
    assert "has 1,001 events; at most 1,000 are read" in refusal(many)
    weekly = "DTSTART:20261203T100000\nRRULE:FREQ=WEEKLY"
    assert "one repeated event too many" in refusal(calendar(*(event(weekly, f"{number}@x") for number in range(101))))
    assert "at most 1,000 are read" in refusal(calendar(*(event(weekly, f"{number}@x") for number in range(30))))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a calendar file: those go from BEGIN:VCALENDAR"),
        (b"hello", "is not a calendar file: "),
        (b"<html><body>Sign in</body></html>", "is not a calendar file: "),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is not a calendar file: "),
        (b"BEGIN:VCALENDAR\r\n", "is not a calendar file: "),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "is not a calendar file: "),
        (b"BEGIN:VCALENDAR\r\n" * 20_000, "is not a calendar file: "),
    ],
    ids=["empty", "text", "page", "picture", "cut off", "no calendar", "deep"],
)
def test_what_is_no_calendar_is_refused(content: bytes, said: str) -> None:
    assert refusal(content).startswith(f"court.ics {said}")


def test_each_event_needs_a_uid_of_its_own() -> None:
    assert "needs a UID of 1 to 200 letters" in refusal(
        calendar("BEGIN:VEVENT\nSUMMARY:A\nDTSTART:20261203T100000\nEND:VEVENT\n")
    )
    assert "needs a UID" in refusal(calendar(event("DTSTART:20261203T100000", "x" * 201)))
    twice = event("DTSTART:20261203T100000")
    assert "has the UID 1@court.example of another event" in refusal(calendar(twice, twice))


_NAMES = (
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "UID",
    "SUMMARY",
    "LOCATION",
    "STATUS",
    "URL",
)
_VALUES = st.one_of(
    st.sampled_from(
        [
            "20261203T100000",
            "00010101T000000",
            "99991231T235959Z",
            "20261203",
            "FREQ=YEARLY;COUNT=2",
            "FREQ=WEEKLY;BYDAY=5MO",
            "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO",
            "P1W",
            "-P9999999D",
            "20261203T100000/PT1H",
            "CANCELLED",
            "",
        ]
    ),
    st.text(max_size=12),
)
_PARAMETERS = st.sampled_from(["", ";TZID=Europe/London", ";TZID=Nowhere", ";VALUE=DATE", ";VALUE=PERIOD", ';X="', ";TZID="])
_LINES = st.lists(st.builds("{}{}:{}".format, st.sampled_from(_NAMES), _PARAMETERS, _VALUES), max_size=8)


@settings(max_examples=300)
@given(_LINES)
def test_whatever_is_written_is_read_or_refused_in_a_sentence(lines: list[str]) -> None:
    try:
        found = opened(calendar(event("\n".join(["DTSTART:20261130T100000", *lines]))))
    except NidaError as refused:
        assert str(refused).startswith("court.ics")  # noqa: PT017 - either is right
    else:
        assert len(found.events) <= MOST_REPEATED
