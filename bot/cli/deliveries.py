import typer

app = typer.Typer(help="What was sent, to how many, with what outcome.", no_args_is_help=True)


@app.command()
def list_() -> None: ...
