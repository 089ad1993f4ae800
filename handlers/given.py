"""What the handlers of some routers get besides what all handlers do: made anew for each update."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router
from aiogram.types import TelegramObject

Given = dict[str, Any]
"""By its name, what a handler may ask for in its parameters."""
Handler = Callable[[TelegramObject, Given], Awaitable[Any]]


def giving(name: str, make: Callable[[Given], Any]) -> Callable[[Router], Router]:
    """Of a router makes one whose handlers get this under that name, made of what they are given anyway."""

    async def give(handler: Handler, event: TelegramObject, data: Given) -> Any:
        return await handler(event, {**data, name: make(data)})

    def to(router: Router) -> Router:
        for asked in (router.message, router.callback_query, router.inline_query, router.chosen_inline_result):
            asked.middleware(give)
        return router

    return to
