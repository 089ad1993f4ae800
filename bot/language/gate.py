"""The gate: what would reach a reader wrong stops here, before anything is compiled."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: where (`line` of the file), in which message, what is wrong, and how to mend it."""

    catalogue: Path
    line: int
    message: str
    fault: str
    mend: str

    def __str__(self) -> str:
        return f"{self.catalogue}:{self.line}: {self.message!r}: {self.fault}; {self.mend}."


def check(locales: Path, sources: Path | None = None) -> list[Fault]:
    return []
