"""nida events import, on a real installation."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.config import load
from bot.errors import NidaError
from bot.events.ical_reading import read as reading
from bot.events.importing import Wishes
from bot.events.models import EventKind
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.operations.socket import asking, listening
from tests.cli.conftest import Nida

CASE = """\
[[case]]
slug = "well-keepers"
status = "open"
title = { en = "The well keepers" }
summary = { en = "Four people who looked after a village well." }
"""
DAY = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y%m%d")


def calendar(starts: str = f"{DAY}T100000", more: str = "", uid: str = "1@court.example") -> str:
    event = (
        f"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:The appeal\nLOCATION:Court 4\nDTSTART;TZID=Asia/Karachi:{starts}\n{more}END:VEVENT\n"
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:court\n{event}END:VCALENDAR\n"


@pytest.fixture
def court(installation: Path, nida: Nida) -> Path:
    (installation / "case.toml").write_text(CASE, encoding="utf-8")
    assert nida("content", "apply", "case.toml").status == 0
    file = installation / "court.ics"
    file.write_text(calendar(), encoding="utf-8")
    return file


def taken_in(nida: Nida, *options: str) -> dict[str, list[dict[str, object]]]:
    done = nida("events", "import", "court.ics", "--yes", "--json", *options)
    assert done.status == 0, done.err
    given: dict[str, list[dict[str, object]]] = json.loads(done.out)
    return given


def exported(nida: Nida) -> str:
    return nida("content", "export").out


def test_an_event_comes_in_is_moved_and_cancelled_by_its_calendar(court: Path, nida: Nida) -> None:
    slug = f"the-appeal-{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}"
    first = taken_in(nida, "--case", "well-keepers")
    assert [each["event"] for each in first["applied"]] == [slug]
    assert first["told"] == []
    assert 'status = "listed"' in exported(nida)
    assert taken_in(nida)["applied"] == [], "the same again is nothing"
    court.write_text(calendar(f"{DAY}T140000"), encoding="utf-8")
    dry = nida("events", "import", "court.ics", "--dry-run", "--json")
    (change,) = json.loads(dry.out)["told"]
    assert change["before"].endswith("10:00 Asia/Karachi")
    assert change["after"] == f"moved, {DAY[:4]}-{DAY[4:6]}-{DAY[6:]} 14:00 Asia/Karachi"
    assert 'status = "listed"' in exported(nida), "a dry run changes nothing"
    taken_in(nida)
    assert 'status = "moved"' in exported(nida)
    assert "14:00:00" in exported(nida)
    court.write_text(calendar(f"{DAY}T140000", "STATUS:CANCELLED\n"), encoding="utf-8")
    taken_in(nida)
    assert 'status = "cancelled"' in exported(nida)


def test_a_calendar_may_go_back_to_its_own_date_but_not_to_one_that_was_given_up_here(court: Path, nida: Nida) -> None:
    taken_in(nida)
    for time in ("14:00:00", "10:00:00"):
        court.write_text(calendar(f"{DAY}T{time.replace(':', '')}"), encoding="utf-8")
        assert taken_in(nida)["left_out"] == []
        assert time in exported(nida)
    slug, day = f"the-appeal-{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}", f"{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}"
    assert nida("event", "move", slug, "--to", f"{day} 11:30", "--yes").status == 0
    assert "was given up here" in str(taken_in(nida)["left_out"])
    assert "11:30:00" in exported(nida)
    for time in ("15:00:00", "10:00:00"):
        court.write_text(calendar(f"{DAY}T{time.replace(':', '')}"), encoding="utf-8")
        assert taken_in(nida)["left_out"] == [], "since then the calendar was changed itself"
        assert time in exported(nida)


def test_what_it_would_do_is_shown_to_a_person(court: Path, nida: Nida) -> None:
    shown = nida("events", "import", "court.ics", "--dry-run")
    assert shown.status == 0, shown.err
    assert "1 events in the calendar." in shown.out
    assert "the-appeal-" in shown.out
    assert "new" in shown.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("BEGIN:VCALENDAR\n", "court.ics is not a calendar file"),
        (calendar(more="RRULE:FREQ=SECONDLY\n"), "“The appeal” repeats oftener, or for longer, than hearings do"),
        (calendar(more=f"DTEND;TZID=Asia/Karachi:{(int(DAY[:4]) + 1)}0101T100000\n"), "days after the start"),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(court: Path, nida: Nida, content: str, said: str) -> None:
    good = calendar(uid="2@court.example").removesuffix("END:VCALENDAR\n").partition("PRODID:court\n")[2]
    court.write_text(content.replace("PRODID:court\n", f"PRODID:court\n{good}"), encoding="utf-8")
    refused = nida("events", "import", "court.ics", "--yes")
    assert refused.status == 1
    assert said in refused.err
    assert "[[event]]" not in exported(nida)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("none.ics",), 2, "none.ics cannot be read: No such file"),
        (("http://court.example/a.ics",), 2, "is no address to fetch from; give one that begins with https://"),
        (("https://127.0.0.1/a.ics",), 2, "is an address of this machine or its networks; save the file"),
        (("https://localhost/a.ics",), 2, "is an address of this machine or its networks; save the file"),
        (("court.ics", "--zone", "Mars"), 2, "--zone 'Mars' is not a time zone of the IANA list"),
        (("court.ics", "--kind", "party"), 2, "--kind party is none of hearing, vigil, meeting, webinar, other."),
        (("court.ics", "--case", "nobody", "--yes"), 1, "is of the case nobody, which does not exist"),
    ],
)
def test_wrong_use_is_said_in_a_sentence(court: Path, nida: Nida, arguments: tuple[str, ...], status: int, said: str) -> None:
    refused = nida("events", "import", *arguments)
    assert (refused.status, said in refused.err) == (status, True), refused.err


async def test_the_running_bot_does_the_same_when_it_is_asked(court: Path) -> None:
    """What is moved and what is new, as JSON through the socket."""
    settings, wishes = load(court.parent / "config.toml", {}), Wishes(EventKind.HEARING, None, "en")
    async with open_services(settings, SystemClock()) as services:
        operations, path = LocalOperations(services, lambda: None), court.parent / "socket"
        async with listening(operations, path), asking(path) as bot:
            for starts in (f"{DAY}T100000", f"{DAY}T120000"):
                read = reading(calendar(starts).encode(), "court.ics", "UTC", services.clock.now())
                forecast = await bot.forecast_import(read.events, wishes, "tests")
                here = await operations.forecast_import(read.events, wishes, "tests")
                assert (forecast.content, forecast.notes, forecast.sequences) == (here.content, here.notes, here.sequences)
                done = await bot.import_events(read.events, wishes, "tests", forecast.sequences)
            assert len(forecast.told) == 1
            assert len(done.subjects) <= 1
            later = reading(calendar(f"{DAY}T150000").encode(), "court.ics", "UTC", services.clock.now())
            with pytest.raises(NidaError, match="changed by somebody else meanwhile"):
                await bot.import_events(later.events, wishes, "tests", forecast.sequences)
