"""What is wrong with an [[event]] is said with its place, one sentence for each fault."""

from pathlib import Path

import pytest

from bot.content.faults import Refused
from bot.content.files import apply
from bot.content.library import Library
from bot.content.opening import opened
from tests.content.conftest import Write
from tests.content.faulty import assert_said, changed, faults_in

EVENT = """\
[[event]]
slug = "appeal"
kind = "hearing"
case = "north-gate-five"
starts = 2026-12-03T10:00:00
ends = 2026-12-03T12:30:00
timezone = "Europe/London"
status = "listed"
capacity = 40
remind = ["7d", "1d", "2h"]
url = "https://example.org/room"
title = { en = "The appeal", ar = "الاستئناف" }
venue.en = "Aldermere Crown Court, court 3"
about.en = "The court hears whether the <b>recording</b> counts."
phones.en = "Switched off in the\\ncourtroom."
"""
KNOWN = {"case": frozenset({"north-gate-five"})}


def test_a_good_event_has_no_faults(write: Write) -> None:
    assert faults_in(write(EVENT), known=KNOWN) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ("2026-12-03T12:30:00", "2026-12-03T09:00:00", 6, "ends", "is not after the start, 2026-12-03 10:00; write when it ends"),
        ("2026-12-03T12:30:00", "2027-12-03T12:30:00", 6, "ends", "is more than 31 days after the start"),
        ("starts = 2026-12-03T10:00:00\n", "", 5, "ends", "stands without a start; write when it begins too."),
        ("starts = 2026-12-03T10:00:00\n", "", 1, "starts", "is missing, but the event is listed; write it, or make it prov"),
        ("2026-12-03T10:00:00", "2026-12-03T10:00:00Z", 5, "starts", "has a time zone; write the time at the place"),
        ("2026-12-03T10:00:00", "2026-12-03", 5, "starts", "has no time of day"),
        ("2026-12-03T10:00:00", '"3 December"', 5, "starts", "is not a time; write it without quotes"),
        ("2026-12-03T10:00:00", "0026-12-03T10:00:00", 5, "starts", "is not a time of our days; the year is 26"),
        ("Europe/London", "London", 7, "timezone", "'London' is not a time zone of the IANA list; write one like Europe/London."),
        ('timezone = "Europe/London"\n', "", 1, "timezone", "is missing; add it"),
        ("capacity = 40", "capacity = 0", 9, "capacity", "is 0; write how many places there are, at least 1, or leave the line"),
        ("capacity = 40", "capacity = -3", 9, "capacity", "is -3; write how many places there are"),
        ("capacity = 40", 'capacity = "40"', 9, "capacity", "must be a number of places, without quotes"),
        ("capacity = 40", "capacity = true", 9, "capacity", "must be a number of places"),
        ('["7d", "1d", "2h"]', '["8d"]', 10, "remind", "'8d' is not one of 30m, 1h, 2h, 3h, 4h, 6h, 12h, 1d, 2d, 3d, 5d, 7d,"),
        ('["7d", "1d", "2h"]', '"7d"', 10, "remind", 'must be a list of how long before, like ["7d", "1d", "2h"]'),
        ('status = "listed"', 'status = "postponed"', 8, "status", "'postponed' is not one of provisional, listed"),
        ('kind = "hearing"', 'kind = "party"', 3, "kind", "'party' is not one of hearing, vigil, meeting, webinar or other"),
        ("https://example.org/room", "room 3", 11, "url", "is not an address"),
        ('slug = "appeal"', f'slug = "{"a" * 51}"', 2, "slug", "too long: 51 letters of at most 50"),
        ('case = "north-gate-five"', 'case = "nowhere"', 4, "case", "there is no case 'nowhere'; add it, or mend the slug."),
        ("title = { en =", "title = { ur =", 12, "title", "needs its text in en"),
        ("Aldermere Crown Court, court 3", "<b>Court</b> 3", 13, "venue.en", "<b> is not allowed here; a venue takes no tags."),
        ("Switched off", "<u>Switched off", 15, "phones.en", "<u> is never closed"),
        ("Switched off", "S" * 401, 15, "phones.en", "is too long for Telegram: 419 letters of at most 400"),
        ("phones.en", "expected.en", 15, "expected.en", "what is expected is one line."),
        ("<b>recording</b>", "<h1>recording</h1>", 14, "about.en", "<h1> is not allowed"),
        ("الاستئناف", "The appeal of it", 12, "title.ar", "it is written in Latin letters"),
        ('phones.en = "Switched', 'phones.ar = "Switched', 15, "phones", "needs its text in en"),
        ("capacity = 40", 'outcome = "ruling"', 9, "outcome", "there is no update 'ruling'; add it, or mend the slug."),
        ("capacity = 40", 'outcome = "ruling"', 9, "outcome", "is what came of it, but the event is listed; leave it out, or"),
    ],
)  # fmt: skip
def test_a_fault_names_line_and_field(write: Write, old: str, new: str, line: int, field: str, said: str) -> None:
    file = write(changed(EVENT, old, new))
    assert_said(faults_in(file, known=KNOWN), said, file, line, field)


