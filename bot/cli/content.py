"""nida content: cases and their updates, from and to TOML files. Nothing here sends anything."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import confirm, give, say
from bot.errors import NidaError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(help="Cases and their updates, from and to TOML files.", no_args_is_help=True)

Paths = Annotated[list[Path], typer.Argument(help="TOML files, or folders of them.", show_default=False)]
