"""How long anybody takes to check the log of a petition that a million signed, offline."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.children import Figures
from bench.results import Result, Size, at_most, console, in_child
from bot.cli.petition_verify import open_log
from bot.clock import SystemClock
from bot.petitions.checking import check_log
from bot.petitions.entries import EntryKind, hour_text, leaf_data
from bot.petitions.merkle import Growing, hash_of_leaf
from bot.petitions.published import SIGNED_AS, Head, entry_line, head_line, statement
from bot.storage.vault import Vault

SIGNED_FOR_ONE_WITHDRAWN = 20
MOST_SECONDS = 10.0


async def figures(size: Size) -> list[Result]:
    taken = await in_child("bench.verifying:check", entries=size.people)
    console.print(f"verifying: {size.people:,} entries, {taken['megabytes']:.0f} MB, in {taken['seconds']:.1f} s")
    return [at_most(f"Checking the log of a petition with {size.people:,} entries", taken["seconds"], MOST_SECONDS, "{:.1f} s")]


async def check(entries: int) -> Figures:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "log.jsonl"
        counted = _write(file, entries)
        began = time.perf_counter()
        with open_log(file) as lines:
            checked = check_log(lines)
        seconds = time.perf_counter() - began
        if checked.counted != counted:
            raise AssertionError("that is not what was written")
        return {"seconds": seconds, "megabytes": file.stat().st_size / 1e6}


def _write(file: Path, entries: int) -> int:
    """How many are counted: of each so many signed, the first one is withdrawn."""
    vault, tree, counted = Vault(bytes(32)), Growing(), 0
    lines = file.with_suffix(".lines")
    with lines.open("w", encoding="ascii") as written:
        for number in range(entries):
            withdrawn = number % (SIGNED_FOR_ONE_WITHDRAWN + 1) == SIGNED_FOR_ONE_WITHDRAWN
            kind = EntryKind.WITHDRAWN if withdrawn else EntryKind.SIGNED
            commitment = None if withdrawn else number.to_bytes(32, "big")
            about = number - SIGNED_FOR_ONE_WITHDRAWN if withdrawn else None
            leaf = hash_of_leaf(leaf_data(kind, commitment, about))
            tree.add(leaf)
            counted += -1 if withdrawn else 1
            written.write(entry_line(number, kind, commitment, about, leaf))
    with file.open("w", encoding="ascii") as whole, lines.open(encoding="ascii") as rest:
        whole.write(head_line(_head(vault, tree, counted)))
        whole.writelines(rest)
    return counted


def _head(vault: Vault, tree: Growing, counted: int) -> Head:
    at, key = hour_text(SystemClock().now()), vault.public_key(SIGNED_AS)
    said = statement("open-justice", tree.size, counted, at, tree.root)
    return Head("open-justice", tree.size, counted, at, tree.root, key, vault.sign(SIGNED_AS, said))
