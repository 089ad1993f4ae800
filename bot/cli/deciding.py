"""nida deliveries pause, resume, cancel, retry, correct, recall: what a person decides about a broadcast."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import confirm, duration, give, people, user_name

if TYPE_CHECKING:
    from bot.announcements.amending import Amendable
    from bot.delivery.account import Broadcast
    from bot.operations import Operations

    Question = Callable[[Operations, str], Awaitable[str]]
    """What is asked before it is done, from what stands in the ledger."""

Subject = Annotated[
    str, typer.Argument(help="The update's slug, or the number `nida deliveries list` shows.", show_default=False)
]
By = Annotated[str | None, typer.Option(help="Who decides it; else the name of the user.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def register(app: typer.Typer) -> None:
    for function in (pause, resume, cancel, retry, correct, recall):
        verb(app, function.__name__)(function)


def pause(subject: Subject, by: By = None) -> None:
    """Hold a broadcast: nothing more of it is sent until it is resumed."""
    _decide(subject, lambda operations: operations.pause(subject, by or user_name()))


def resume(subject: Subject) -> None:
    """Let a held broadcast go on, and follow it to its end."""
    _go_on(subject, None, lambda operations: operations.resume(subject), yes=True)


def cancel(subject: Subject, yes: Yes = False, by: By = None) -> None:
    """End a broadcast: whoever has not got it will not."""
    _decide(subject, lambda operations: operations.cancel(subject, by or user_name()), _what_is_cancelled, yes=yes)


def retry(subject: Subject, yes: Yes = False) -> None:
    """Send it once more to those of whom nobody knows whether they have it: they may get it twice."""
    _go_on(subject, _what_is_retried, lambda operations: operations.retry(subject), yes=yes)


def correct(subject: Subject, yes: Yes = False) -> None:
    """Put the text as it stands now in place of what was sent: copies are edited, whoever is still to get it gets the new one."""
    _go_on(subject, _what_is_corrected, lambda operations: operations.correct(subject), yes=yes)


def recall(subject: Subject, yes: Yes = False, by: By = None) -> None:
    """Take a message back: deleted from each chat, or emptied where Telegram deletes it no more; sent to nobody any more."""
    _go_on(subject, _what_is_recalled, lambda operations: operations.recall(subject, by or user_name()), yes=yes)


async def _what_is_cancelled(operations: "Operations", subject: str) -> str:
    broadcast = await operations.delivery(subject)
    if not broadcast.account.accepted:
        return f"Cancel {broadcast.subject}? It has not begun, and nobody will get it."
    return f"Cancel {broadcast.subject}? {people(broadcast.account.pending)} will not get it."


async def _what_is_retried(operations: "Operations", subject: str) -> str:
    broadcast = await operations.delivery(subject)
    return f"Send {broadcast.subject} once more to {people(broadcast.account.uncertain)}? They may have it already."


async def _what_is_corrected(operations: "Operations", subject: str) -> str:
    sent = await operations.amendable(subject)
    edits = f"{people(sent.copies)} have it (at most {duration(sent.seconds)} of edits), {sent.owed:,} are still to get it."
    return f"Correct {sent.subject}? {edits}{_in_digests(sent)}"


async def _what_is_recalled(operations: "Operations", subject: str) -> str:
    sent = await operations.amendable(subject)
    undone = "It cannot be undone."
    return f"Take {sent.subject} back from {people(sent.copies)}? {sent.owed:,} more will not get it.{_in_digests(sent)} {undone}"


def _in_digests(sent: "Amendable") -> str:
    return f" {people(sent.gathered)} of them got it in one message with others, which stay." if sent.gathered else ""


def _decide(
    subject: str,
    decide: "Callable[[Operations], Awaitable[Broadcast]]",
    question: "Question | None" = None,
    *,
    yes: bool = True,
) -> None:
    import asyncio

    from bot.cli.outcomes import as_json, show_account
    from bot.cli.staff import at_work

    async def decided() -> "Broadcast":
        async with at_work() as operations:
            if question is not None:
                confirm(await question(operations, subject), yes=yes)
            return await decide(operations)

    broadcast = asyncio.run(decided())
    show_account(broadcast)
    give(as_json(broadcast))


def _go_on(
    subject: str,
    question: "Question | None",
    decide: "Callable[[Operations], Awaitable[Broadcast]]",
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
            if question is not None:
                confirm(await question(operations, subject), yes=yes)
            return await watch(operations, await decide(operations))

    broadcast = asyncio.run(followed())
    show_account(broadcast)
    give(as_json(broadcast))
    ensure_settled(broadcast)
