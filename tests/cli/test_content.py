"""nida content: check, apply and export."""

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.cli.demo_files import EXAMPLES, examples
from bot.content.files import apply
from bot.content.library import Library
from bot.content.opening import opened_file
from bot.content.sheets import SheetFormat
from bot.errors import NidaError
from bot.events.models import EventStatus
from bot.operations.operations import LocalOperations
from bot.storage.database import Database
from tests.cli.conftest import Nida
from tests.cli.listening import through_the_socket
from tests.clocks import FrozenClock
from tests.nida import write_examples

CASE = """\
[[case]]
slug = "well-keepers"
status = "open"
title = { en = "The well keepers", ar = "حرّاس البئر" }
summary = { en = "Four people who looked after a village well." }
"""
UPDATE = """\
[[update]]
case = "well-keepers"
slug = "well-keepers-heard"
kind = "hearing"
at = 2026-11-03T10:30:00Z
certainty = "confirmed"
headline = { en = "Heard" }
body = { en = "The court heard them." }
"""


@pytest.fixture
def files(installation: Path) -> Path:
    (installation / "case.toml").write_text(CASE, encoding="utf-8")
    (installation / "update.toml").write_text(UPDATE, encoding="utf-8")
    return installation


@pytest.fixture
def written_examples(folder: Path) -> Path:
    """The example content as the demo takes it, dated from today on."""
    return write_examples(folder)


def test_the_examples_are_sound_and_are_taken_in(nida: Nida, installation: Path, written_examples: Path) -> None:
    assert nida("content", "check", written_examples).status == 0
    result = nida("content", "apply", written_examples)
    assert result.status == 0, result.err
    assert "+ case north-gate-five\n" in result.out
    assert "Waiting for a translation" in result.out


def test_check_needs_no_installation(nida: Nida, folder: Path) -> None:
    assert nida("content", "check", EXAMPLES).status == 0
    assert not list(folder.iterdir())


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2031, 7, 4)])
async def test_the_demo_has_events_to_come_whenever_it_is_tried(database: Database, today: date) -> None:
    now = datetime.combine(today, time(9), UTC)
    library = Library(database, FrozenClock(now), "en")
    await apply(examples(today), library, by="the demo")
    coming = [event for event in (await library.all()).events if event.status is EventStatus.LISTED]
    nearest = min(event.starts for event in coming if event.starts)
    assert now.replace(tzinfo=None) < nearest < now.replace(tzinfo=None) + timedelta(days=23)
    assert {event.starts.weekday() for event in coming if event.slug == "north-gate-five-trial" and event.starts} == {0}


def test_a_fault_is_named_by_file_line_and_field(nida: Nida, files: Path) -> None:
    (files / "case.toml").write_text(CASE.replace('status = "open"', 'status = "ajar"'), encoding="utf-8")
    checked = nida("content", "check", "case.toml", "update.toml", "--json")
    assert checked.status == 2
    (fault,) = json.loads(checked.out)
    assert (fault["file"], fault["line"], fault["field"]) == ("case.toml", 3, "status")
    assert checked.err.startswith("case.toml:3: status: ")


def test_a_file_with_a_fault_is_refused_with_all_others(nida: Nida, files: Path) -> None:
    (files / "update.toml").write_text(UPDATE.replace("hearing", "rumour"), encoding="utf-8")
    result = nida("content", "apply", "case.toml", "update.toml")
    assert result.status == 2
    assert result.err.startswith("update.toml:4: kind: ")
    assert nida("content", "export").out == ""


def test_an_update_may_belong_to_a_case_that_is_there(nida: Nida, files: Path) -> None:
    assert nida("content", "check", "update.toml").status == 2
    assert nida("content", "apply", "case.toml").status == 0
    assert nida("content", "check", "update.toml").status == 0
    assert nida("content", "apply", "update.toml").status == 0


def test_a_dry_run_changes_nothing(nida: Nida, files: Path) -> None:
    dry = nida("content", "apply", "case.toml", "--dry-run")
    assert dry.status == 0
    assert "+ case well-keepers\nWould change: 1." in dry.out
    assert nida("content", "export").out == ""


