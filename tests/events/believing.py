"""What the state machine of events goes by: a clock that jumps, messages that say what they told, and what people believe."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.announcements.composing import TAKEN_BACK
from bot.daytime import DAY, Hours
from bot.delivery.transport import Payload
from bot.events.moments import WAKING, begins
from bot.events.offsets import offsets_of
from bot.events.reading import USUAL
from bot.language import Reader
from bot.supporters.answers import Answer
from tests.delivery.virtual import START, VirtualClock

ZONES = {1: "Europe/London", 2: "Asia/Karachi", 3: "America/New_York", 4: "Africa/Cairo"}
QUIET = Hours(22 * 60, 8 * 60)
QUIET_PEOPLE = (1, 3)
DEFAULT = offsets_of(USUAL[next(iter(USUAL))])
GOING = ("listed", "moved", "adjourned")
THE_DAY = timedelta(hours=24)


class JumpingClock(VirtualClock):
    """Its wall time can be set; what is measured goes on steadily."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.began = loop.time()
        self.jumped = timedelta(0)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time() - self.began) + self.jumped

    def monotonic(self) -> float:
        return self.loop.time()


def compose(stored: dict[str, Any], reader: Reader) -> Payload:
    if TAKEN_BACK in stored:
        return Payload(reader.locale, json.dumps({"notice": TAKEN_BACK}).encode())
    event = stored["event"]
    facts = {name: event.get(name) for name in ("status", "starts", "timezone", "starts_at", "sequence")}
    message = {
        "notice": stored["notice"],
        "minutes": stored.get("minutes"),
        "before": [(as_told(each), each.get("starts_at")) for each in stored.get("before", [])],
        "told": as_told(event),
        **facts,
    }
    return Payload(reader.locale, json.dumps(message).encode())


def as_told(event: Any) -> list[Any]:
    status = "on" if event["status"] in GOING else event["status"]
    venue = (event.get("venue") or {}).get("en", {}).get("text")
    return [status, event.get("starts"), event["timezone"], venue]


@dataclass
class Person:
    zone: str
    quiet: Hours | None
    follows: bool = True
    stopped: bool = False
    said: Answer | None = None
    declined_date: datetime | None = None
    chosen: tuple[int, ...] | None = None
    believes: list[Any] | None = None
    """None for who need not be told."""
    looked: bool = False
    """Since the last message: what they believe need not be what anybody was told."""

    told_by: str | None = None
    """The notice that they have what they believe from."""
    formerly: tuple[list[Any], ...] = ()
    """What they may have believed before it came."""
    unsure: tuple[list[Any], ...] = ()
    """What they may believe besides, as the notice that told them otherwise was taken back."""
    excused: bool = False
    """Staff have cancelled what was to tell them."""
    must_hear: bool = False
    """Their no is to another date than it has now, and nobody told them of this one."""

    def learns(self, told: list[Any] | None, *, looked: bool) -> None:
        self.believes, self.looked = told, looked
        self.told_by, self.formerly, self.unsure = None, (), ()
        self.excused = self.must_hear = False

    def hears(self, told: list[Any], subject: str) -> None:
        formerly = self.may_believe
        self.learns(told, looked=False)
        self.told_by, self.formerly = subject, formerly

    @property
    def may_believe(self) -> tuple[list[Any], ...]:
        return tuple(each for each in (self.believes, *self.unsure) if each is not None)

    def answer(self, *dates: datetime | None) -> Answer | None:
        """A no is to one date alone."""
        others = {date for date in dates if date is not None} - {self.declined_date}
        return None if self.said is Answer.DECLINED and others else self.said

    def is_concerned(self, *dates: datetime | None) -> bool:
        """By what speaks of these dates."""
        answer = self.answer(*dates)
        return not self.stopped and (self.follows if answer is None else answer is not Answer.DECLINED)

    def wants(self, minutes: int, date: datetime) -> bool:
        answer = self.answer(date)
        if not self.is_concerned(date) or answer is Answer.WAITING:
            return False
        if self.chosen is not None:
            return minutes in self.chosen
        return minutes in DEFAULT and (minutes >= DAY or answer in {Answer.COMING, Answer.ONLINE})

    def is_asleep(self, now: datetime) -> bool:
        return self.quiet is not None and self._minute(now) in self.quiet

    def is_awake(self, now: datetime) -> bool:
        return self._minute(now) in WAKING and not self.is_asleep(now)

    def _minute(self, now: datetime) -> int:
        there = now.astimezone(ZoneInfo(self.zone))
        return there.hour * 60 + there.minute


@dataclass
class Model:
    people: dict[int, Person] = field(default_factory=dict)
    status: str = "listed"
    starts: datetime | None = None
    zone: str = "Europe/London"
    venue: str = "Court 4, The Strand, London"
    dating: int = 0
    """Counts the dates it had."""
    changed_at: datetime | None = None
    reminders: set[tuple[int, int, int]] = field(default_factory=set)
    """Person, dating and minutes: must arrive, unless something changes before they do."""

    @property
    def starts_at(self) -> datetime | None:
        return begins(self.starts, self.zone) if self.starts is not None else None

    @property
    def is_going_ahead(self) -> bool:
        return self.status in GOING and self.starts is not None

    @property
    def told(self) -> list[Any]:
        status = "on" if self.status in GOING else self.status
        return [status, self.starts.isoformat() if self.starts else None, self.zone, self.venue]
