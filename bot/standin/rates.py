"""How fast a bot may send: about 30 messages a second in all, one a second in a chat with short bursts, 20 edits a
minute in a chat. Over that, 429 with the seconds to wait, and everything is refused until they are over.
"""

import math
from dataclasses import dataclass, field

from bot.standin.refusals import Refusal, too_many


@dataclass(slots=True)
class Limits:
    """Per second; None is no limit. `burst` messages to one chat pass at once before its pace is asked for."""

    rate: float | None = 30.0
    per_chat: float | None = 1.0
    burst: int = 10
    edits_per_minute: float | None = 20.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Rates:
    limits: Limits = field(default_factory=Limits)
    refused: int = 0
    """How often somebody was over it, or asked while everything was refused."""
    _all: _Bucket | None = None
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _edits: dict[int, _Bucket] = field(default_factory=dict)
    _held: dict[int, float] = field(default_factory=dict)

    def change(self, limits: Limits) -> None:
        """New limits start with everything unused and nothing held."""
        self.limits = limits
        self._all = None
        for kept in (self._chats, self._edits, self._held):
            kept.clear()

    def message(self, chat: int, now: float) -> None:
        """Count one message. `now` in seconds of a clock that never runs backwards. Raises Refusal 429."""
        self._overall(now)
        self._ensure_free(chat, now)
        if self.limits.per_chat is not None:
            self._take(self._chats, chat, self.limits.per_chat, self.limits.burst, now)

    def edit(self, chat: int, now: float) -> None:
        """Count one edit. Raises Refusal 429."""
        self._overall(now)
        self._ensure_free(chat, now)
        if self.limits.edits_per_minute is not None:
            self._take(self._edits, chat, self.limits.edits_per_minute / 60, self.limits.edits_per_minute, now)

    def hold(self, seconds: int, now: float, chat: int = 0) -> None:
        """Refuse everything (chat 0) or one chat for that long; a shorter hold does not end a longer one."""
        self._held[chat] = max(self._held.get(chat, 0.0), now + seconds)

    def _overall(self, now: float) -> None:
        self._ensure_free(0, now)
        rate = self.limits.rate
        if rate is None:
            return
        if self._all is None:
            self._all = _Bucket(max(rate, 1.0), now)
        self._spend(self._all, rate, max(rate, 1.0), now, 0)

    def _take(self, kept: dict[int, _Bucket], chat: int, rate: float, most: float, now: float) -> None:
        bucket = kept.get(chat)
        if bucket is None:
            bucket = kept[chat] = _Bucket(most, now)
        self._spend(bucket, rate, most, now, chat)

    def _spend(self, bucket: _Bucket, rate: float, most: float, now: float, chat: int) -> None:
        bucket.left = min(most, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.left < 1:
            wait = max(1, math.ceil((1 - bucket.left) / rate))
            self.hold(wait, now, chat)
            raise self._too_many(wait)
        bucket.left -= 1

    def _ensure_free(self, chat: int, now: float) -> None:
        if not self._held:
            return
        until = self._held.get(chat, 0.0)
        if until > now:
            raise self._too_many(until - now)
        self._held.pop(chat, None)

    def _too_many(self, wait: float) -> Refusal:
        self.refused += 1
        return too_many(math.ceil(wait))
