"""Three readers of calendar files that are none of ours: vobject, icalendar, and ical.js, which Thunderbird has."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "build" / "ical.js" / "node_modules" / "ical.js" / "dist" / "ical.min.js"
PROGRAM = Path(__file__).with_name("reading_ical.mjs")


class IcalJs:
    """Runs on the node that came with the driver of the test browser."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *calendars: bytes) -> list[dict[str, Any]]:
        """What it understood of each. Fails for one it refuses."""
        files = [self._folder / f"{number}.ics" for number in range(len(calendars))]
        for file, calendar in zip(files, calendars, strict=True):
            file.write_bytes(calendar)
        node, _ = compute_driver_executable()
        done = _run([str(node), str(PROGRAM), str(LIBRARY), *map(str, files)])
        understood: list[dict[str, Any]] = json.loads(done)
        return understood


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def ical_js(tmp_path: Path) -> IcalJs:
    _run(["tools/ical_js.sh"])
    folder = tmp_path / "calendars"
    folder.mkdir()
    return IcalJs(folder)
