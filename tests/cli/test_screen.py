"""What commands print, on terminals of every width."""

import os
import subprocess
import sys

import pytest
from rich.text import Text

from bot.cli.screen import table

COLUMNS = ("#", "subject", "state", "#people", "what people get")
SLUGS = ("update:north-gate-five-bail-hearing", "update:open-door")
ROWS = [
    ("7", SLUGS[0], "completed", 1_234_567, "their own language"),
    ("6", SLUGS[1], "sending", 12, "English, with a line that says so in their own language"),
]


def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    table(COLUMNS, ROWS)
    return Text.from_ansi(capsys.readouterr().out).plain.splitlines()


@pytest.mark.parametrize("width", [200, 96, 92, 80, 76, 60, 50])
def test_slugs_and_numbers_stand_whole_on_any_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    lines = printed(capsys, monkeypatch, width)
    assert max(map(len, lines)) <= width
    for whole in (*SLUGS, "completed", "1,234,567", "people"):
        assert sum(whole in line for line in lines), (whole, lines)
    said = " ".join(word for line in lines for word in line.split())
    assert all(word in said for word in ROWS[1][-1].split()), "and nothing is left out"


def test_the_text_alone_folds_and_what_is_too_narrow_is_a_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = printed(capsys, monkeypatch, 80)
    assert any(SLUGS[1] in line and "12" in line and "English," in line for line in folded)
    listed = printed(capsys, monkeypatch, 50)
    assert f"subject: {SLUGS[1]}" in listed
    assert "people: 1,234,567" in listed


def test_without_rows_there_is_a_head(capsys: pytest.CaptureFixture[str]) -> None:
    table(("slug", "#people"), [])
    assert "slug" in capsys.readouterr().out


BUSY = "from bot.cli.screen import busy\nwith busy('Making [x].csv'): pass"


def test_long_work_shows_a_person_that_it_goes_on_and_a_script_nothing() -> None:
    controller, terminal = os.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    subprocess.run([sys.executable, "-c", BUSY], stdin=terminal, stdout=terminal, env=environment, check=True)
    assert b"Making [x].csv" in os.read(controller, 10_000)
    piped = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, env=environment, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")
