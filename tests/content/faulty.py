"""Content files with something wrong in them, and where and how that is said."""

from pathlib import Path

from bot.content.faults import Fault
from bot.content.files import NOTHING, Known, read
from bot.content.opening import opened


def faults_in(*paths: Path, known: Known = NOTHING) -> list[Fault]:
    return read(opened(paths), "en", known).faults


def changed(text: str, old: str, new: str) -> str:
    """The text with its one `old` made `new`."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def assert_said(found: list[Fault], said: str, file: Path, line: int, field: str) -> None:
    """It is said of this place and of no other; what else is wrong by it is, at the most, wrong in one place more."""
    assert {(fault.file, fault.line, fault.field) for fault in found if said in fault.sentence} == {(file, line, field)}, found
    assert len({(fault.file, fault.line, fault.field) for fault in found}) <= 2, found
