"""Writes docs/reliability.md from the list of faults and the tests named after them.

Run by `make docs`; a test compares the page with what this would write.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.delivery import test_mutants  # noqa: E402 - the tests are no package that is installed
from tests.faults import FAULTS, NAMED, tests_by_fault  # noqa: E402

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

Two state machines do whatever staff and people can do, in any order, and compare what arrives with a simple model: with
[launches, pauses, corrections, stops and crashes](../tests/delivery/test_state_machine.py), and with days that pass, for
[schedules, windows, quiet hours, digests and what is gathered](../tests/delivery/test_timing_machine.py).

Tests reach every line and every branch of `bot/delivery/` and of the intake of updates: `make coverage` fails where they
do not.

| # | fault | must happen | tests |
|---|---|---|---|"""
MUTANTS = """
## Faults planted on purpose

A rule that finds nothing any more has stopped looking. So each of these faults is put into the product, one at a time, and
the run fails when it is not found by what is there for it ([the mutants](../tests/delivery/test_mutants.py)).

| planted | found by |
|---|---|"""


def reliability() -> str:
    """The page."""
    return "\n".join([INTRODUCTION, *_rows(), MUTANTS, *_mutants()]) + "\n"


def _rows() -> Iterator[str]:
    found = tests_by_fault()
    for number, (fault, must) in FAULTS.items():
        tests = [f"[{_words(name)}](../{file.relative_to(ROOT)})" for file, name in dict.fromkeys(found[number])]
        yield f"| {number} | {fault} | {must} | {'; '.join(dict.fromkeys(tests))} |"


def _mutants() -> Iterator[str]:
    for mutant, (rules, _) in test_mutants.SIMULATED.items():
        yield f"| {_words(mutant.__name__)} | a simulated world: *{'*, or *'.join(sorted(rules))}* |"
    for mutant, scene in test_mutants.SCENES.items():
        file = Path(scene.__code__.co_filename).relative_to(ROOT)
        yield f"| {_words(mutant.__name__)} | [{_words(scene.__name__).removeprefix('test ')}](../{file}) |"


def _words(name: str) -> str:
    named = NAMED.fullmatch(name)
    return (named[2] if named else name).replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(reliability(), encoding="utf-8")
