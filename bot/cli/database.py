"""nida db: bringing the database up to date, and copies of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import confirm, give, say
from bot.errors import NidaError

if TYPE_CHECKING:
    from bot.config import Settings

app = typer.Typer(help="The database: its shape, and copies of it.", no_args_is_help=True)


@verb(app, "upgrade")
def upgrade() -> None:
    """Bring the database to the shape this version expects. A SQLite file is copied first."""
    from bot.cli.backups import bring_up_to_date
    from bot.storage.upgrade import head

    settings = call().settings()
    kept = bring_up_to_date(settings.database_url)
    if settings.runner.engine == "procrastinate":
        _make_the_queue_ready(settings.database_url)
    if kept:
        say(f"Copied the database to {kept}.")
    say(f"The database is up to date (revision {head()}).")
    give({"revision": head(), "backup": str(kept) if kept else None})


def _make_the_queue_ready(url: str) -> None:
    from bot.runner import queue

    if queue.make_ready(url):
        say(f"The runners' queue is in place ({queue.MADE_BY}).")


@verb(app, "check")
def check(
    models: Annotated[
        bool, typer.Option("--models", help="For developers: compare the tables of the code with those the migrations make.")
    ] = False,
) -> None:
    """Say whether the database is up to date."""
    if models:
        _check_models()
    else:
        _check_revision(call().settings())


def _check_revision(settings: "Settings") -> None:
    from bot.cli.migrations import pending
    from bot.cli.probe import revision

    waiting = [*pending(revision(settings.database_url)), *_what_the_queue_lacks(settings)]
    give({"pending": waiting})
    if waiting:
        raise NidaError(f"Pending: {', '.join(waiting)}. Run `nida db upgrade`.")
    say("The database is up to date.")


def _what_the_queue_lacks(settings: "Settings") -> list[str]:
    from bot.cli.checks import lacks_queue

    return ["the runners' queue"] if lacks_queue(settings) else []


def _check_models() -> None:
    import tempfile

    from bot.storage.tables import all_tables
    from bot.storage.upgrade import differences
    from bot.storage.upgrade import upgrade as apply

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/models.db"
        apply(url)
        found = differences(url, all_tables())
    give({"differences": found})
    if found:
        raise NidaError("The tables of the code are not those of the migrations: " + "; ".join(found))
    say("The tables of the code are those of the migrations.")


@verb(app, "backup")
def backup(
    file: Annotated[Path | None, typer.Argument(help="Where to; else a file named for the time, beside the database.")] = None,
) -> None:
    """Copy the database, also while the bot runs. The key is not in the copy: keep it apart."""
    from bot.cli.backups import back_up

    settings = call().settings()
    target = back_up(settings, file)
    say(f"Copied the database to {target}. The key is not in it: keep a copy of {settings.key_path} in another place.")
    give({"backup": str(target), "key_included": False})


@verb(app, "restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A copy made by `nida db backup`.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace the database that is there; it is kept beside.")] = False,
) -> None:
    """Put a copy of the database in place, after looking whether it is sound and opens with the key."""
    from bot.cli.backups import ensure_restorable, occupied, put_back

    settings = call().settings()
    ensure_restorable(settings, file)
    if occupied(settings):
        confirm("There is a database already. Replace it? The one that is there is kept beside.", yes=yes)
    kept, held = put_back(settings, file)
    if kept:
        say(f"What was there is now {kept}.")
    say("Whoever stopped or had themselves erased since the copy was made is in it again: do for them once more what they asked.")
    if held:
        say(f"{held} broadcasts are held, as the copy was made in the middle of them: `nida deliveries list` shows which.")
    say("Restored. Run `nida db check`, then start the bot.")
    give({"restored": str(file), "kept": str(kept) if kept else None, "held": held})


@verb(app, "move")
def move(
    to: Annotated[
        str, typer.Option("--to", help="The PostgreSQL database: postgresql://USER@HOST/NAME.", show_default=False)
    ] = "",
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Use the SQLite file again after a move that cannot be finished.")
    ] = False,
) -> None:
    """Move a SQLite database to PostgreSQL, also in the middle of a broadcast. Interrupted, do it again: it goes on."""
    from bot.cli.backups import alone
    from bot.cli.probe import is_sqlite
    from bot.errors import Misuse
    from bot.storage import moving

    settings = call().settings()
    if not is_sqlite(settings.database_url):
        raise Misuse("[database] url is not a SQLite file: only that can be moved.")
    if give_up and to:
        raise Misuse("--to and --give-up exclude each other: name one of them.")
    target = to.replace("postgresql+psycopg://", "postgresql://", 1)
    if not give_up and not target.startswith("postgresql://"):
        raise Misuse("Say where to, like --to postgresql://nida@db.example.org/nida.")
    with alone(settings.database_url):
        if give_up:
            moving.give_up(settings.database_url)
            say("The SQLite file is used again.")
            give({"given_up": True})
            return
        with _progress() as show:
            counts = moving.move(settings.database_url, target, show)
    say(f"Moved {sum(counts.values()):,} rows. Set [database] url to it, then start; the SQLite file is not used any more.")
    give({"moved": counts})


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    if call().json or not sys.stdout.isatty():
        yield lambda done, total: say(f"{done:,} of {total:,} rows") if done == total else None
        return
    from rich.progress import Progress

    with Progress() as bar:
        task = bar.add_task("Moving", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