def test_an_export_says_so_in_one_way_only(write: Write) -> None:
    assert faults_in(write(f"exported = true\n{EVENT}"), known=KNOWN) == []
    (fault,) = faults_in(write(f'exported = "yes"\n{EVENT}'), known=KNOWN)
    assert (fault.line, fault.field) == (1, "exported")


def test_a_provisional_event_needs_no_date_and_an_empty_text_is_none(write: Write) -> None:
    lines = [line for line in EVENT.replace('"listed"', '"provisional"').splitlines() if not line.startswith(("starts", "ends"))]
    text = "\n".join([*lines, 'expected.en = "In December"', 'access.en = ""'])
    assert faults_in(write(text), known=KNOWN) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ('"listed"', '"moved"', 8, "status", "is moved, but there is no event appeal yet; a new one is provisional, listed, can"),
        ('"listed"', '"adjourned"', 8, "status", "is adjourned, but there is no event appeal yet"),
        ('"listed"', '"heard"', 5, "starts", 'is 2026-12-03 10:00 in Europe/London, which is still to come; write status = "l'),
    ],
)
async def test_what_a_new_event_cannot_be(
    write: Write, library: Library, old: str, new: str, line: int, field: str, said: str
) -> None:
    await refused(write, library, changed(EVENT, old, new).replace('case = "north-gate-five"', ""), line, field, said)


async def test_a_listed_event_cannot_be_over(write: Write, library: Library) -> None:
    over = EVENT.replace("2026-12-03T", "2026-11-03T").replace("T12:30", "T10:30").replace('case = "north-gate-five"', "")
    said = 'is 2026-11-03 10:00 in Europe/London, which is over; mend the date, or write status = "heard" for the record.'
    await refused(write, library, over, 5, "starts", said)
    await apply(opened([write(over.replace('"listed"', '"heard"'))]), library, by="editor")
    assert (await library.all()).events[0].status == "heard"


async def refused(write: Write, library: Library, text: str, line: int, field: str, said: str) -> None:
    file: Path = write(text)
    with pytest.raises(Refused) as refusal:
        await apply(opened([file]), library, by="editor")
    (fault,) = refusal.value.faults
    assert (fault.file, fault.line, fault.field) == (file, line, field)
    assert said in fault.sentence
    assert (await library.all()).events == []


STANDING = EVENT.replace('case = "north-gate-five"', "")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ("2026-12-03T10:00:00", "2026-12-03T11:00:00", 5, "starts",
         "is 2026-12-03 10:00, not 2026-12-03 11:00; `nida event move appeal` changes it and tells people, or write starts = 20"),
        ("ends = 2026-12-03T12:30:00\n", "", 1, "ends", "is 2026-12-03 12:30, and not set here; `nida event move appeal`"),
        ("Europe/London", "Europe/Paris", 7, "timezone", 'is Europe/London, not Europe/Paris; `nida event move appeal` changes'),
        ('status = "listed"', 'status = "cancelled"', 8, "status", "is listed, not cancelled; `nida event cancel appeal`"),
        ('status = "listed"', 'status = "adjourned"', 8, "status", "is listed, not adjourned; `nida event adjourn appeal`"),
        ('status = "listed"', 'status = "provisional"', 8, "status", 'is listed, not provisional; write status = "listed".'),
        ("court 3", "court 4", 13, "venue", "is another than people know of; `nida event move appeal` changes it and"),
        ("org/room", "org/hall", 11, "url", "is another than people know of; `nida event move appeal` changes it and"),
    ],
)  # fmt: skip
async def test_what_people_know_of_is_not_changed_by_a_file(
    write: Write, library: Library, old: str, new: str, line: int, field: str, said: str
) -> None:
    await apply(opened([write(STANDING)]), library, by="editor")
    before = await library.all()
    file = write(STANDING.replace(old, new))
    for dry_run in (True, False):
        with pytest.raises(Refused) as refusal:
            await apply(opened([file]), library, by="editor", dry_run=dry_run)
        (fault,) = refusal.value.faults
        assert (fault.line, fault.field) == (line, field)
        assert fault.sentence.startswith(said), fault.sentence
    assert await library.all() == before
