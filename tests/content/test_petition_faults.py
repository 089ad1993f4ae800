"""What is wrong with a [[petition]] is said with its place, one sentence for each fault."""

import pytest

from bot.content.faults import Refused
from bot.content.files import apply
from bot.content.library import Library
from bot.content.opening import opened
from tests.content.conftest import Write
from tests.content.faulty import assert_said, changed, faults_in

PETITION = """\
[[petition]]
slug = "open-justice"
goal = 10000
thresholds = [1000, 5000]
asks = ["name", "city"]
needs = ["name"]
closes = 2027-01-31
keep_until = 2027-06-30
target = { en = "The Court Service" }
title = { en = "Open the doors", ar = "افتحوا الأبواب" }
text.en = "We ask for <b>room</b>."
"""


def test_a_good_petition_has_no_faults(write: Write) -> None:
    assert faults_in(write(PETITION)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ('slug = "open-justice"', f'slug = "{"a" * 41}"', 2, "slug", "too long: 41 letters of at most 40"),
        ("goal = 10000\n", "", 1, "goal", "is missing; add it"),
        ("goal = 10000", "goal = 0", 3, "goal", "is 0; write how many signatures you want to reach"),
        ("goal = 10000", 'goal = "10000"', 3, "goal", "must be a number of signatures, without quotes, like 10000"),
        ("goal = 10000", "goal = true", 3, "goal", "must be a number of signatures"),
        ("[1000, 5000]", "1000", 4, "thresholds", "must be a list of numbers of signatures, like [1000, 5000]"),
        ("[1000, 5000]", "[5000, 1000]", 4, "thresholds", "each greater than the one before it"),
        ('["name", "city"]', '["name", "phone"]', 5, "asks", "must be a list of what is asked, of name, city, country, comment"),
        ('["name", "city"]', '"name"', 5, "asks", "must be a list of what is asked"),
        ('["name", "city"]', '["city"]', 6, "needs", "names name, which is not asked"),
        ("2027-01-31", "2027-01-31T10:00:00", 7, "closes", "must be a day, without quotes and without a time, like 2027-01-31"),
        ("2027-01-31", '"soon"', 7, "closes", "must be a day, without quotes"),
        ("2027-01-31", "0027-01-31", 7, "closes", "is not a day of our times; the year is 27"),
        ("2027-06-30", "2027-01-31", 8, "keep_until", "is 2027-01-31, and it closes on 2027-01-31; write a later day"),
        ("The Court Service", "<b>Court</b>", 9, "target.en", "<b> is not allowed here; a target takes no tags"),
        ("The Court Service", "x" * 201, 9, "target.en", "is too long for Telegram: 201 letters of at most 200"),
        ("We ask for <b>room</b>.", "", 11, "text", "needs its text in en"),
        ("<b>room</b>", "<b>room", 11, "text.en", "<b>"),
        ('needs = ["name"]', 'status = "gone"', 6, "status", "'gone' is not one of draft, open, closed, delivered or outcome"),
        ('needs = ["name"]', 'case = "nowhere"', 6, "case", "there is no case 'nowhere'; add it, or mend the slug."),
        ('needs = ["name"]', "signed = 7", 6, "signed", "is not a field; the fields are slug, status, case"),
    ],
)  # fmt: skip
def test_a_fault_names_line_and_field(write: Write, old: str, new: str, line: int, field: str, said: str) -> None:
    file = write(changed(PETITION, old, new))
    found = faults_in(file)
    assert_said(found, said, file, line, field)
    assert len(found) == 1


async def test_what_people_would_have_to_be_told_is_refused_with_its_line(library: Library, write: Write) -> None:
    await apply(opened([write(PETITION)]), library, by="editor")
    with pytest.raises(Refused, match=r"content.toml:12: status: is draft, not open; `nida petitions open open-justice`"):
        await apply(opened([write(PETITION + 'status = "open"\n')]), library, by="editor")


async def test_who_takes_in_an_export_is_told_that_signatures_do_not_come_with_it(library: Library, write: Write) -> None:
    closed = write(f'exported = true\n{PETITION}status = "closed"\n')
    (note,) = (await apply(opened([closed]), library, by="editor", dry_run=True)).notes
    assert note.endswith(
        "content.toml:13: status: is closed, but nobody has signed it here: signatures come with the database, not with a file."
    )
    assert (await apply(opened([closed]), library, by="editor")).notes == (note,)
    assert (await apply(opened([closed]), library, by="editor")).notes == (), "it is here already"
    seen_by_nobody = PETITION.replace("open-justice", "another")
    assert (await apply(opened([write(f"exported = true\n{seen_by_nobody}")]), library, by="editor")).notes == ()
    assert (
        await apply(opened([write(f'{seen_by_nobody.replace("another", "new")}status = "open"\n')]), library, by="e")
    ).notes == ()
