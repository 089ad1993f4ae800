"""What is wrong with files of cases and updates is named with file, line and field, all of it at once."""

from pathlib import Path

import pytest

from bot.cases.service import Cases
from bot.content.faults import Refused
from bot.content.files import apply
from bot.content.library import Library
from bot.content.opening import opened
from tests.content.conftest import Write
from tests.content.faulty import assert_said, changed, faults_in

CASE = """\
# The first case.
[[case]]
slug = "north-gate-five"
status = "open"
title = { en = "The North Gate Five", ar = "خمسة البوابة الشمالية" }
summary = { en = "Five people await a hearing." }
"""
UPDATE = """\

[[update]]
case = "north-gate-five"
slug = "bail"
kind = "ruling"
at = 2026-11-03T10:30:00Z
certainty = "confirmed"
source = "https://example.org/bail"
headline = { en = "Bail granted" }
body.en = "The court granted <b>bail</b>."
body.ur = \"\"\"
پہلی سطر
دوسری سطر
\"\"\"
"""
GOOD = CASE + UPDATE


def test_a_good_file_has_no_faults(write: Write) -> None:
    assert faults_in(write(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "said"),
    [
        ('status = "open"', 'state = "open"', 2, "status", "is missing; add it"),
        ('status = "open"', 'state = "open"', 4, "state", "is not a field; the fields are slug, status,"),
        ('status = "open"', 'status = "shut"', 4, "status", "'shut' is not one of open or closed"),
        ('slug = "north-gate-five"\ns', "s", 2, "slug", "is missing; add it"),
        ('slug = "bail"', 'slug = "Bail granted"', 10, "slug", "may hold only a-z, 0-9 and single hyphens"),
        ('slug = "bail"', f'slug = "{"b" * 61}"', 10, "slug", "too long: 61 letters of at most 60"),
        ('slug = "bail"', "slug = 7", 10, "slug", "must be a text in quotes"),
        ('kind = "ruling"', 'kind = "rumour"', 11, "kind", "'rumour' is not one of news, hearing, filing, ruling or action"),
        ('"confirmed"', '"sure"', 13, "certainty", "'sure' is not one of confirmed or reported"),
        ("2026-11-03T10:30:00Z", "2026-11-03T10:30:00", 12, "at", "has no time zone; write it like"),
        ("2026-11-03T10:30:00Z", "2026-11-03", 12, "at", "has no time of day"),
        ("2026-11-03T10:30:00Z", "0001-01-01T00:00:00+05:00", 12, "at", "is not a time of our days"),
        ("2026-11-03T10:30:00Z", '"3 November"', 12, "at", "is not a time; write it without quotes"),
        ("https://example.org/bail", "example.org", 14, "source", "is not an address"),
        ("https://example.org/bail", "javascript:alert(1)", 14, "source", "is not an address"),
        ("headline = { en =", "headline = { fr =", 15, "headline.fr", "'fr' is not a language known here; the languages are"),
        ("headline = { en =", "headline = { ur =", 15, "headline", "needs its text in en"),
        ('headline = { en = "Bail granted" }', 'headline = "Bail"', 15, "headline", 'must name its language; write headline = {'),
        ("Bail granted", "<b>Bail</b> granted", 15, "headline.en", "<b> is not allowed here; a headline takes no tags"),
        ("Bail granted", "Bail\\ngranted", 15, "headline.en", "a headline is one line"),
        ("Bail granted", "B" * 201, 15, "headline.en", "too long for Telegram: 201 letters of at most 200"),
        ("<b>bail</b>", "<h1>bail</h1>", 16, "body.en", "<h1> is not allowed"),
        ("<b>bail</b>", "<b>bail", 16, "body.en", "<b> is never closed"),
        ("<b>bail</b>", "<b>bail</b>" * 800, 16, "body.en", "too long for Telegram: 3219 letters of at most 3000"),
        ("<b>bail</b>", '<a href=\\"http://example.org\\">bail</a>', 16, "body.en", "needs an address that starts with https"),
        ("دوسری سطر", "<table>", 19, "body.ur", "<table> is not allowed"),
        ("دوسری سطر", "دوسري سطر", 19, "body.ur", "the letter ي is of another alphabet; write ی."),
        ("دوسری سطر", "دوســـری سطر", 19, "body.ur", "it holds a tatweel; delete the stretching line."),
        ("خمسة البوابة", "خمسة البوابہ", 5, "title.ar", "the letter ہ is of another alphabet; write ه."),
        ("خمسة البوابة الشمالية", "North Gate", 5, "title.ar", "it is written in Latin letters"),
        ("دوسری سطر", "دوسری \u202eسطر", 19, "body.ur", "invisible direction marks that are not balanced"),
        ("دوسری سطر", "دوسری \u2069سطر\u2066", 19, "body.ur", "invisible direction marks that are not balanced"),
        ("خمسة البوابة", "خمسة \u2067البوابة\u202c", 5, "title.ar", "invisible direction marks that are not balanced"),
        ("Bail granted", "Bail\u202e granted", 15, "headline.en", "invisible direction marks that are not balanced"),
        ("headline = { en =", "headline.en = { draft =", 15, "headline.en", "cannot be a draft; write it as a text"),
        ('headline = { en = "Bail granted"', 'headline = { en = "B", ur = { drafts = "x" }', 15, "headline.ur", "as its draft"),
        ("body.ur =", "body.ur.by =", 17, "body.ur", 'must be a text in quotes, or one text in quotes as its draft'),
        ('{ en = "Bail granted" }', '{ en = "Bail granted", ur = 7 }', 15, "headline.ur", "must be a text in quotes"),
        ('case = "north-gate-five"', 'case = "north-gate"', 9, "case", "there is no case 'north-gate'; add it"),
        ('[[update]]\ncase', "[[updates]]\ncase", 8, "", "[[petition]] and [[action]] tables"),
        ('[[update]]\ncase', "[update]\ncase", 8, "", "write [[update]] with two brackets"),
        ('kind = "ruling"', 'kind = "ruling', 11, "", "is not TOML"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_field(write: Write, old: str, new: str, line: int, field: str, said: str) -> None:
    file = write(changed(GOOD, old, new))
    assert_said(faults_in(file), said, file, line, field)


def test_a_draft_is_checked_like_a_text(write: Write) -> None:
    (fault,) = faults_in(write(changed(GOOD, "body.ur =", "body.ur.draft =").replace("دوسری سطر", "<table>")))
    assert (fault.line, fault.field) == (19, "body.ur")
    (fault,) = faults_in(write(changed(GOOD, '"Bail granted" }', '"Bail granted", ur = { draft = "<b>ضمانت</b>" } }')))
    assert (fault.line, fault.field) == (15, "headline.ur")


def test_a_slug_used_twice_is_named_with_its_first_place(write: Write) -> None:
    first, second = write(CASE, "a.toml"), write(CASE, "b.toml")
    (fault,) = faults_in(first.parent)
    assert (fault.file, fault.line, fault.field) == (second, 3, "slug")
    assert f"already, at {first}:3" in fault.sentence


def test_an_update_may_belong_to_a_case_of_another_file_or_of_the_database(write: Write) -> None:
    update = write(UPDATE, "a.toml")
    assert [fault.field for fault in faults_in(update)] == ["case"]
    assert faults_in(update, write(CASE, "b.toml")) == []
    assert faults_in(update, known={"case": frozenset({"north-gate-five"})}) == []


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(write: Write) -> None:
    text = changed(GOOD, '"open"', '"shut"').replace('"ruling"', '"rumour"').replace("<b>bail</b>", "<p>bail</p>")
    assert [fault.line for fault in faults_in(write(text))] == [4, 11, 16, 16]


def test_what_cannot_be_read_is_a_fault(write: Write, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    latin = tmp_path / "latin.toml"
    latin.write_bytes("title = 'é'".encode("latin-1"))
    said = [fault.sentence for fault in faults_in(tmp_path / "nothing.toml", tmp_path / "empty", latin)]
    assert said == ["cannot be read: No such file or directory.", "holds no .toml file.", "is not UTF-8; save it as UTF-8 text."]


def test_a_byte_order_mark_is_no_fault(write: Write) -> None:
    assert faults_in(write("\ufeff" + GOOD)) == []


async def test_a_bad_file_is_refused_whole(write: Write, cases: Cases, library: Library) -> None:
    good, bad = write(CASE, "a.toml"), write(UPDATE.replace("ruling", "rumour"), "b.toml")
    with pytest.raises(Refused, match=r"b\.toml:5: kind: 'rumour' is not one of") as refusal:
        await apply(opened([good, bad]), library, by="editor")
    assert len(refusal.value.faults) == 1
    assert (await cases.list_cases(0, 10)).total == 0


async def test_a_good_file_is_taken_and_reported(write: Write, cases: Cases, library: Library) -> None:
    file = write(GOOD)
    told = await apply(opened([file]), library, by="editor", dry_run=True)
    assert (await cases.list_cases(0, 10)).total == 0
    assert await apply(opened([file]), library, by="editor") == told
    assert [change.slug for change in told.made] == ["north-gate-five", "bail"]
    assert (await apply(opened([file]), library, by="editor")).made == ()
    found = await cases.find_update("bail")
    assert found is not None
    assert found.body.choose("ur", "en").text == "پہلی سطر\nدوسری سطر"


@pytest.mark.parametrize(
    "text",
    [
        "اخبار نے لکھا: <blockquote>قالت المحكمة</blockquote>",
        "مقدمہ <code>ك-12</code>",
        "عیسیٰ خان نے <b>کہا</b>",
        "\u2066A-7\u2069 کا فیصلہ",
        "The court granted <b>bail</b>.",  # as it stands in the source
    ],
)
def test_quotations_code_and_what_is_left_as_it_was_may_be_in_other_letters(write: Write, text: str) -> None:
    assert faults_in(write(changed(GOOD, "پہلی سطر\nدوسری سطر", text))) == []


async def test_a_translation_that_dropped_a_tag_is_taken_in_and_said(write: Write, library: Library) -> None:
    source = "body.en = \"The court granted <b>bail</b>, see <a href='https://example.org'>here</a>.\""
    text = changed(GOOD, 'body.en = "The court granted <b>bail</b>."', source).replace("پہلی سطر", "<b>پہلی</b> سطر")
    file = write(text)
    changes = await apply(opened([file]), library, by="editor")
    said = "lacks <a> of the source text; put it in where it belongs, if it was forgotten."
    assert changes.notes == (f"{file}:17: body.ur: {said}",)
    assert {item.slug for item in changes.made} == {"north-gate-five", "bail"}
    whole = write(text.replace("دوسری سطر", "<a href='https://example.org/ur'>دوسری سطر</a>"))
    assert (await apply(opened([whole]), library, by="editor")).notes == ()
