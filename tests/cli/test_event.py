"""nida event: list, show, and changing an event from the command line."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import config
from bot.clock import SystemClock
from bot.errors import NidaError
from bot.events.changing import Action, ChangeRequest
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow
from tests.cli.conftest import Nida, Result
from tests.cli.listening import through_the_socket

SOON = (SystemClock().now() + timedelta(days=30)).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)
THEN, LATER = (f"{SOON + timedelta(days=days):%Y-%m-%d %H:%M}" for days in (0, 7))
EVENTS = f"""\
[[case]]
slug = "well-keepers"
status = "open"
title.en = "The well keepers"
summary.en = "Four people who looked after a village well."

[[event]]
slug = "well-hearing"
kind = "hearing"
case = "well-keepers"
status = "listed"
starts = {SOON.isoformat()}
ends = {(SOON + timedelta(hours=2)).isoformat()}
timezone = "Europe/London"
title.en = "The well: hearing"
title.ar = "البئر: الجلسة"
venue.en = "Court 3"

[[event]]
slug = "well-expected"
kind = "hearing"
status = "provisional"
timezone = "Asia/Karachi"
title.en = "The well: judgment"
expected.en = "In spring"

[[event]]
slug = "well-first"
kind = "hearing"
status = "heard"
starts = 2026-01-05T09:30:00
timezone = "Europe/London"
title.en = "The well: first hearing"
"""
HEARING = "well-hearing"


@pytest.fixture
def events(nida: Nida, installation: Path) -> Path:
    file = installation / "events.toml"
    file.write_text(EVENTS, encoding="utf-8")
    assert nida("content", "apply", file).status == 0
    return file


def lines_of(result: Result) -> list[str]:
    assert result.status == 0, result.err
    return [" ".join(line.split()) for line in result.out.splitlines()]


def test_what_is_to_come_is_listed_by_date(nida: Nida, events: Path) -> None:
    shown = lines_of(nida("event", "list"))
    assert f"well-hearing listed {THEN} Europe/London hearing well-keepers" in shown
    assert "well-expected provisional no date hearing" in shown
    assert not any("well-first" in line for line in shown)
    given = json.loads(nida("event", "list", "--all", "--json").out)
    assert [event["slug"] for event in given] == ["well-first", "well-hearing", "well-expected"]


def test_there_may_be_nothing(nida: Nida, installation: Path) -> None:
    assert nida("event", "list").out == "Nothing is on. `nida content apply` brings in the events of your files.\n"


def test_an_event_is_shown_with_what_was_changed_and_how_many_come(nida: Nida, events: Path) -> None:
    assert nida("event", "adjourn", HEARING, "--reason", "The judge is ill", "--by", "Amina", "--yes").status == 0
    asyncio.run(_coming("en en ur"))
    shown = lines_of(nida("event", "show", HEARING))
    assert "status adjourned" in shown
    assert "reminders 7d, 1d, 2h" in shown
    assert "come 3" in shown
    assert {"other languages, a few each 3", "elsewhere, or no place given 3"} <= set(shown)
    assert any(f"adjourned listed, {THEN} Europe/London Amina The judge is ill" in line for line in shown), shown
    given = json.loads(nida("event", "show", HEARING, "--json").out)
    assert (given["answers"]["coming"], given["languages"]) == (3, [{"language": None, "people": 3}])
    assert given["places"] == [{"place": None, "people": 3}]


async def _coming(languages: str) -> None:
    async with open_services(config.load(None), SystemClock()) as services:
        event = await LocalOperations(services, lambda: None).event(HEARING)
        for number, language in enumerate(languages.split()):
            supporter = await services.supporters.subscribe(await services.supporters.recognise(1000 + number, language))
            assert supporter.id is not None
            async with services.database.write() as session:
                since = services.clock.now()
                session.add(AttendanceRow(supporter_id=supporter.id, event_id=event.event.id, answer=Answer.COMING, since=since))


def test_a_change_is_foretold_then_made_and_the_file_has_to_follow(nida: Nida, events: Path) -> None:
    asyncio.run(_coming("en ur"))
    move = (
        "event",
        "move",
        HEARING,
        "--to",
        LATER,
        "--venue",
        "Court 4",
        "--venue-in",
        "ur=کمرہ 4",
        "--reason",
        "Two cases at once",
    )
    foretold = lines_of(nida(*move, "--dry-run"))
    assert f"begins {THEN} Europe/London {LATER} Europe/London" in foretold
    assert "place Court 3 Court 4" in foretold
    assert "status listed moved" in foretold
    assert any(line.startswith("2 people, about 1 s, from ") and line.endswith("outside quiet hours.") for line in foretold)
    assert any(line.startswith("Not all of it is in Arabic, Urdu: these readers get the source text") for line in foretold)
    assert json.loads(nida("event", "show", HEARING, "--json").out)["event"]["status"] == "listed"
    asked = nida(*move)
    assert (asked.status, asked.err) == (
        2,
        "Make well-hearing moved, and tell 2 people? There is nobody here to ask: say so with --yes.\n",
    )
    made = nida(*move, "--yes")
    assert made.status == 0, made.err
    assert f'Write it into your content file too: status = "moved", starts = {LATER.replace(" ", "T")}:00, ends = ' in made.out
    assert ", the new venue.\n" in made.out
    assert "change:well-hearing:1: scheduled" in made.out
    refused = nida("content", "apply", events)
    assert refused.status == 2
    assert 'status: is moved, not listed; write status = "moved".' in refused.err
    nida("content", "export", "all.toml")
    again = json.loads(nida("content", "apply", "all.toml", "--json").out)
    assert not [item for item in again["items"] if item["fields"]]


def test_a_provisional_event_gets_its_date(nida: Nida, events: Path) -> None:
    made = nida("event", "move", "well-expected", "--to", LATER, "--until", "23:30", "--yes", "--json")
    assert made.status == 0, made.err
    event = json.loads(made.out)["event"]
    assert (event["status"], event["starts"], event["ends"]) == (
        "listed",
        LATER.replace(" ", "T") + ":00",
        f"{LATER[:10]}T23:30:00",
    )


def test_an_event_is_cancelled_and_may_go_ahead_after_all(nida: Nida, events: Path) -> None:
    assert nida("event", "cancel", HEARING, "--reason", "Settled", "--source", "https://example.org/a", "--yes").status == 0
    twice = nida("event", "cancel", HEARING, "--yes")
    assert (twice.status, twice.err) == (1, "well-hearing is cancelled; `nida event move --to` lets it go ahead after all.\n")
    assert nida("event", "move", HEARING, "--to", LATER, "--yes").status == 0


def test_what_came_of_it_names_an_update_of_its_case(nida: Nida, events: Path) -> None:
    early = nida("event", "heard", HEARING, "--yes")
    assert (early.status, early.err) == (1, f"well-hearing cannot have been heard: it begins at {THEN} Europe/London.\n")
    none = nida("event", "outcome", "well-first", "well-judgment", "--yes")
    assert (none.status, none.err.count("\n")) == (1, 1)
    assert "There is no update well-judgment" in none.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "A moved event has a new time, place or link: say which with --to, --venue or --url."),
        (("--to", "tomorrow"), "--to: 'tomorrow' is no such time; write the time on the clocks there, like '2026-12-10 10:30'"),
        (("--to", "2027-02-30 10:00"), "--to: there is no such day as 2027-02-30."),
        (("--to", "2027-02-20 10:00Z"), "--to: '2027-02-20 10:00Z' is no such time; write the time on the clocks there"),
        (("--to", "2027-02-20 10:00", "--zone", "London"), "--zone: 'London' is not a time zone of the IANA list; write"),
        (("--to", "2027-02-20 10:00", "--until", "09:00"), "--until: 2027-02-20 09:00 is not after the start, 2027-02-20 10:00;"),
        (("--venue", "Court 4", "--until", "09:00"), "--until: write the day too, like '2026-12-10 12:30', or say with --to"),
        (("--venue", "<b>Court</b>"), "--venue: <b> is not allowed here; a venue takes no tags."),
        (("--venue", " "), "--venue: is empty; write it, or leave the option out."),
        (("--venue-in", "ur=کمرہ", "--to", "2027-02-20 10:00"), "--venue-in: give it in en too, with --venue;"),
        (("--venue", "Court 4", "--venue-in", "fr=Salle"), "--venue-in: 'fr=Salle' is not LANGUAGE=TEXT, with ar or ur as the"),
        (("--venue", "Court 4", "--venue-in", "ur=عدالت ي"), "--venue-in ur: the letter ي is of another alphabet; write ی."),
        (("--venue", "Court 4", "--map", "here"), "--map: is not an address; write one like https://example.org/page."),
        (("--venue", "Court 4", "--reason", "x" * 301), "--reason: is too long for Telegram: 301 letters of at most 300"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence_and_changes_nothing(
    nida: Nida, events: Path, options: tuple[str, ...], said: str
) -> None:
    result = nida("event", "move", HEARING, *options, "--yes")
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1), result.err
    assert result.err.startswith(said)
    assert json.loads(nida("event", "show", HEARING, "--json").out)["changes"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("move", "nowhere", "--to", LATER), "There is no event nowhere; `nida event list` shows those there are."),
        (("show", "nowhere"), "There is no event nowhere; `nida event list` shows those there are."),
        (
            ("move", HEARING, "--to", "2025-02-20 10:00"),
            "2025-02-20 10:00 Europe/London is over; give a time that is still to come.",
        ),
        (("move", HEARING, "--to", THEN), "well-hearing is so already; give another time, place or link."),
        (("adjourn", "well-expected"), "well-expected has no date that holds yet; `nida event move` gives it one,"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(nida: Nida, events: Path, arguments: tuple[str, ...], said: str) -> None:
    result = nida("event", *arguments, *(() if arguments[0] == "show" else ("--yes",)))
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1), result.err
    assert result.err.startswith(said)


def test_of_two_changes_at_once_the_second_is_refused_also_through_a_running_bot(nida: Nida, events: Path) -> None:
    later = SOON + timedelta(days=7)

    async def ask() -> Iterator[str]:
        async with through_the_socket(events.parent / "socket") as (services, operations):
            here = LocalOperations(services, lambda: None)
            assert await operations.events() == await here.events()
            request = ChangeRequest(Action.MOVE, starts=later, reason={"en": "Two at once", "ur": "دو ایک ساتھ"})
            seen = await operations.forecast_event(HEARING, request)
            assert seen.after.starts == later
            told = await operations.change_event(HEARING, request, "amina", seen.sequence)
            assert told is not None
            with pytest.raises(NidaError, match="well-hearing was changed by somebody else meanwhile; look at it as it is now"):
                await operations.change_event(HEARING, ChangeRequest(Action.CANCEL), "noor", seen.sequence)
            assert await operations.event(HEARING) == await here.event(HEARING)
            account = await operations.event(HEARING)
            return iter((str(account.event.status), *(change.by for change in account.changes)))

    assert list(asyncio.run(ask())) == ["moved", "amina"]
