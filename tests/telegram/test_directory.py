"""Whom the directory asks is whom aiogram would come to, in the same order, without those that answer something else."""

from typing import Any

from aiogram import Dispatcher
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackQueryFilter

from bot.telegram.commands import COMMANDS
from bot.telegram.directory import Directory
from bot.telegram.order import Asks
from handlers import routers


def directory() -> Directory:
    made = Directory(disable_fsm=True)
    made.include_routers(*routers())
    return made


def is_for(handler: HandlerObject) -> str | None:
    for each in handler.filters or ():
        if isinstance(each.callback, Asks):
            return each.callback.command
        if isinstance(each.callback, CallbackQueryFilter):
            return each.callback.callback_data.__prefix__
    return None


def of_aiogram(dispatcher: Dispatcher, kind: str, what: str | None) -> list[Any]:
    every = [handler for router in dispatcher.chain_tail for handler in router.observers[kind].handlers]
    return [handler.callback for handler in every if is_for(handler) in {None, what}]


def test_every_command_and_button_is_answered_by_whom_it_was() -> None:
    made = directory()
    for kind in ("message", "callback_query", "my_chat_member", "inline_query", "chosen_inline_result", "error"):
        listed = made._listed(kind)
        for what, entries in listed.items():
            assert [entry.handler.callback for entry in entries] == of_aiogram(made, kind, what)


def test_what_is_ordered_by_a_command_is_found_by_it() -> None:
    listed = directory()._listed("message")
    lacking = {command.name for command in COMMANDS} - set(listed)
    assert not lacking
    assert all(len(entries) < 15 for entries in listed.values())


def test_no_router_has_filters_or_outer_middlewares_which_would_be_passed_over() -> None:
    for router in routers():
        for observer in router.observers.values():
            assert not observer._handler.filters
            assert not observer.outer_middleware