def test_twice_is_like_once(nida: Nida, files: Path) -> None:
    first = json.loads(nida("content", "apply", files / "case.toml", "--json").out)
    second = nida("content", "apply", files / "case.toml", "--json")
    assert [item["new"] for item in first["items"]] == [True]
    assert [(item["new"], item["fields"]) for item in json.loads(second.out)["items"]] == [(False, [])]


def test_what_waits_for_a_translator_is_listed(nida: Nida, files: Path) -> None:
    changes = json.loads(nida("content", "apply", "case.toml", "--json").out)
    assert {(text["field"], text["locale"], text["state"]) for text in changes["waiting"]} == {
        ("title", "ur", "missing"),
        ("summary", "ar", "missing"),
        ("summary", "ur", "missing"),
    }


def test_an_export_changes_nothing_when_it_is_applied(nida: Nida, installation: Path, written_examples: Path) -> None:
    nida("content", "apply", written_examples)
    assert nida("content", "export", "all.toml").status == 0
    again = json.loads(nida("content", "apply", "all.toml", "--json").out)
    assert not [item for item in again["items"] if item["new"] or item["fields"]]


def test_an_export_overwrites_nothing(nida: Nida, installation: Path) -> None:
    (installation / "all.toml").write_text("# mine")
    result = nida("content", "export", "all.toml")
    assert (result.status, result.err) == (2, "all.toml exists already; name another file.\n")
    assert (installation / "all.toml").read_text() == "# mine"


def test_a_path_that_is_not_there_is_named(nida: Nida, installation: Path) -> None:
    result = nida("content", "apply", "none.toml")
    assert result.status == 2
    assert result.err == "none.toml:1: cannot be read: No such file or directory.\n"


def test_what_waits_is_counted_by_language(nida: Nida, files: Path) -> None:
    (files / "case.toml").write_text(CASE.replace('en = "The well keepers"', 'en = "The well keepers", ur = { draft = "کنواں" }'))
    result = nida("content", "apply", "case.toml")
    assert "Waiting for a translation: 3 (ur 1 draft, 1 missing; ar 1 missing)." in result.out
    assert 'title.ur.draft = "کنواں"\n' in nida("content", "export").out


@pytest.mark.parametrize("form", ["po", "xliff"])
def test_translations_go_out_and_come_back(nida: Nida, files: Path, form: str) -> None:
    assert nida("content", "apply", "case.toml").status == 0
    result = nida("content", "export", "sheet", "--translate", "ur", "--format", form)
    assert (result.status, result.out) == (0, "Wrote sheet: 2 texts.\n")
    text = (files / "sheet").read_text(encoding="utf-8")
    text = text.replace('msgstr ""', 'msgstr "کنویں کے رکھوالے"').replace('"کنویں کے رکھوالے"', '""', 1) if form == "po" else text
    text = text.replace('<target state="needs-translation" />', '<target state="final">کنویں کے رکھوالے</target>')
    (files / "sheet").write_text(text, encoding="utf-8")
    dry = nida("content", "import", "sheet", "--by", "noor", "--dry-run")
    assert (dry.status, dry.out.splitlines()[0]) == (0, "~ case well-keepers: title.ur, summary.ur"), dry.err
    assert "Would change: 2 texts. Waiting for a translation: 0." in dry.out
    taken = json.loads(nida("content", "import", "sheet", "--by", "noor", "--json").out)
    assert [item["fields"] for item in taken["items"]] == [["title.ur", "summary.ur"]]
    assert nida("content", "import", "sheet").out == "Changed: 0 texts. Waiting for a translation: 0.\n"
    nothing = nida("content", "export", "none", "--translate", "ur")
    assert (nothing.status, nothing.out) == (0, "Nothing waits for a translation into ur.\n")
    assert nida("content", "export", "--translate", "ur", "--all", "--json").out.count('msgctxt \\"') == 2


