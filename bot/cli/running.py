"""nida run, demo and standin: what runs until it is stopped."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import say

if TYPE_CHECKING:
    from bot.config import Settings

DEMO_FOLDER = Path("var/demo")


def register(app: typer.Typer) -> None:
    verb(app, "run")(run)
    verb(app, "runner")(runner)
    verb(app, "demo")(demo)
    verb(app, "standin")(standin)


def run() -> None:
    """Run the bot until SIGTERM or Ctrl-C; what is under way is finished first."""
    from bot.app.running import main

    main(_settings_of_a_service())


def runner() -> None:
    """With runner.engine = "procrastinate": send, or stand by to, and do the periodic work, beside any number of others."""
    from bot.app.running import main_of_runner

    main_of_runner(_settings_of_a_service())


def _settings_of_a_service() -> "Settings":
    """With logging as it is configured: a command's own is quieter."""
    from bot import config, log

    settings = config.load(call().config)
    log.configure("debug" if call().debug else settings.log.level, settings.log.format)
    return settings


def demo(
    folder: Annotated[
        Path, typer.Option(help="Where the demo keeps its files; what an earlier demo left there goes.")
    ] = DEMO_FOLDER,
    port: Annotated[int, typer.Option(help="The chat page's port; another one is taken when it is in use, any for 0.")] = 8081,
    pseudo: Annotated[
        bool,
        typer.Option(
            "--pseudo", help="In letters nobody reads, two fifths longer, to see what is not translated or does not fit."
        ),
    ] = False,
) -> None:
    """Try Nida without Telegram: a stand-in with a chat page, the bot, and invented cases. Ctrl-C stops all."""
    from bot.cli.demo import run_demo

    run_demo(folder, port, pseudo=pseudo)


def standin(
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8081,
    token: Annotated[str, typer.Option(help="The token bots use with it.")] = "123456:standin",  # noqa: S107
    username: Annotated[str, typer.Option(help="The user name of the bot.")] = "NidaDemoBot",
) -> None:
    """Run the stand-in for Telegram's servers alone, with its chat page."""
    import asyncio

    from bot.standin import StandIn
    from bot.standin import running as serving

    async def serve() -> None:
        async with serving(StandIn(token, username), host, port) as address:
            say(f"Chat page: {address}/")
            say(f'Bots reach it with [telegram] api_url = "{address}" and token = "{token}". Ctrl-C stops it.')
            await asyncio.Event().wait()

    asyncio.run(serve())
