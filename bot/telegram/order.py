"""What a message orders, if anything: read once, before any handler looks at it."""

import re
from dataclasses import dataclass

from aiogram.filters import Filter
from aiogram.types import Message

from bot.language import without_marks
from bot.telegram.commands import Vocabulary

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Order:
    """`command` is None for a command there is not; `argument` is what stood behind it. `by_word`: it was not written as a
    command, but as a word that stands for one."""

    command: str | None
    argument: str = ""
    by_word: bool = False


def read_order(text: str | None, vocabulary: Vocabulary) -> Order | None:
    """None for a message that is neither a command nor a word for one."""
    if not text:
        return None
    plain = without_marks(text).strip()
    if written := _COMMAND.match(plain):
        return Order(vocabulary.command(written[1].lower()), (written[2] or "").strip())
    meant = vocabulary.meant(plain)
    return Order(meant, by_word=True) if meant else None


class Asks(Filter):
    """Lets a message through that orders this command, by its name or by a word for it."""

    def __init__(self, command: str) -> None:
        self.command = command

    async def __call__(self, message: Message, order: Order | None = None) -> bool:
        return order is not None and order.command == self.command
