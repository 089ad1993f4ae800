"""nida petitions export: what leaves the house of a petition."""

from pathlib import Path
from typing import IO, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import give, say, user_name

AT_ONCE = 20_000
"""Entries asked for at a time: a log may have a million."""


def register(app: typer.Typer) -> None:
    verb(app, "export")(export)


def export(
    slug: Annotated[str, typer.Argument(help="The petition's slug.", show_default=False)],
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="csv|xlsx|pdf", help="Who agreed to be named to its target, and sums.", show_default=False
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", help="Write its log there: nothing about a person.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; else SLUG.FORMAT here.", show_default=False)
    ] = None,
    locale: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="Of headings and countries; else the default one.", show_default=False)
    ] = None,
    sums: Annotated[bool, typer.Option("--sums", help="Sums per country and city alone: nobody is named.")] = False,
    by: Annotated[str | None, typer.Option(help="Who exports it; else the name of the user.", show_default=False)] = None,
) -> None:
    """Write what is handed to those a petition is addressed to, or its log for `nida petitions verify`."""
    from bot.cli.petition_handover import hand_over
    from bot.errors import Misuse

    if (form is None) == (log is None):
        raise Misuse("Say what to write: --format csv, xlsx or pdf for those it is addressed to, or --log FILE for its log.")
    if form is not None:
        hand_over(slug, form, locale, out, by or user_name(), only_sums=sums)
    elif log is not None:
        _export_log(slug, log, by or user_name())


def _export_log(slug: str, log: Path, by: str) -> None:
    import asyncio

    entries = asyncio.run(write_log(slug, log, by))
    say(f"{entries:,} entries are in {log}; `nida petitions verify {log}` checks them, anywhere.")
    give({"petition": slug, "entries": entries, "log": str(log)})


async def write_log(slug: str, target: Path, by: str | None) -> int:
    """How many entries it has; that `by` takes it out is recorded. The file is whole, or not there.

    Raises NidaError when there is no such petition.
    """
    from bot.errors import NidaError

    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            entries = await _write(slug, file, by)
        partial.replace(target)
    except OSError as error:
        raise NidaError(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return entries


async def _write(slug: str, file: IO[str], by: str | None) -> int:
    import json

    from bot.cli.staff import at_work

    async with at_work() as operations:
        head = await operations.petition_head(slug, by)
        file.write(head)
        entries: int = json.loads(head)["size"]
        for start in range(0, entries, AT_ONCE):
            file.write(await operations.petition_entries(slug, start, min(start + AT_ONCE, entries)))
    return entries
