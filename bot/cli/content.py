"""nida content: cases, events, petitions, campaigns and actions, from and to TOML files. Nothing here sends anything.

Files are opened here, also where a running bot takes them in: it may neither see nor be allowed to read an editor's folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, say, table, user_name
from bot.errors import Misuse, NidaError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.content.sheets import Exported
    from bot.content.status import Readiness
    from bot.language.edited import Change, Changes

app = typer.Typer(help="Cases, events, petitions, campaigns and actions, from and to TOML files.", no_args_is_help=True)

Paths = Annotated[list[Path], typer.Argument(help="TOML files, or folders of them.", show_default=False)]


@verb(app, "check")
def check(paths: Paths) -> None:
    """Say what is wrong in the files, naming file, line and field. Nothing is taken in."""
    from bot.content.files import read
    from bot.content.opening import opened

    settings = call().settings()
    content = read(opened(paths), settings.organisation.default_locale, _known(settings))
    faults = content.faults
    for note in content.notes:
        say(str(note))
    give([{"file": str(fault.file), "line": fault.line, "field": fault.field, "fault": fault.sentence} for fault in faults])
    if faults:
        raise Misuse("\n".join(map(str, faults)))
    say("Nothing is wrong with the files.")


def _known(settings: "Settings") -> dict[str, frozenset[str]]:
    """What is in the database already: a table may name it."""
    tables = {"case": "cases", "update": "case_updates", "event": "events", "campaign": "campaigns", "petition": "petitions"}
    return {what: _slugs(settings, f"SELECT slug FROM {table}") for what, table in tables.items()}  # noqa: S608 - ours


def _slugs(settings: "Settings", query: str) -> frozenset[str]:
    from bot.cli.probe import rows

    try:
        return frozenset(str(row[0]) for row in rows(settings.database_url, query))
    except NidaError:
        return frozenset()


@verb(app, "apply")
def apply(
    paths: Paths,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="The translations in the files are right although their source text changed.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="Who wrote it; else the name of the user.", show_default=False)] = None,
) -> None:
    """Take the files in. Twice is like once; a file with a fault is refused, and all others with it. Sends nothing."""
    import asyncio
    from dataclasses import asdict

    changes = asyncio.run(_apply(paths, by or user_name(), dry_run=dry_run, confirm=confirm))
    _show(changes, dry_run=dry_run)
    give({"dry_run": dry_run, **asdict(changes)})


async def _apply(paths: list[Path], by: str, *, dry_run: bool, confirm: bool) -> "Changes":
    from bot.cli.staff import at_work
    from bot.content.opening import opened

    async with at_work() as operations:
        try:
            return await operations.apply_content(opened(paths), by, dry_run, confirm)
        except NidaError as error:
            raise Misuse(str(error)) from None


def _show(changes: "Changes", *, dry_run: bool) -> None:
    changed = [item for item in changes.items if item.new or item.fields]
    for item in changed:
        say(_line(item))
    for note in changes.notes:
        say(note)
    same = len(changes.items) - len(changed)
    say(f"{'Would change' if dry_run else 'Changed'}: {len(changed)}. As they were: {same}.")
    if changes.waiting:
        say(f"Waiting for a translation: {_counted(changes)}. Readers get the source text until then, and are told so.")
        table(
            ("what", "slug", "field", "language", "state"),
            [(text.what, text.slug, text.field, text.locale, text.state) for text in changes.waiting],
        )


def _counted(changes: "Changes") -> str:
    """How many wait in each language, and why: 5 (ar 1 missing; ur 3 missing, 1 draft)."""
    from collections import Counter

    languages: dict[str, Counter[str]] = {}
    for text in changes.waiting:
        languages.setdefault(text.locale, Counter())[text.state] += 1
    each = (
        f"{locale} {', '.join(f'{count} {state}' for state, count in states.items())}" for locale, states in languages.items()
    )
    return f"{len(changes.waiting)} ({'; '.join(each)})" if languages else "0"


def _line(item: "Change") -> str:
    return f"+ {item.what} {item.slug}" if item.new else f"~ {item.what} {item.slug}: {', '.join(item.fields)}"


@verb(app, "status")
def status(
    locale: Annotated[
        str | None, typer.Option("--locale", metavar="LANGUAGE", help="This language alone, text by text.", show_default=False)
    ] = None,
) -> None:
    """Say how far translation has come: what is ready in which language, and what readers see of the rest."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.readiness import show_language, show_languages

    readiness = asyncio.run(_readiness(locale))
    show_languages(readiness) if locale is None else show_language(readiness)
    give(asdict(readiness))


