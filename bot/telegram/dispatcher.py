"""aiogram's dispatcher, put together once: who is talking, then the step they are at, then the conversation."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import DisabledEventIsolation
from aiogram.fsm.strategy import FSMStrategy
from aiogram.types import Update

from bot.telegram.directory import Directory
from bot.telegram.handling import Handle
from bot.telegram.identity import Identity, Step

log = structlog.get_logger()


def make_dispatcher(
    identity: Identity, storage: BaseStorage, routers: Iterable[Router], services: Mapping[str, Any]
) -> Dispatcher:
    """`services` are handed to handlers by parameter name. The intake keeps each person's updates in order, so no locks here."""
    dispatcher = Directory(storage=storage, disable_fsm=True)
    dispatcher.workflow_data.update(services)
    dispatcher.update.outer_middleware(identity)
    dispatcher.update.outer_middleware(Step(storage, DisabledEventIsolation(), FSMStrategy.USER_IN_CHAT))
    dispatcher.include_routers(*routers)
    return dispatcher


def handling(dispatcher: Dispatcher, bot: Bot) -> Handle:
    """What the intake calls with each update."""

    async def handle(update: Mapping[str, Any]) -> None:
        await dispatcher.feed_update(bot, Update.model_validate(update, context={"bot": bot}))

    return handle
