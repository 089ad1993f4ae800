"""nida keys: the key that encrypts what is kept about people."""

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, say

app = typer.Typer(help="The key that encrypts what is kept about people.", no_args_is_help=True)


@verb(app, "new")
def new() -> None:
    """Make the key file for a new installation. One that exists is never replaced."""
    from bot.storage.vault import write_new_key

    path = call().settings().key_path
    write_new_key(path)
    say(f"The key is in {path}. Keep a copy of it apart from the database: without it, what is kept about people cannot be read.")
    give({"key_file": str(path)})


@verb(app, "check")
def check() -> None:
    """Say whether the key file is sound, private, and the one the database belongs to."""
    import asyncio

    from bot.cli.checks import key_checks
    from bot.cli.report import show_report

    settings = call().settings()
    show_report(asyncio.run(key_checks(settings)))