async def _readiness(locale: str | None) -> "Readiness":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        try:
            return await operations.content_status(locale)
        except NidaError as error:
            raise Misuse(str(error)) from None


@verb(app, "export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; else it is printed.", show_default=False)] = None,
    translate: Annotated[
        str | None,
        typer.Option("--translate", metavar="LANGUAGE", help="Write what waits for a translator into it.", show_default=False),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="po|xliff", help="For translators; po if not said.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="For translators also what is ready.")] = False,
) -> None:
    """Write all cases, updates and events as a content file that, applied, changes nothing; or what waits for a translator."""
    import asyncio

    if translate is None:
        if form or everything:
            raise Misuse("--format and --all are about what translators get; say into which language with --translate.")
        text, kind, more = asyncio.run(_exported()), "toml", {}
    else:
        sheet = asyncio.run(_sheet(translate, form or "po", everything))
        if not sheet.count:
            say(f"Nothing waits for a translation into {translate}." if not everything else "There is no content yet.")
            give({"count": 0})
            return
        text, kind, more = sheet.text, form or "po", {"count": sheet.count}
    _put(file, text, kind, more)


def _put(file: Path | None, text: str, kind: str, more: dict[str, int]) -> None:
    if file is None:
        give({kind: text, **more})
        if not call().json:
            typer.echo(text, nl=False)
        return
    try:
        with file.open("x", encoding="utf-8", newline="") as opened:
            opened.write(text)
    except FileExistsError:
        raise Misuse(f"{file} exists already; name another file.") from None
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}.") from None
    say(f"Wrote {file}: {more['count']} texts." if more else f"Wrote {file}.")
    give({"file": str(file), **more})


async def _exported() -> str:
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.export_content()


async def _sheet(locale: str, form: str, everything: bool) -> "Exported":
    from bot.cli.staff import at_work
    from bot.content.sheets import SheetFormat

    if form not in SheetFormat.__members__:
        raise Misuse(f"{form} is not a format for translators; choose {' or '.join(SheetFormat)}.")
    async with at_work() as operations:
        try:
            return await operations.export_translations(locale, SheetFormat(form), everything)
        except NidaError as error:
            raise Misuse(str(error)) from None


@verb(app, "import")
def import_(
    file: Annotated[Path, typer.Argument(help="What a translator sent back: PO or XLIFF.", show_default=False)],
    by: Annotated[str | None, typer.Option(help="Who translated it; else the name of the user.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take translations in. A file with a fault is refused as a whole; what is not marked as done becomes a draft."""
    import asyncio
    from dataclasses import asdict

    changes = asyncio.run(_import(file, by or user_name(), dry_run=dry_run))
    for item in changes.items:
        say(_line(item))
    for note in changes.notes:
        say(note)
    texts = sum(len(item.fields) for item in changes.items)
    say(f"{'Would change' if dry_run else 'Changed'}: {texts} texts. Waiting for a translation: {_counted(changes)}.")
    give({"dry_run": dry_run, **asdict(changes)})


async def _import(file: Path, by: str, *, dry_run: bool) -> "Changes":
    from bot.cli.staff import at_work
    from bot.content.opening import opened_file

    async with at_work() as operations:
        try:
            return await operations.import_translations(opened_file(file), by, dry_run)
        except NidaError as error:
            raise Misuse(str(error)) from None
