"""Waking those who look at a chat when it changes."""

import asyncio


class Changes:
    def __init__(self) -> None:
        self._waiting: dict[int, set[asyncio.Event]] = {}

    async def wait(self, person: int, seconds: float) -> bool:
        """Wait until something changes for that person, that many seconds at most; whether it did."""
        event = asyncio.Event()
        self._waiting.setdefault(person, set()).add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._forget(person, event)
        return True

    def tell(self, person: int) -> None:
        for event in self._waiting.get(person, ()):
            event.set()

    def tell_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()

    def _forget(self, person: int, event: asyncio.Event) -> None:
        events = self._waiting[person]
        events.discard(event)
        if not events:
            del self._waiting[person]
