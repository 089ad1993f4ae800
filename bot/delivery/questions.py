"""One question for all who want to know the same: right before each send the database is asked, which may be a thousand times
a second."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Alike = TypeVar("Alike")
Answer = Mapping[int, str | None]
Gathered = list[tuple[int, "asyncio.Future[Answer]"]]


class Questions(Generic[Alike]):
    """Who comes alone is asked for at once. While a question is out, those who come gather for the next one, so that nobody gets
    an answer older than their asking. `ask` is given what makes the ids alike, and the ids."""

    def __init__(self, ask: Callable[[Alike, Sequence[int]], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._gathering: dict[Alike, Gathered] = {}
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, alike: Alike, id_: int) -> Answer:
        """The answer about this id, and about others. Raises what asking raised."""
        mine: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        gathered = self._gathering.setdefault(alike, [])
        gathered.append((id_, mine))
        if len(gathered) == 1:
            await self._ask_for(gathered, alike)
        return await mine

    async def _ask_for(self, gathered: Gathered, alike: Alike) -> None:
        try:
            async with self._one_at_a_time:
                del self._gathering[alike]
                answer = await self._ask(alike, [id_ for id_, _ in gathered])
            for each in _waiting(gathered):
                each.set_result(answer)
        except Exception as error:  # noqa: BLE001 - each of those who ask gets it
            for each in _waiting(gathered):
                each.set_exception(error)
        finally:  # whoever is cancelled here is not alone: the sender is, and with it all flights
            if self._gathering.get(alike) is gathered:
                del self._gathering[alike]
            for each in _waiting(gathered):
                each.cancel()


def _waiting(gathered: Gathered) -> list["asyncio.Future[Answer]"]:
    return [each for _, each in gathered if not each.done()]
