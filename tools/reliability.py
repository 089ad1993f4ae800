"""Writes docs/reliability.md from the list of faults and the tests named after them.

Run by `make docs`; a test compares the page with what this would write.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.faults import FAULTS, NAMED, tests_by_fault  # noqa: E402 - the tests are no package that is installed

PAGE = ROOT / "docs" / "reliability.md"
INTRODUCTION = """\
# Reliability

Written from the tests by `make docs`. What may go wrong with a delivery, what must happen then, and the tests that make it
go wrong, on SQLite and on PostgreSQL where both are concerned. `make test` runs them, `make prove` the long ones too.

Beside them, ten thousand simulated worlds are played in each run (`python -m tests.simulation`, a million by `make prove`):
the real sender, ledger and pace, with processes that crash, stall and lose connections at any moment and a Telegram that
loses answers. Throughout it is checked that a message is sent only while its lease and the lane are held, that final states
never change, that no send starts after a committed stop, erase, pause or cancel or within the silence a 429 asked for, that
nobody owed is left out, and that copies stay within what crashes, lost answers and stalls left in doubt: at most two for
anyone. A seed that breaks a rule is printed, and `python -m tests.simulation --seed N` plays it again step by step.

| # | fault | must happen | tests |
|---|---|---|---|"""


def reliability() -> str:
    """The page."""
    return "\n".join([INTRODUCTION, *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    found = tests_by_fault()
    for number, (fault, must) in FAULTS.items():
        tests = [f"[{_words(name)}](../{file.relative_to(ROOT)})" for file, name in dict.fromkeys(found[number])]
        yield f"| {number} | {fault} | {must} | {'; '.join(dict.fromkeys(tests))} |"


def _words(name: str) -> str:
    named = NAMED.fullmatch(name)
    return named[2].replace("_", " ") if named else name


if __name__ == "__main__":
    PAGE.write_text(reliability(), encoding="utf-8")
