"""A broadcast as the sender works on it: what is done, to which version of the content, and what its readers must still want."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.delivery.models import Task
from bot.delivery.pace import Lane
from bot.delivery.timing import Timing
from bot.delivery.whom import EVERYBODY
from bot.supporters.ask_audience import AskAudience
from bot.supporters.audience import Audience
from bot.supporters.audiences import AnyAudience, Concerned, audience_from_json


@dataclass(frozen=True, slots=True)
class Open:
    """A broadcast that is being sent."""

    id: int
    lane: Lane
    version: int


@dataclass(frozen=True, slots=True)
class Job:
    """One version of a broadcast: frozen, so read once. `original_id` is what is corrected or recalled."""

    id: int
    task: Task
    version: int
    original_id: int | None
    content: dict[str, Any]
    audience: dict[str, Any]
    urgent: bool
    timing: dict[str, Any] | None
    wanting: Mapping[str, int] = field(init=False)
    """What its readers must still want when it is sent to them."""

    concerned: Concerned | None = field(init=False)
    """Of a notice about an event or a petition, or a call, whom it concerns: what they must still want follows from that."""

    asks: AskAudience | None = field(init=False)
    """Of a call to do something, whom it is for."""

    asked: Timing | None = field(init=False)
    """When staff want it to arrive, if they said anything about it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", Timing.from_json(self.timing) if self.timing else None)
        audience = None if self.amends or not self.audience else audience_from_json(self.audience)
        object.__setattr__(self, "concerned", audience if isinstance(audience, Concerned) else None)
        object.__setattr__(self, "asks", audience if isinstance(audience, AskAudience) else None)
        object.__setattr__(self, "wanting", _wanting(audience))

    @property
    def amends(self) -> bool:
        """Whether it changes messages that people have, rather than sending new ones."""
        return self.task in {Task.CORRECT, Task.RECALL}

    def had(self, version: int) -> dict[str, Any] | None:
        """Of a correction: what somebody with that version of the message reads."""
        contents: dict[str, dict[str, Any]] = self.audience.get("had", {})
        later = [int(number) for number in contents if int(number) >= version]
        return contents[str(min(later))] if later else None

    def needs(self, now: datetime) -> dict[str, object]:
        """What its readers must still want, or which messages are edited."""
        if self.amends:
            return {"original": self.original_id}
        return {"now": now, **self.wanting}

    @property
    def most_attempts(self) -> int:
        """Attempts that may be begun for one row without anybody's decision."""
        return MOST_EDITS if self.amends else MOST_SENDS


MOST_SENDS = 2
"""The first, and one more after a doubt: each may be a copy."""
MOST_EDITS = 5
"""An edit done twice is done once, so a doubt costs nothing but time."""


def _wanting(audience: AnyAudience | None) -> dict[str, int]:
    if isinstance(audience, Audience):
        return {"case_id": audience.case_id, "bit": audience.kind.bit}
    return {"case_id": EVERYBODY, "bit": 0}


def lane_of(task: Task, urgent: bool) -> Lane:
    """A recall takes back what may do harm every minute: it does not wait behind what is sent meanwhile."""
    if task is Task.CORRECT:
        return Lane.EDIT
    return Lane.URGENT if urgent or task is Task.RECALL else Lane.BULK
