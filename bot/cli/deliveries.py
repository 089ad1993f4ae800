"""nida deliveries: what was sent, to how many, with what outcome."""

from typing import TYPE_CHECKING

import typer

from bot.cli import deciding
from bot.cli.call import call, verb
from bot.cli.screen import give, say, table
from bot.errors import NidaError

if TYPE_CHECKING:
    from bot.delivery.account import Broadcast
    from bot.operations import Operations

app = typer.Typer(help="What was sent, to how many, with what outcome.", no_args_is_help=True)


@verb(app, "list")
def list_() -> None:
    """The latest broadcasts, the newest first."""
    import asyncio

    from bot.cli.outcomes import as_json

    broadcasts = asyncio.run(_listed())
    give([as_json(broadcast) for broadcast in broadcasts])
    if not broadcasts:
        say("Nothing was sent yet; `nida announce` sends an update.")
        return
    table(
        ("#", "subject", "state", "when (UTC)", "#people", "#sent", "#pending", "#other"),
        [
            (
                str(each.id),
                each.subject,
                each.state,
                f"{each.created_at:%Y-%m-%d %H:%M}",
                each.account.accepted,
                each.account.sent,
                each.account.pending,
                each.account.settled - each.account.sent,
            )
            for each in broadcasts
        ],
    )


@verb(app, "show")
def show(subject: deciding.Subject) -> None:
    """The account of one broadcast: what became of it for everyone it was meant for."""
    import asyncio

    from bot.cli.outcomes import as_json, show_account

    broadcast = asyncio.run(_shown(subject))
    show_account(broadcast)
    give(as_json(broadcast))


@verb(app, "watch")
def watch(subject: deciding.Subject) -> None:
    """Follow one broadcast until it is over."""
    import asyncio

    from bot.cli.outcomes import as_json, ensure_settled, show_account

    broadcast = asyncio.run(_watched(subject))
    show_account(broadcast)
    give(as_json(broadcast))
    ensure_settled(broadcast)


deciding.register(app)


async def _listed() -> "list[Broadcast]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.deliveries()


async def _shown(subject: str) -> "Broadcast":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.delivery(subject)


async def _watched(subject: str) -> "Broadcast":
    from bot.cli.outcomes import is_moving
    from bot.cli.staff import at_work
    from bot.cli.watching import watch as follow

    settings = call().settings()
    async with at_work() as operations:
        broadcast = await operations.delivery(subject)
        if is_moving(broadcast) and settings.database_url.startswith("sqlite"):
            _ensure_somebody_sends(operations, broadcast)
        return await follow(operations, broadcast)


def _ensure_somebody_sends(operations: "Operations", broadcast: "Broadcast") -> None:
    """On SQLite the database was ours to open: so no bot runs, and nothing would ever move."""
    from bot.operations.operations import LocalOperations

    if isinstance(operations, LocalOperations):
        raise NidaError(
            f"The bot is not running, and {broadcast.account.pending:,} are still owed: start it with `nida run`, "
            f"or send them from here with `nida deliveries resume {broadcast.id}` if it is held, else with `nida announce`."
        )
