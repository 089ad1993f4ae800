"""nida deliveries pause, resume, cancel, retry: what a person decides about a broadcast."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import confirm, give, people, user_name

if TYPE_CHECKING:
    from bot.delivery.account import Broadcast
    from bot.operations import Operations

Subject = Annotated[
    str, typer.Argument(help="The update's slug, or the number `nida deliveries list` shows.", show_default=False)
]
By = Annotated[str | None, typer.Option(help="Who decides it; else the name of the user.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def register(app: typer.Typer) -> None:
    for function in (pause, resume, cancel, retry):
        verb(app, function.__name__)(function)


def pause(subject: Subject, by: By = None) -> None:
    """Hold a broadcast: nothing more of it is sent until it is resumed."""
    _decide(subject, lambda operations: operations.pause(subject, by or user_name()))


def resume(subject: Subject) -> None:
    """Let a held broadcast go on, and follow it to its end."""
    _go_on(subject, None, lambda operations, _: operations.resume(subject), yes=True)


def cancel(subject: Subject, yes: Yes = False, by: By = None) -> None:
    """End a broadcast: whoever has not got it will not."""
    _decide(subject, lambda operations: operations.cancel(subject, by or user_name()), _what_is_cancelled, yes=yes)


def retry(subject: Subject, yes: Yes = False) -> None:
    """Send it once more to those of whom nobody knows whether they have it: they may get it twice."""
    _go_on(subject, _what_is_retried, lambda operations, _: operations.retry(subject), yes=yes)


def _what_is_cancelled(broadcast: "Broadcast") -> str:
    return f"Cancel {broadcast.subject}? {people(broadcast.account.pending)} will not get it."


def _what_is_retried(broadcast: "Broadcast") -> str:
    return f"Send {broadcast.subject} once more to {people(broadcast.account.uncertain)}? They may have it already."


def _decide(
    subject: str,
    decide: "Callable[[Operations], Awaitable[Broadcast]]",
    question: "Callable[[Broadcast], str] | None" = None,
    *,
    yes: bool = True,
) -> None:
    import asyncio

    from bot.cli.outcomes import as_json, show_account
    from bot.cli.staff import at_work

    async def decided() -> "Broadcast":
        async with at_work() as operations:
            if question is not None:
                confirm(question(await operations.delivery(subject)), yes=yes)
            return await decide(operations)

    broadcast = asyncio.run(decided())
    show_account(broadcast)
    give(as_json(broadcast))


def _go_on(
    subject: str,
    question: "Callable[[Broadcast], str] | None",
    decide: "Callable[[Operations, Broadcast], Awaitable[Broadcast]]",
    *,
    yes: bool,
) -> None:
    """Decide, and follow what is sent because of it: from here, where no bot runs."""
    import asyncio

    from bot.cli.outcomes import as_json, ensure_settled, show_account
    from bot.cli.staff import at_work
    from bot.cli.watching import watch

    async def followed() -> "Broadcast":
        async with at_work(sends=True) as operations:
            broadcast = await operations.delivery(subject)
            if question is not None:
                confirm(question(broadcast), yes=yes)
            return await watch(operations, await decide(operations, broadcast))

    broadcast = asyncio.run(followed())
    show_account(broadcast)
    give(as_json(broadcast))
    ensure_settled(broadcast)
