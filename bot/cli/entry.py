"""The verbs put together, and how a command ends."""

import sys
from typing import Annotated

import typer

from bot import __version__
from bot.cli import (
    announcing,
    audit,
    call,
    campaigns,
    content,
    database,
    deliveries,
    doctor,
    event,
    events,
    init,
    keys,
    locales,
    petitions,
    running,
    sources,
)
from bot.cli.endings import status_of

app = typer.Typer(
    name="nida",
    help="Nida tells supporters what happens in the cases they follow, over Telegram, in English, Arabic and Urdu.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verbs in (running, init, doctor, announcing, sources):
    verbs.register(app)
GROUPS = {
    "content": content,
    "event": event,
    "campaigns": campaigns,
    "events": events,
    "petitions": petitions,
    "deliveries": deliveries,
    "audit": audit,
    "db": database,
    "keys": keys,
    "locales": locales,
}
for name, group in GROUPS.items():
    app.add_typer(group.app, name=name)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nida {__version__}")
        raise typer.Exit


@app.callback()
def common(
    config: call.ConfigOption = None,
    json: call.JsonOption = False,
    debug: call.DebugOption = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    call.begin(config, json, debug)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    try:
        app(arguments, prog_name="nida")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001 - the last one to see it: a person gets a sentence, not a traceback
        return status_of(error, debug=call.call().debug)
    finally:
        _flush()
    return 0


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has read enough; the interpreter would complain once more when it ends.
        sys.stdout = None
