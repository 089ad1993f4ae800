"""A report of checks: each a line, good or with what is wrong and how to mend it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import typer

from bot.cli.screen import give, say


class Result(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


MARKS = {Result.GOOD: "✓", Result.WARNING: "!", Result.BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `mend` says what to do about it."""

    subject: str
    result: Result
    sentence: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{MARKS[self.result]} {self.subject:<12} {self.sentence}"
        return f"{line}\n{'':<15}→ {self.mend}" if self.mend else line


def good(subject: str, sentence: str) -> Finding:
    return Finding(subject, Result.GOOD, sentence)


def warning(subject: str, sentence: str, mend: str) -> Finding:
    return Finding(subject, Result.WARNING, sentence, mend)


def bad(subject: str, sentence: str, mend: str) -> Finding:
    return Finding(subject, Result.BAD, sentence, mend)


def show_report(findings: Sequence[Finding]) -> None:
    """Print the findings; leave with 1 when one is bad."""
    for finding in findings:
        say(str(finding))
    give([asdict(finding) for finding in findings])
    if any(finding.result is Result.BAD for finding in findings):
        raise typer.Exit(1)
