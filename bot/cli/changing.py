"""Changing what people are told of, an event or a petition: forecast, asked, done, and followed until it is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from bot.cli.screen import confirm, give, say

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from bot.delivery.account import Broadcast
    from bot.operations import Operations

    class Forecast(DataclassInstance, Protocol):
        @property
        def after(self) -> DataclassInstance: ...


Foreseen = TypeVar("Foreseen", bound="Forecast")


@dataclass(frozen=True, slots=True)
class Change(Generic[Foreseen]):
    """`what` is changed. `make` refuses where somebody else changed it since the forecast; `written_down` says what is to stand
    in the content file from now on."""

    what: str
    forecast: "Callable[[Operations], Awaitable[Foreseen]]"
    show: Callable[[Foreseen], None]
    question: Callable[[Foreseen], str]
    make: "Callable[[Operations, Foreseen], Awaitable[Broadcast | None]]"
    written_down: Callable[[Foreseen], None]


def decide(change: Change[Foreseen], *, dry_run: bool, yes: bool) -> None:
    import asyncio
    from dataclasses import asdict

    from bot.cli.outcomes import as_json, ensure_settled, show_account

    if dry_run:
        forecast = asyncio.run(_foreseen(change))
        change.show(forecast)
        give(asdict(forecast))
        return
    forecast, told = asyncio.run(_made(change, yes=yes))
    change.written_down(forecast)
    if told is None:
        say("Nothing is sent.")
    else:
        show_account(told)
    give({change.what: asdict(forecast.after), "told": told and as_json(told)})
    if told is not None:
        ensure_settled(told)


async def _foreseen(change: Change[Foreseen]) -> Foreseen:
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await change.forecast(operations)


async def _made(change: Change[Foreseen], *, yes: bool) -> "tuple[Foreseen, Broadcast | None]":
    """Between the question and the answer somebody else may change it too: then nothing is done."""
    from bot.cli.staff import at_work
    from bot.cli.watching import watch

    async with at_work(sends=True) as operations:
        forecast = await change.forecast(operations)
        change.show(forecast)
        confirm(change.question(forecast), yes=yes)
        told = await change.make(operations, forecast)
        return forecast, told and await watch(operations, told)
