"""What a command prints: for people by default, JSON for scripts. Notes go to standard error where the result is JSON."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from bot.cli.call import call
from bot.errors import Misuse, NidaError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

Json = Mapping[str, object] | Sequence[object]


def say(sentence: str) -> None:
    """A line for a person: left out of a script's output."""
    print(sentence, file=sys.stderr if call().json else sys.stdout, flush=True)


@contextmanager
def busy(doing: str) -> Iterator[None]:
    """Shows a person at a terminal that work goes on of which nobody knows how much is left."""
    if call().json or not is_interactive():
        yield
        return
    from rich.text import Text

    with console().status(Text(doing)):
        yield


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
    from rich.text import Text

    screen = console()
    if title:
        screen.print(Text(title, style="bold"))
    heads = [column.removeprefix("#") or column for column in columns]
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    unbounded = screen.options.update_width(sys.maxsize)
    grids = (_grid(columns, heads, cells, padding) for padding in (1, 0))
    fitting = (grid for grid in grids if screen.measure(grid, options=unbounded).minimum <= screen.width)
    screen.print(next(fitting, None) or _list(heads, cells))


def _grid(columns: Sequence[str], heads: Sequence[str], cells: Sequence[Sequence[str]], padding: int) -> "Table":
    """What people copy or compare, like slugs and numbers, stays on one line: the longest text folds alone, between words."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, padding=(0, padding), show_edge=bool(padding))
    longest = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    texts = [at for at, column in enumerate(zip(*cells, strict=True)) if any(" " in cell for cell in column)]
    folding = max(texts, key=longest.__getitem__, default=None)
    for at, column in enumerate(columns):
        whole = at != folding
        justify: Literal["right", "left"] = "right" if column.startswith("#") else "left"
        shown.add_column(heads[at], justify=justify, no_wrap=whole, min_width=longest[at] if whole else None)
    for row in cells:
        shown.add_row(*map(Text, row))
    return shown


def _list(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> "Text":
    """A terminal too narrow for the table: line by line what it says, row after row."""
    from rich.text import Text

    rows = ("\n".join(f"{head}: {cell}" for head, cell in zip(heads, row, strict=True)) for row in cells)
    return Text("\n" + "\n\n".join(rows) + "\n", overflow="fold")


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
