"""The bot's lists of commands, one for each scope and language."""

import re
from dataclasses import dataclass
from typing import Annotated

from telegram import BotCommand

from bot.standin.methods.base import Methods
from bot.standin.parameters import Object, Reads, Required, read_list
from bot.standin.profile import DEFAULT, Scope
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn
from bot.standin.text import is_empty, units

MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 256
_FOR_CHATS = frozenset({"chat", "chat_administrators", "chat_member"})
_KINDS = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}) | _FOR_CHATS
Commands = Annotated[list[object], Reads(read_list), Required('parameter "commands" is required')]


@dataclass(slots=True)
class SetMyCommands:
    commands: Commands
    scope: Object = None
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        key = read_scope(standin, self.scope), read_language(self.language_code)
        if len(self.commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        standin.profile.commands[key] = tuple(read_command(command) for command in self.commands)
        standin.changed_for_all()
        return True


@dataclass(slots=True)
class GetMyCommands:
    scope: Object = None
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        key = read_scope(standin, self.scope), read_language(self.language_code)
        return [command.to_dict() for command in standin.profile.commands.get(key, ())]


@dataclass(slots=True)
class DeleteMyCommands:
    scope: Object = None
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        key = read_scope(standin, self.scope), read_language(self.language_code)
        standin.profile.commands.pop(key, None)
        standin.changed_for_all()
        return True


def read_language(code: str) -> str:
    if code and not re.fullmatch("[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def read_scope(standin: StandIn, given: dict[str, object] | None) -> Scope:
    if given is None:
        return DEFAULT
    kind = given.get("type")
    if kind not in _KINDS:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    if kind not in _FOR_CHATS:
        return Scope(str(kind))
    chat = _number(given.get("chat_id"), "chat_id is empty")
    if chat not in standin.world.people:
        raise bad_request("chat not found")
    member = _number(given.get("user_id"), "user_id is empty") if kind == "chat_member" else 0
    return Scope(str(kind), chat, member)


def read_command(given: object) -> BotCommand:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = (_text(given, name) for name in ("command", "description"))
    command = command.removeprefix("/")
    if not re.fullmatch("[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if is_empty(description) or units(description) > LONGEST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return BotCommand(command, description)


def _text(given: dict[str, object], name: str) -> str:
    value = given.get(name)
    if value is None:
        raise bad_request(f"can't parse BotCommand: Can't find field \"{name}\"")
    if not isinstance(value, str):
        raise bad_request(f'can\'t parse BotCommand: Field "{name}" must be of type String')
    return value


def _number(value: object, complaint: str) -> int:
    if isinstance(value, int | str) and str(value).removeprefix("-").isdecimal():
        return int(value)
    raise bad_request(complaint)


METHODS: Methods = {"setMyCommands": SetMyCommands, "getMyCommands": GetMyCommands, "deleteMyCommands": DeleteMyCommands}
