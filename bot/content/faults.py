"""What is wrong with content, said so that an editor can mend it."""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import NidaError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """`line` counts from 1; `field` is like title.ar, or empty for the file or table as a whole."""

    file: Path
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: "
        return f"{where}{self.field}: {self.sentence}" if self.field else f"{where}{self.sentence}"


class Refused(NidaError):
    """The files are refused as a whole; the message has one line for each fault."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
