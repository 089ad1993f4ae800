"""When each person may get each update, as somebody would work it out on paper with a clock and a calendar: half hour by half
hour. What the state machine of timing is held to."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.announcements.plan import Plan
from bot.daytime import Hours
from bot.delivery.account import Account
from tests.announcements.people import chat_of
from tests.delivery.transports import Asked
from tests.delivery.virtual import START

HALF_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
TOGETHER = timedelta(minutes=10)
SOON = timedelta(minutes=10)
"""What is meant to go at once goes by then, whatever was in the way."""


@dataclass(frozen=True)
class Wish:
    zone: str = "UTC"
    quiet: Hours | None = None
    digest: int = 0


PEOPLE = {
    1: Wish(),
    2: Wish("Asia/Karachi", quiet=Hours(22 * 60, 8 * 60)),
    3: Wish("America/New_York", digest=1),
    4: Wish("Asia/Kolkata", quiet=Hours(17 * 60, 19 * 60), digest=7),
}


def parts_of(asked: Asked) -> list[tuple[str, int]]:
    """Which updates a message brings, in which version."""
    return [(update, version) for update, version in json.loads(asked.payload.body)["parts"]] if asked.payload.body else []


def person_of(asked: Asked) -> int:
    return asked.telegram_id - chat_of(0)


def holds(hours: Hours | None, minute: int) -> bool:
    if hours is None:
        return False
    return hours.start <= minute < hours.end if hours.start < hours.end else not hours.end <= minute < hours.start


@cache
def meet(window: Hours, quiet: Hours | None) -> bool:
    return any(holds(window, minute) and not holds(quiet, minute) for minute in range(24 * 60))


def is_hour_for(plan: Plan, wish: Wish, moment: datetime) -> bool:
    """Whether staff and the person want it at this time of their day. A window in which they never do is passed over."""
    wall = moment.astimezone(ZoneInfo(wish.zone)).replace(tzinfo=None)
    minute = wall.hour * 60 + wall.minute
    quiet = None if plan.urgent_reason else wish.quiet
    if holds(quiet, minute) or (plan.at_local and wall < plan.at_local):
        return False
    return plan.window is None or holds(plan.window, minute) or not meet(plan.window, quiet)


def is_digest(wish: Wish, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(wish.zone))
    return (wall.hour, wall.minute) == (18, 0) and (wish.digest == 1 or wall.strftime("%a") == "Sat")


@dataclass
class Owed:
    """What one person may get of one update."""

    sure: bool = True
    """Nothing happened since that would spare them the message: it must arrive."""
    calm: bool = True
    """Nor anything that would put it off: it must arrive in time."""
    doubts: int = 0
    interrupted: int = 0
    """How often a sender died since it is owed: it may have begun this. What was begun twice is begun no more by itself."""
    got: list[tuple[datetime, int]] = field(default_factory=list)
    """When, and in which message."""


@dataclass
class Told:
    """One update."""

    plan: Plan
    starts_at: datetime | None
    began: datetime | None = None
    free_at: datetime | None = None
    """When the minutes are over in which news of its case is gathered."""
    held: bool = False
    approved: bool = False
    """Somebody decided that it goes although it is late."""
    cancelled: bool = False
    recalled: bool = False
    version: int = 1
    owed: dict[int, Owed] = field(default_factory=dict)

    @property
    def has_hours(self) -> bool:
        return self.plan.at_local is not None or self.plan.window is not None

    @property
    def shares(self) -> bool:
        return not (self.plan.urgent_reason or self.has_hours)

    def first(self, wish: Wish) -> datetime:
        """When somebody with these wishes gets it."""
        assert self.began
        urgent = self.plan.urgent_reason is not None
        moment = self.began if urgent else max(self.began, self.free_at or self.began)
        digest = not wish.digest or urgent
        while True:
            wall = moment.astimezone(ZoneInfo(wish.zone)).replace(tzinfo=None)
            due = self.plan.at_local is None or wall >= self.plan.at_local
            digest = digest or (due and is_digest(wish, moment))
            if digest and is_hour_for(self.plan, wish, moment):
                return moment
            moment += HALF_HOUR - timedelta(seconds=moment.timestamp() % HALF_HOUR.total_seconds())


class Timetable:
    def __init__(self) -> None:
        self.subscribed = set(PEOPLE)
        self.unreachable: set[int] = set()
        self.wishes: dict[int, list[tuple[datetime, Wish]]] = defaultdict(list)
        """Of everybody, what they wanted from when on."""
        self.told: dict[str, Told] = {}
        self.uneditable: set[int] = set()
        self.doubtful: set[int] = set()
        """The messages of which the ledger may not know."""

    # What happens

    def is_told(self, update: str, plan: Plan, starts_at: datetime | None, now: datetime) -> None:
        self.told[update] = Told(plan, starts_at)
        if starts_at is None:
            self.begins(update, now)

    def wants(self, person: int, wish: Wish, now: datetime) -> None:
        self.wishes[person].append((now, wish))
        for told in self.told.values():
            if person in told.owed:
                told.owed[person].calm = False

    def wish(self, person: int) -> Wish:
        return self.wishes[person][-1][1]

    def time_has_come(self, now: datetime) -> None:
        """For what was scheduled; what is late by more than an hour waits for somebody's word."""
        for update, told in self.told.items():
            if told.began is None and not (told.held or told.cancelled) and (told.starts_at or now) <= now:
                if told.starts_at and now - told.starts_at > timedelta(hours=1) and not told.approved:
                    told.held = True
                else:
                    self.begins(update, now)

    def begins(self, update: str, now: datetime) -> None:
        told = self.told[update]
        told.began = now
        told.owed = {person: Owed() for person in self.subscribed}
        if told.plan.urgent_reason is None:
            recent = [each for each in self.told.values() if each.began and each is not told and not each.cancelled]
            went = [each.free_at or each.began for each in recent if each.began and each.began > now - 2 * TOGETHER]
            if went and max(went) > now - TOGETHER:
                told.free_at = max(went) if max(went) > now else max(went) + TOGETHER

    def paused(self, update: str) -> None:
        self.told[update].held = True
        self.nothing_is_calm(update)

    def goes_on(self, update: str, now: datetime) -> None:
        told = self.told[update]
        told.held, told.approved = False, told.starts_at is not None and told.starts_at <= now

    def is_cancelled(self, update: str) -> None:
        self.told[update].cancelled, self.told[update].held = True, False
        for owed in self.told[update].owed.values():
            owed.sure = owed.calm = False

    def nothing_is_calm(self, *updates: str) -> None:
        for update in updates or self.told:
            for owed in self.told[update].owed.values():
                owed.calm = False

    def stopped(self, person: int) -> None:
        self.subscribed.discard(person)
        for told in self.told.values():
            if person in told.owed:
                told.owed[person].sure = told.owed[person].calm = False

    def forgotten(self, person: int) -> None:
        self.stopped(person)
        self.uneditable.add(person)
        self.wishes[person] = [(START, Wish())]

    def came_back(self, person: int) -> None:
        self.subscribed.add(person)

    def doubt(self, asked: Asked) -> None:
        """The answer to this was lost."""
        if asked.edits is not None:
            self.uneditable.add(person_of(asked))
            return
        self.doubtful.add(asked.number)
        for update, _ in parts_of(asked):
            self.told[update].owed[person_of(asked)].doubts += 1

    def doubt_what_is_new(self, asked: Sequence[Asked], since: float) -> None:
        """Who sent it died, perhaps before it was written down that it arrived."""
        for each in asked:
            if each.at > since:
                self.doubt(each)
        for told in self.told.values():
            for owed in told.owed.values():
                owed.interrupted += 1

    # What must be so

    def first_on_any_clock(self, wall: datetime) -> datetime:
        """When it is this time with the first of those who subscribed."""
        zones = {self.wish(person).zone for person in self.subscribed} or {"UTC"}
        return min(wall.replace(tzinfo=ZoneInfo(zone)) for zone in zones)

    def look_at_send(self, asked: Asked, at: datetime, *, arrived: bool) -> None:
        if asked.edits is not None:
            return
        person, parts = person_of(asked), parts_of(asked)
        assert person in self.subscribed, f"{person} had stopped before this was sent"
        assert len(dict(parts)) == len(parts)
        for update, version in parts:
            told = self.told[update]
            assert person in told.owed, f"{person} is not in the audience of {update}"
            assert not told.held, f"{update} was paused before this was sent"
            assert not told.cancelled, f"{update} was cancelled before this was sent"
            assert version == told.version, f"{person} is sent an old {update}"
            assert told.shares or len(parts) == 1, f"{update} has hours of its own, or is urgent"
            self._look_at_time(told, person, at)
            if arrived:
                told.owed[person].got.append((at, asked.number))

    def _look_at_time(self, told: Told, person: int, at: datetime) -> None:
        lately = [wish for since, wish in self.wishes[person][:-1] if self.wishes[person][-1][0] > at - MINUTE]
        wishes = [*lately[-3:], self.wish(person)]
        assert any(is_hour_for(told.plan, wish, at) for wish in wishes), f"{person} does not want it at {at}"
        assert not told.owed[person].calm or at >= told.first(self.wish(person)), f"{person} gets it too early at {at}"

    def look_at_account(self, update: str, account: Account) -> None:
        told = self.told[update]
        got = {person: owed.got for person, owed in told.owed.items()}
        for person, owed in told.owed.items():
            assert len(owed.got) <= (2 if owed.doubts else 1), f"{person} got {update} {len(owed.got)} times"
            assert owed.got or not owed.sure or owed.doubts or owed.interrupted > 1, f"{person} never got {update}"
            if owed.calm and owed.got:
                late = owed.got[0][0] - told.first(self.wish(person))
                assert late < SOON, f"{person} got {update} too late by {late}"
        assert account.sent <= sum(map(bool, got.values()))
        assert sum(1 for person, owed in told.owed.items() if owed.sure and not got[person]) <= account.uncertain

    def look_at_digests(self) -> None:
        """What comes to a person at the same moment, having waited for it, comes in one message."""
        messages: dict[tuple[int, datetime], Counter[int]] = defaultdict(Counter)
        for told in self.told.values():
            for person, owed in told.owed.items():
                if told.shares and owed.calm and owed.sure and owed.got and not owed.doubts:
                    first = told.first(self.wish(person))
                    if told.began and first > told.began:
                        messages[person, first][owed.got[0][1]] += 1
        for (person, first), numbers in messages.items():
            assert len(numbers) == 1, f"{person} got {len(numbers)} messages at {first}"

    def look_at_message(self, asked: Asked, shown: bytes) -> None:
        """It says what was written last, and nothing of what was taken back."""
        if person_of(asked) in self.uneditable or asked.number in self.doubtful:
            return
        left = [[update, self.told[update].version] for update, _ in parts_of(asked) if not self.told[update].recalled]
        says = json.loads(shown).get("parts", []) if shown else []
        assert sorted(says) == sorted(left), f"{person_of(asked)} still sees {says} instead of {left}"
