"""A row of the ledger that a sender holds, with all it needs to send it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.delivery.jobs import MOST_SENDS
from bot.delivery.models import Task
from bot.delivery.pace import Lane

TOO_LATE: Final = "too late"
"""Why a row was not sent that would have arrived after its use."""
Key = tuple[int, int]
"""A row of the ledger: its broadcast, and the person."""
Profile = tuple[str, str | None, str, str | None, bool]
"""How a reader reads: locale, region, digits, time zone, whether with Hijri dates. Who is alike in these gets the same bytes."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The message somebody has, which is corrected or recalled: its number, and which version it shows in which language.

    One that was gathered has a `carrier`, the gathering's number: `had` is what it said before, as far as that is known, and
    `others` are the broadcasts of its other parts with their present versions; `others_are_current` says that it shows these
    for sure.
    """

    message_id: int
    version: int
    locale: str | None
    carrier: int | None = None
    had: dict[str, Any] | None = None
    others: tuple[tuple[int, int], ...] = ()
    others_are_current: bool = True


@dataclass(slots=True)
class Claimed:
    """A row this sender holds. `refusal` says why it must not be sent after all."""

    broadcast_id: int
    owner: int
    attempts: int
    supporter_id: int
    sealed_id: bytes | None
    profile: Profile
    silent: bool
    refusal: str | None
    task: Task = Task.SEND
    version: int = 1
    """Of the content that is sent."""
    copy: "Copy | None" = None
    due_at: datetime | None = None
    """Before this it must not go: it waits again."""
    until: datetime | None = None
    """From this on it must not go any more."""
    gathered: dict[str, Any] | None = None
    """What a gathering brings this person, or is to show after an amendment, instead of one content for everybody."""
    lane: Lane = Lane.BULK
    leased_at: tuple[float, float] = (0.0, 0.0)
    """Monotonic and wall-clock seconds just before the lease began."""
    writes_before: int = -1
    """The ledger's `writes` just before the person was read."""
    most_attempts: int = MOST_SENDS

    @property
    def key(self) -> Key:
        """Which row it is."""
        return self.broadcast_id, self.supporter_id

    @property
    def message_id(self) -> int | None:
        """Of the message that is edited."""
        return self.copy.message_id if self.copy else None
