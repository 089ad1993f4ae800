"""Faults on demand. Telegram and the network between fail in ways that differ in one thing: was it done or not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.standin.refusals import Refusal, bad_request, forbidden, migrated, too_many, unauthorized

DONE_FIRST: Final = frozenset({"hang", "drop_after", "half_body"})
"""These do what was asked before they fail, as was measured of read time-outs, closed connections and half bodies."""
LASTING: Final = frozenset({"revoked", "unreachable_webhook"})
"""These hold until they are removed, unless `times` says otherwise; the others happen once."""
KINDS: Final = frozenset(
    {"slow", "hang", "drop_before", "drop_after", "half_body", "html_502", "json_500"}
    | {"too_many", "blocked", "bad_request", "migrated", "revoked", "unreachable_webhook"}
)


@dataclass(slots=True)
class Fault:
    """`times` counts down; None is until removed. `seconds` is how long slow and hang take."""

    kind: str
    method: str | None = None
    person: int | None = None
    times: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    description: str = "BOT_METHOD_INVALID"
    done: bool = False
    """Whether what was asked is done before the failure."""

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}

    def refusal(self) -> Refusal | None:
        """The refusal this fault answers with, if it is one that Telegram puts into words."""
        refusals: dict[str, Callable[[], Refusal]] = {
            "too_many": lambda: too_many(self.retry_after),
            "blocked": lambda: forbidden("bot was blocked by the user"),
            "bad_request": lambda: bad_request(self.description),
            "migrated": lambda: migrated(-1_000_000_000_000 - abs(self.person or 1)),
            "revoked": unauthorized,
            "json_500": lambda: Refusal(500, "Internal Server Error"),
        }
        make = refusals.get(self.kind)
        return make() if make else None


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def listed(self) -> list[Fault]:
        return list(self._faults)

    def take(self, method: str, person: int | None) -> Fault | None:
        """The first fault meant for this call, counted down."""
        if not self._faults:
            return None
        for fault in self._faults:
            if fault.kind != "unreachable_webhook" and _meant(fault, method, person):
                return self._used(fault)
        return None

    def webhook_unreachable(self) -> bool:
        for fault in self._faults:
            if fault.kind == "unreachable_webhook":
                return bool(self._used(fault))
        return False

    def _used(self, fault: Fault) -> Fault:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault


def _meant(fault: Fault, method: str, person: int | None) -> bool:
    return fault.method in (None, method) and fault.person in (None, person)
