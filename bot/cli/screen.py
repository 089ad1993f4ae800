"""What a command prints: for people by default, JSON for scripts. Notes go to standard error where the result is JSON."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.cli.call import call
from bot.errors import Misuse, NidaError

if TYPE_CHECKING:
    from rich.console import Console

Json = Mapping[str, object] | Sequence[object]


def say(sentence: str) -> None:
    """A line for a person: left out of a script's output."""
    print(sentence, file=sys.stderr if call().json else sys.stdout, flush=True)


def give(result: Json) -> None:
    """The result, where JSON was asked for."""
    if call().json:
        print(json.dumps(result, ensure_ascii=False, indent=2, default=_as_text), flush=True)


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table for a person. Columns whose name begins with # hold numbers."""
    if call().json:
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        shown.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    for row in rows:
        shown.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    if title:
        console().print(Text(title, style="bold"))
    console().print(shown)


def console() -> "Console":
    from rich.console import Console

    plain = Console()
    # Without a terminal a table would be cut to 80 columns: whoever reads a file or a pipe wants all of it.
    return plain if plain.is_terminal else Console(width=200)


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Go on when the person agrees or said so before. Raises NidaError when not, Misuse when there is nobody to ask."""
    if yes:
        return
    if not is_interactive() or call().json:
        raise Misuse(f"{question} There is nobody here to ask: say so with --yes.")
    import typer

    if not typer.confirm(question, default=False):
        raise NidaError("Nothing was done.")


def duration(seconds: float) -> str:
    """How long, for a person: 40 s, 5 min, 2 h 10 min."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def user_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have a number only
        return "unknown"
