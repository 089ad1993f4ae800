"""What the bot says about itself: name, descriptions, commands and menu button, per language and per scope."""

from dataclasses import dataclass, field
from typing import NamedTuple

from telegram import BotCommand


class Scope(NamedTuple):
    """Which chats a list of commands is for: one of Telegram's scope types, and for some a chat and a member."""

    kind: str
    chat: int = 0
    member: int = 0


DEFAULT = Scope("default")
ALL_PRIVATE = Scope("all_private_chats")


@dataclass(slots=True)
class Profile:
    """Texts are kept by language code; "" is the one for all other languages."""

    id: int
    username: str
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[Scope, str], tuple[BotCommand, ...]] = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, object]] = field(default_factory=dict)
    """By chat; 0 is every private chat that has none of its own."""

    def shown_name(self, language: str | None) -> str:
        return shown(self.names, language)

    def shown_commands(self, chat: int, language: str | None) -> tuple[BotCommand, ...]:
        """What a person sees in their private chat: chat and language, chat, all private and language, all private,
        default and language, default."""
        for scope in (Scope("chat", chat), ALL_PRIVATE, DEFAULT):
            for code in (two_letters(language), ""):
                if found := self.commands.get((scope, code)):
                    return found
        return ()

    def menu_button(self, chat: int) -> dict[str, object]:
        return self.menu_buttons.get(chat) or self.menu_buttons.get(0) or {"type": "commands"}


def shown(texts: dict[str, str], language: str | None) -> str:
    return texts.get(two_letters(language)) or texts.get("", "")


def two_letters(language: str | None) -> str:
    """The app's language "ur-PK" reads the texts for "ur"."""
    return (language or "").split("-")[0].lower()
