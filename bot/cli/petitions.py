"""nida petitions: what is signed, and what anybody can check of it."""

import typer

from bot.cli import petition_export, petition_verify

app = typer.Typer(help="Petitions: what is signed, and what anybody can check of it.", no_args_is_help=True)
for verbs in (petition_export, petition_verify):
    verbs.register(app)
