"""Who answers what: found by the command or the button, and not by asking every handler there is.

aiogram asks one handler after the other, through every router before: for a tap about forty questions, each with all that is
handed to handlers copied twice. Which command or button a handler is for stands in its first filter.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from aiogram import Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.middlewares.manager import MiddlewareManager
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, TelegramObject

from bot.telegram.order import Asks


class Entry(NamedTuple):
    """`what` is the one command or button it answers; None for any, as its filters say."""

    what: str | None
    handler: HandlerObject
    call: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class Directory(Dispatcher):
    """A dispatcher whose routers have handlers and inner middlewares, and neither filters nor outer middlewares of their own."""

    _entries: Mapping[str, Mapping[str | None, Sequence[Entry]]] | None = None

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        if self._entries is None:
            self._entries = {kind: self._listed(kind) for kind in self.observers if kind != "update"}
        who = self._entries[update_type]
        for entry in who.get(_asked_for(event, kwargs)) or who[None]:
            kwargs["handler"] = entry.handler
            passed, given = await entry.handler.check(event, **kwargs)
            if passed:
                return await entry.call(event, {**kwargs, **given})
        return UNHANDLED

    def _listed(self, kind: str) -> Mapping[str | None, Sequence[Entry]]:
        """By what is asked for, in the order of the routers, those that answer anything among them."""
        entries = []
        for router in self.chain_tail:
            head = reversed(tuple(router.chain_head))
            inner = [middleware for above in head for middleware in above.observers[kind].middleware]
            for handler in router.observers[kind].handlers:
                call = MiddlewareManager.wrap_middlewares(inner, handler.call)
                entries.append(Entry(_answers(handler), handler, call))
        named = {entry.what for entry in entries} | {None}
        return {what: [entry for entry in entries if entry.what in {None, what}] for what in named}


def _answers(handler: HandlerObject) -> str | None:
    first = handler.filters[0].callback if handler.filters else None
    if isinstance(first, CallbackQueryFilter):
        return first.callback_data.__prefix__
    return first.command if isinstance(first, Asks) else None


def _asked_for(event: TelegramObject, given: Mapping[str, Any]) -> str | None:
    if isinstance(event, CallbackQuery):
        return (event.data or "").partition(":")[0]
    order = given.get("order")
    return order.command if order is not None else None
