"""Updates that wait for the bot: numbered, filtered, kept until confirmed, too old after a while."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.standin.refusals import conflict

KEPT_SECONDS: Final = 24 * 3600.0
SHORTER_KEPT: Final = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
"""Seconds, for what nobody waits for longer."""
KINDS: Final = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "guest_message", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "subscription",
    "stopped_message_generation",
)  # fmt: skip
UNASKED: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that are only sent to a bot that names them."""

SILENCE: Final = 7 * 24 * 3600.0
"""Seconds without an update, after which Telegram goes on with any number, higher or lower."""
FAR_AHEAD: Final = 10
"""An offset so much above the next number is of an earlier sequence: it confirms nothing, and all that waits is given."""

WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"


def any_number() -> int:
    """Where a sequence begins: another place at every start, so that no bot takes what is new for what it had."""
    return secrets.randbelow(2**30) + 1


@dataclass(slots=True, eq=False)
class Pending:
    """`queue` is the key of the ordered queue it belongs to; `at` is on the clock that never runs backwards."""

    update_id: int
    kind: str
    queue: str
    json: dict[str, object]
    at: float
    repeated: bool = False

    @property
    def expires(self) -> float:
        return self.at + SHORTER_KEPT.get(self.kind, KEPT_SECONDS)


@dataclass(slots=True)
class Updates:
    """`now` gives seconds of the clock that never runs backwards."""

    now: Callable[[], float]
    allowed: list[str] | None = None
    """What the bot asked for, as last said; None is everything but UNASKED."""
    delivers: bool = False
    """Whether a webhook is set."""
    next_number: int = field(default_factory=any_number)
    _last_at: float | None = None
    _waiting: dict[int, Pending] = field(default_factory=dict)
    _repeats: list[Pending] = field(default_factory=list)
    _unshared: list[Pending] = field(default_factory=list)
    _poller: asyncio.Future[str] | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, kind: str, queue: str, payload: dict[str, object]) -> int | None:
        """Queue one update; its id, or None when the bot has not asked for that kind."""
        if not self.wanted(kind):
            return None
        if self._last_at is not None and self.now() - self._last_at >= SILENCE:
            self._forget_expired()
            self.next_number = any_number()
        update_id = self.next_number
        self.next_number += 1
        self._add(Pending(update_id, kind, queue, {"update_id": update_id, kind: payload}, self.now()))
        return update_id

    def put_raw(self, update: dict[str, object], queue: str) -> int:
        """Queue an update as it is. An id that was given before is delivered again, even if it was confirmed."""
        given = update.get("update_id")
        update_id = given if isinstance(given, int) else self.next_number
        kind = next((name for name in update if name != "update_id"), "message")
        repeated = update_id < self.next_number
        self.next_number = max(self.next_number, update_id + 1)
        self._add(Pending(update_id, kind, queue, {**update, "update_id": update_id}, self.now(), repeated))
        return update_id

    def wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def allow(self, names: list[str] | None) -> None:
        """None changes nothing; unknown names are dropped, as Telegram does; an empty list is the default."""
        if names is not None:
            self.allowed = [name for name in names if name in KINDS] or None

    def waiting(self) -> list[Pending]:
        self._forget_expired()
        return [*self._repeats, *self._waiting.values()]

    def unshared(self) -> list[Pending]:
        """Those that have come since this was asked last, for sharing out to a webhook's queues."""
        found, self._unshared = self._unshared, []
        return found

    def share_again(self) -> None:
        """Everything that waits is to be shared out anew, as the webhook is another one."""
        self._unshared = self.waiting()
        self._arrived.set()

    def holds(self, pending: Pending) -> bool:
        """Whether it still waits: it may have been confirmed, dropped, or grown too old."""
        if pending.expires <= self.now():
            self.forget(pending)
        return pending in self._repeats if pending.repeated else self._waiting.get(pending.update_id) is pending

    def forget(self, pending: Pending) -> None:
        if pending.repeated:
            self._repeats = [other for other in self._repeats if other is not pending]
        elif self._waiting.get(pending.update_id) is pending:
            del self._waiting[pending.update_id]

    def drop_all(self) -> None:
        self._waiting.clear()
        self._repeats.clear()
        self._unshared.clear()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[dict[str, object]]:
        """Confirm what is below the offset, then wait for something. Raises Refusal 409 when another takes over."""
        self.interrupt(OTHER_POLLER)
        self._confirm(offset)
        found = self._take(limit)
        if found or seconds <= 0:
            return found
        await self._wait(seconds)
        return self._take(limit)

    @property
    def is_polled(self) -> bool:
        return self._poller is not None

    def interrupt(self, reason: str) -> None:
        """End the long poll that waits, if one does, with a conflict."""
        if self._poller and not self._poller.done():
            self._poller.set_result(reason)

    async def arrival(self) -> None:
        """Wait until an update comes."""
        await self._arrived.wait()
        self._arrived.clear()

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        await asyncio.wait([poller], timeout=seconds)
        if self._poller is poller:
            self._poller = None
        if poller.done() and poller.result():
            raise conflict(poller.result())

    def _add(self, pending: Pending) -> None:
        self._last_at = pending.at
        if pending.repeated:
            self._repeats.append(pending)
        else:
            self._waiting[pending.update_id] = pending
        if self.delivers:
            self._unshared.append(pending)
            self._arrived.set()
        self.interrupt("")

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = ([0, *self._waiting][offset:] or [0])[0]
        if offset > self.next_number + FAR_AHEAD:
            return
        for update_id in list(self._below(offset)):
            del self._waiting[update_id]

    def _below(self, offset: int) -> Iterator[int]:
        for update_id in self._waiting:
            if update_id >= offset:
                return
            yield update_id

    def _take(self, limit: int) -> list[dict[str, object]]:
        found = self.waiting()[:limit]
        for pending in found:
            if pending.repeated:
                self.forget(pending)
        return [pending.json for pending in found]

    def _forget_expired(self) -> None:
        now = self.now()
        for pending in [*self._repeats, *self._waiting.values()]:
            if pending.expires <= now:
                self.forget(pending)
