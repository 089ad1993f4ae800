"""What every method is."""

from typing import Protocol

from bot.standin.state import StandIn


class Method(Protocol):
    """A dataclass of the method's parameters: `answer` gives its result as JSON, or raises Refusal."""

    async def answer(self, standin: StandIn) -> object: ...


Methods = dict[str, type[Method]]
