"""What is sent, encoded once for all who read alike."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.delivery.ledger import Claimed, Profile
from bot.delivery.transport import Payload
from bot.errors import NidaError
from bot.language import Digits, Reader

Composer = Callable[[dict[str, Any], Reader], Payload]
"""Makes a broadcast's frozen content into the message one reader gets."""

MOST_KEPT = 2000
"""Payloads kept for one broadcast: readers differ in language, region, digits, time zone, calendar: some hundred ways."""


class Unwritable(NidaError):
    """A broadcast's content cannot be made into a message."""


class Payloads:
    def __init__(self, composer: Composer, load: Callable[[int], Awaitable[dict[str, Any]]], default_timezone: str) -> None:
        self._composer = composer
        self._load = load
        self._default_timezone = default_timezone
        self._contents: dict[int, dict[str, Any]] = {}
        self._made: dict[int, dict[Profile, Payload]] = {}

    async def prepare(self, broadcast_id: int) -> None:
        """Fetch the content, once, before the first row of the broadcast is sent."""
        if broadcast_id not in self._contents:
            self._contents[broadcast_id] = await self._load(broadcast_id)
            self._made[broadcast_id] = {}

    def payload_for(self, row: Claimed) -> Payload:
        """Raises Unwritable; after `prepare`."""
        made = self._made[row.broadcast_id]
        found = made.get(row.profile)
        if found is None:
            if len(made) >= MOST_KEPT:
                made.clear()
            found = made[row.profile] = self._compose(self._contents[row.broadcast_id], row.profile)
        return found

    def forget(self, broadcast_id: int) -> None:
        self._contents.pop(broadcast_id, None)
        self._made.pop(broadcast_id, None)

    def _compose(self, content: dict[str, Any], profile: Profile) -> Payload:
        locale, region, digits, timezone, hijri = profile
        reader = Reader(locale, region, Digits(digits), timezone or self._default_timezone, bool(hijri))
        try:
            return self._composer(content, reader)
        except (NidaError, LookupError, ValueError, TypeError) as error:
            raise Unwritable(f"The message cannot be written in {locale}: {error}") from error
