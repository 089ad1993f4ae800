"""What an editor asks to be done with an event, understood from the command line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.cli.written import texts_of
from bot.config import Organisation
from bot.content.schema import web_address
from bot.errors import Misuse
from bot.events.changing import Action, ChangeRequest
from bot.events.rules import end_fault, zone_fault
from bot.language import Written

_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d"
_WALL: Final = re.compile(rf"(\d{{4}}-\d\d-\d\d)[ T]({_TIME})")
_HOUR: Final = re.compile(_TIME)
_ADDRESS_LIMIT: Final = 500


@dataclass(frozen=True, slots=True)
class Explained:
    """Why something changes, as it was written."""

    reason: str | None
    reason_in: Sequence[str]
    source: str | None

    def cancelling(self, organisation: Organisation) -> ChangeRequest:
        """Raises Misuse with one sentence."""
        return ChangeRequest(Action.CANCEL, reason=self.texts(organisation), source=self.address)

    def texts(self, organisation: Organisation) -> dict[str, Written] | None:
        return texts_of("reason", self.reason, self.reason_in, organisation)

    @property
    def address(self) -> str | None:
        return _address("--source", self.source)


@dataclass(frozen=True, slots=True)
class DateAndPlace:
    """When and where it is to be instead, as it was written."""

    to: str | None
    until: str | None
    zone: str | None
    venue: str | None
    venue_in: Sequence[str]
    map: str | None
    url: str | None
    why: Explained

    def request(self, kind: Action, organisation: Organisation) -> ChangeRequest:
        """Raises Misuse with one sentence."""
        if kind is Action.MOVE and not any((self.to, self.until, self.zone, self.venue, self.url)):
            raise Misuse("A moved event has a new time, place or link: say which with --to, --venue or --url.")
        starts = _wall("--to", self.to) if self.to is not None else None
        if self.zone is not None and (fault := zone_fault(self.zone)):
            raise Misuse(f"--zone: {fault}")
        return ChangeRequest(
            kind,
            starts=starts,
            ends=_end(self.until, starts) if self.until is not None else None,
            timezone=self.zone,
            venue=texts_of("venue", self.venue, self.venue_in, organisation),
            map=_address("--map", self.map),
            url=_address("--url", self.url),
            reason=self.why.texts(organisation),
            source=self.why.address,
        )


def _wall(option: str, written: str) -> datetime:
    found = _WALL.fullmatch(written.strip())
    if not found:
        example = "write the time on the clocks there, like '2026-12-10 10:30'; its zone is the event's, or --zone"
        raise Misuse(f"{option}: {written!r} is no such time; {example}.")
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        raise Misuse(f"{option}: there is no such day as {found[1]}.") from None


def _end(until: str, starts: datetime | None) -> datetime:
    is_hour = _HOUR.fullmatch(until.strip())
    if is_hour and starts is None:
        raise Misuse("--until: write the day too, like '2026-12-10 12:30', or say with --to when it begins.")
    ends = _wall("--until", f"{starts:%Y-%m-%d} {until.strip()}" if is_hour else until)
    if starts is not None and (fault := end_fault(starts, ends)):
        raise Misuse(f"--until: {ends:%Y-%m-%d %H:%M} {fault}")
    return ends


def _address(option: str, address: str | None) -> str | None:
    if address is None:
        return None
    if len(address) > _ADDRESS_LIMIT:
        raise Misuse(f"{option}: is too long: {len(address)} letters of at most {_ADDRESS_LIMIT}.")
    try:
        return web_address(address.strip())
    except ValueError as error:
        raise Misuse(f"{option}: {error}.") from None
