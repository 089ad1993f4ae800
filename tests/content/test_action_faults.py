"""What is wrong with a [[campaign]] or an [[action]] is said with its place, one sentence for each fault."""

import pytest

from tests.content.conftest import Write
from tests.content.faulty import assert_said, changed, faults_in

CAMPAIGN = """\
[[campaign]]
slug = "open-doors"
starts = 2026-11-01
ends = 2027-01-31
cases = ["north-gate-five"]
events = ["appeal"]
title.en = "Open doors"
summary.en = "What it is <b>about</b>."
"""
EMAIL = """\
[[action]]
slug = "write"
kind = "email"
to = "public.access@courts.example"
target.en = "The Court Service"
title.en = "Write"
text.en = "Ask for <b>room</b>."
subject.en = "A second room"
body.en = "Dear all,\\n\\n[personal]\\n\\nYours"
body.ur = "جناب،\\n\\n[personal]\\n\\nشکریہ"
"""
CALL = """\
[[action]]
slug = "call"
kind = "call"
phone = "+44 20 7946 0000"
hours = "mon-fri 09:00-17:00"
timezone = "Europe/London"
target.en = "The Court Service"
title.en = "Call"
text.en = "Ask."
script.en = "Good day,\\nwhere can one sit?"
"""
SHARE = """\
[[action]]
slug = "share"
kind = "share"
petition = "open-justice"
title.en = "Share"
text.en = "Pass it on."
"""
KNOWN = {
    "case": frozenset({"north-gate-five"}),
    "event": frozenset({"appeal"}),
    "petition": frozenset({"open-justice"}),
}


@pytest.mark.parametrize("text", [CAMPAIGN, EMAIL, CALL, SHARE])
def test_a_good_one_has_no_faults(write: Write, text: str) -> None:
    assert faults_in(write(text), known=KNOWN) == []


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "field", "said"),
    [
        (CAMPAIGN, "2027-01-31", "2026-10-31", 4, "ends", "is before the start, 2026-11-01"),
        (CAMPAIGN, "2027-01-31", '"January"', 4, "ends", "must be a day, without quotes"),
        (CAMPAIGN, '["north-gate-five"]', '["nowhere"]', 5, "cases", "there is no case 'nowhere'; add it, or mend the slug."),
        (CAMPAIGN, '["appeal"]', '"appeal"', 6, "events", "must be a list of slugs"),
        (EMAIL, 'kind = "email"', 'kind = "fax"', 3, "kind", "'fax' is not one of email, call, share, donate, attend or visit"),
        (EMAIL, "public.access@courts.example", "the court", 4, "to", "is not an e-mail address; write one like"),
        (EMAIL, "public.access@courts.example", "judge.smith@GMAIL.com", 4, "to", "is at a provider of private mailboxes"),
        (EMAIL, 'target.en = "The Court Service"\n', "", 1, "target", "is missing, but the kind is email; add it."),
        (EMAIL, 'subject.en = "A second room"\n', "", 1, "subject", "is missing, but the kind is email"),
        (EMAIL, "[personal]\\n\\nشکریہ", "شکریہ", 10, "body.ur", "does not have the line [personal] as the source text has it"),
        (EMAIL, "Dear all", "Dear <b>all</b>", 9, "body.en", "is not allowed here; a letter takes no tags"),
        (EMAIL, "Dear all", "D" * 3001, 9, "body.en", "letters of at most 3000"),
        (EMAIL, '"write"', '"write"\nurl = "https://example.org"', 3, "url", "says nothing about an action of the kind email"),
        (EMAIL, '"write"', '"write"\ncampaign = "none"', 3, "campaign", "there is no campaign 'none'; add it"),
        (EMAIL, '"write"', '"write"\nminutes = 0', 3, "minutes", "is 0; write how many minutes it takes, at least 1"),
        (EMAIL, '"write"', '"write"\nminutes = "5"', 3, "minutes", "must be a number of minutes, without quotes"),
        (CALL, "+44 20 7946 0000", "020 7946 0000", 4, "phone", "is not a number one can call from anywhere"),
        (CALL, "+44 20 7946 0000", "+44 7700 900123", 4, "phone", "begins like a mobile number, which is a person's"),
        (CALL, "mon-fri 09:00-17:00", "office hours", 5, "hours", 'is not a list of hours; write it like "mon-thu 09:00-17:00'),
        (CALL, "mon-fri 09:00-17:00", "mon-fri 17:00-09:00", 5, "hours", "ends before it begins"),
        (CALL, 'timezone = "Europe/London"\n', "", 5, "hours", "needs the time zone of the office"),
        (CALL, "Europe/London", "London", 6, "timezone", "'London' is not a time zone of the IANA list"),
        (SHARE, 'petition = "open-justice"\n', "", 1, "", "does not say what is shared"),
        (SHARE, '"open-justice"', '"open-justice"\ncase = "north-gate-five"', 5, "case", "is shared, and petition too"),
        (SHARE, '"open-justice"', '"gone"', 4, "petition", "there is no petition 'gone'"),
    ],
)  # fmt: skip
def test_a_fault_names_line_and_field(write: Write, table: str, old: str, new: str, line: int, field: str, said: str) -> None:
    file = write(changed(table, old, new))
    assert_said(faults_in(file, known=KNOWN), said, file, line, field)