def test_a_sheet_with_a_fault_is_refused(nida: Nida, files: Path) -> None:
    nida("content", "apply", "case.toml")
    (files / "sheet.po").write_text(
        nida("content", "export", "--translate", "ur").out.replace("The well", "A well"), encoding="utf-8"
    )
    assert nida("content", "import", "sheet.po").status == 0  # nothing in it is translated yet
    text = (files / "sheet.po").read_text(encoding="utf-8").replace('keepers"\nmsgstr ""', 'keepers"\nmsgstr "کنواں"')
    (files / "sheet.po").write_text(text, encoding="utf-8")
    result = nida("content", "import", "sheet.po")
    assert result.status == 2
    assert result.err.startswith("sheet.po:")
    assert ": case/well-keepers/title: is stale: its source text is another by now" in result.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--translate", "en"), "Content is written in en: choose a language to translate it into."),
        (("--translate", "fa"), "There is no language 'fa' in this installation; content is translated into ar, ur."),
        (("--translate", "ur", "--format", "csv"), "csv is not a format for translators; choose po or xliff."),
        (("--all",), "say into which language with --translate"),
    ],
)
def test_what_translators_cannot_get_is_said(nida: Nida, installation: Path, options: tuple[str, ...], said: str) -> None:
    result = nida("content", "export", *options)
    assert result.status == 2
    assert said in result.err


def test_a_running_bot_gives_translations_out_and_takes_them_in(nida: Nida, files: Path) -> None:
    nida("content", "apply", "case.toml")

    async def ask() -> tuple[str, ...]:
        async with through_the_socket(files / "socket") as (_, operations):
            exported = await operations.export_translations("ur", SheetFormat.xliff, False)
            assert exported.count == 2
            text = exported.text.replace('<target state="needs-translation" />', '<target state="new">کنواں</target>', 1)
            (files / "sheet").write_text(text, encoding="utf-8")
            changes = await operations.import_translations(opened_file(files / "sheet"), "noor", False)
            assert [str(waiting.state) for waiting in changes.waiting] == ["draft", "missing"]
            return changes.items[0].fields

    assert asyncio.run(ask()) == ("title.ur",)


def test_what_fails_inside_a_running_bot_is_one_sentence_without_what_is_kept(nida: Nida, files: Path) -> None:
    async def ask() -> None:
        async with through_the_socket(files / "socket") as (services, operations):
            async with services.database.write() as session:
                await session.execute(text("DROP TABLE deliveries"))
                await session.execute(text("DROP TABLE broadcasts"))
            with pytest.raises(NidaError, match=r"^The running bot could not do it \(OperationalError\); look into its log\.$"):
                await operations.delivery("a-very-private-word")

    with capture_logs() as logged:
        asyncio.run(ask())
    assert [(line["event"], line["error"]) for line in logged if "error" in line] == [("operations.failed", "OperationalError")]
    assert "private-word" not in str(logged)


def test_how_far_translation_has_come_is_shown(nida: Nida, files: Path) -> None:
    assert "There is no content yet" in nida("content", "status").out
    nida("content", "apply", "case.toml", "update.toml")
    shown = nida("content", "status")
    lines = [line.split() for line in shown.out.splitlines()]
    assert ["case", "well-keepers", "1", "missing", "2", "missing"] in lines, shown.out
    assert ["ar", "1", "0", "0", "3"] in lines
    assert ["ur", "0", "0", "0", "4"] in lines
    one = nida("content", "status", "--locale", "ar")
    lines = [line.split(maxsplit=4) for line in one.out.splitlines()]
    assert ["case", "well-keepers", "title", "ready", "their own language"] in [
        [*line[:4], *map(str.strip, line[4:])] for line in lines
    ]
    assert "en, and are told so" in one.out
    assert one.out.endswith("ar: 1 ready, 0 stale, 0 draft, 3 missing.\n")
    given = json.loads(nida("content", "status", "--json").out)
    assert given["languages"]["ar"] == {"ready": 1, "stale": 0, "draft": 0, "missing": 3}
    refused = nida("content", "status", "--locale", "en")
    assert (refused.status, refused.err[:24]) == (2, "Content is written in en")


def test_a_running_bot_tells_how_far_translation_has_come(nida: Nida, files: Path) -> None:
    nida("content", "apply", "case.toml")

    async def ask() -> None:
        async with through_the_socket(files / "socket") as (services, operations):
            here = await LocalOperations(services, lambda: None).content_status(None)
            assert await operations.content_status(None) == here
            assert here.languages["ur"]["missing"] == 2  # type: ignore[index]
            with pytest.raises(NidaError, match="There is no language 'fa'"):
                await operations.content_status("fa")

    asyncio.run(ask())
