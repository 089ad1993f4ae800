"""The faults that delivery must survive, by number. Their tests are called `test_fault_NN_…`."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
NAMED: Final = re.compile(r"test_fault_(\d\d)_(.+)")

FAULTS: Final = {
    1: ("kill -9 before the claim commits, or after it and before a send", "nothing lost, no copy"),
    2: ("kill -9 with some in flight, or after replies before settling", "no more copies than were in flight, each marked"),
    3: ("kill -9 every half second, a hundred times", "it finishes, and the bound holds"),
    4: (
        "SIGTERM",
        "claims nothing more, waits for what is on its way at most 25 s, settles, exit 0, no copy; a second one is like 2",
    ),
    5: ("a machine that sleeps for minutes and wakes", "others take over; the woken one sends nothing, its word is refused"),
    6: ("clocks that jump", "leases are safe; a schedule in a zone fires once"),
    7: ("a second process on the same SQLite file", "refuses to start and says why"),
    8: ("two pollers", "one clear alarm, no lost update"),
    9: ("PostgreSQL down, killed, or silent", "no more sends than were claimed; it goes on by itself"),
    10: ("a connection cut at COMMIT", "read again by owner and attempt, never assumed"),
    11: ("disk full", "claims stop, nothing corrupt; goes on when there is space"),
    12: ("a damaged database file, or an old backup put back", "refused, or held and said"),
    13: ("429, and storms of it", "silence for as long as asked, nobody lost, no attempt counted"),
    14: ("502, 504, a reply lost or cut", "uncertain: sent once more, then parked and shown"),
    15: ("no connection for long", "no copies; goes on by itself"),
    16: (
        "blocked; chat moved; text refused; token revoked",
        "unreachable; sent to the new id; held after three; stops and says so",
    ),
    17: ("/stop or /forget during a broadcast", "not sent unless it was in flight already"),
    18: ("launched twice, by two at once", "one row each"),
    19: ("paused, corrected, resumed", "nobody twice; old and new text accounted for"),
    20: ("a schedule due while the process was down", "once at the start within the grace, else it asks"),
    21: ("an update repeated; killed after the 200", "one effect; kept"),
    22: ("500 taps at once by one person", "one effect"),
    23: ("a runner's job lost, done twice, finished by a zombie", "the ledger is unaffected"),
    24: ("from SQLite to PostgreSQL in the middle of a broadcast", "nothing lost, no copy"),
    25: ("a million recipients", "everybody gets it once"),
}
"""What goes wrong, and what must happen."""


def tests_by_fault() -> dict[int, list[tuple[Path, str]]]:
    """Of each fault, the file and name of its tests, as they stand in the sources."""
    found: dict[int, list[tuple[Path, str]]] = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (named := NAMED.fullmatch(node.name)):
                found[int(named[1])].append((file, node.name))
    return found
