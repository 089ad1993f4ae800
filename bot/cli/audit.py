"""nida audit: what staff did with what is kept about people, and whether that record is whole."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import give, say, table
from bot.errors import Misuse, NidaError

if TYPE_CHECKING:
    from bot.staff.audit import Checked, Entry

app = typer.Typer(help="What staff did with what is kept about people.", no_args_is_help=True)


@verb(app, "list")
def list_(limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 50) -> None:
    """The latest entries, the newest first."""
    import asyncio
    from dataclasses import asdict

    entries = asyncio.run(_listed(limit))
    give([asdict(entry) for entry in entries])
    if not entries:
        say("Nothing is recorded yet.")
        return
    table(
        ("#", "when (UTC)", "who", "what", "about", "more"),
        [(str(each.number), f"{each.at:%Y-%m-%d %H:%M}", each.who, each.what, each.object, _more(each)) for each in entries],
    )


@verb(app, "check")
def check(
    noted: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="The hash an earlier check gave: it must still be there.", show_default=False),
    ] = None,
) -> None:
    """Say whether an entry was changed or taken out, and the hash to note outside this machine."""
    import asyncio
    from dataclasses import asdict

    if noted is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", noted):
        raise Misuse("--noted: that is no hash; it has 64 digits and letters from a to f, as an earlier check gave it.")
    checked = asyncio.run(_checked(noted.lower() if noted else None))
    give(asdict(checked))
    if checked.fault is not None:
        raise NidaError(f"Entry {checked.fault} of the record is missing or was changed; those before it are as they were made.")
    if checked.noted is False:
        raise NidaError(
            "The record fits, but the hash you noted is not in it: entries were cut off its end, or it was made anew."
        )
    say(f"The record is whole: {checked.entries:,} entries.")
    if checked.last:
        say(f"Note this hash outside this machine, and give it with --noted next time: {checked.last}")


def _more(entry: "Entry") -> str:
    return ", ".join(f"{name} {value}" for name, value in entry.details.items() if value is not None)


async def _listed(limit: int) -> "Sequence[Entry]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.audit(limit)


async def _checked(noted: str | None) -> "Checked":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.check_audit(noted)
