"""nida content: check, apply and export."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Nida

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "content"
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


def test_the_examples_are_sound_and_are_taken_in(nida: Nida, installation: Path) -> None:
    assert nida("content", "check", EXAMPLES).status == 0
    result = nida("content", "apply", EXAMPLES)
    assert result.status == 0, result.err
    assert "+ case north-gate-five\n" in result.out
    assert "Waiting for a translation" in result.out


def test_check_needs_no_installation(nida: Nida, folder: Path) -> None:
    assert nida("content", "check", EXAMPLES).status == 0
    assert not list(folder.iterdir())


def test_a_fault_is_named_by_file_line_and_field(nida: Nida, files: Path) -> None:
    (files / "case.toml").write_text(CASE.replace('status = "open"', 'status = "ajar"'), encoding="utf-8")
    checked = nida("content", "check", "case.toml", "update.toml", "--json")
    assert checked.status == 1
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
    assert nida("content", "check", "update.toml").status == 1
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


def test_an_export_changes_nothing_when_it_is_applied(nida: Nida, installation: Path) -> None:
    nida("content", "apply", EXAMPLES)
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
