"""The world of one seed: processes, a database server's clock, a Telegram, and what happens to them."""

import asyncio
import heapq
import json
import math
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.announcements.announcement import Announcement
from bot.announcements.service import Announcements
from bot.config import Organisation
from bot.delivery.control import Control
from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender, window
from bot.delivery.transport import Payload
from bot.errors import NidaError
from bot.language import Reader, Translated
from bot.supporters.following import Following
from bot.supporters.kinds import Kind
from bot.supporters.service import Supporters
from tests.simulation import storage
from tests.simulation.machine import START, MachineClock
from tests.simulation.rules import Broken, Row, Rules, broken
from tests.simulation.rules import Sender as Known
from tests.simulation.storage import FIRST_CHAT, VAULT, Seat, Storage

ORGANISATION: Final = Organisation(name="A")
LOCALES: Final = ("en", "ar", "ur")
GIVEN_UP: Final = 6 * 3600.0
"""Seconds after which what is not finished never will be: longer than every hold and circuit there is."""
MOST_TURNS: Final = 60_000
LOOK_EVERY: Final = 5.0
TURN: Final = 1e-6
"""Seconds that a turn of a loop takes: without it, what is due by a rounding later is waited for in vain."""
CALLS_TIME_OUT: Final = 30.0
TITLE: Final = Translated.from_json({"en": {"text": "T", "by": "e", "at": START.isoformat(), "of": None}})


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    return Payload(reader.locale, json.dumps({"text": content["subject"]}).encode())


def announcement(subject: str) -> Announcement:
    return Announcement(subject, storage.CASE, "a", TITLE, Kind.RULING, "confirmed", START, None, TITLE, TITLE, "en")


@dataclass(frozen=True)
class Fate:
    """What becomes of one request: `arrives` after so many seconds (None: never), answered with `seen` after `seconds`."""

    seen: Seen
    answer: str
    arrives: float | None = None
    seconds: float = 0.05
    retry_after: float = 0.0


class Trouble(Enum):
    """What a network and Telegram may do to one request."""

    UNCLEAR = auto()
    CUT_OFF = auto()
    TOO_MANY = auto()
    SLOW = auto()
    REFUSED = auto()


class Process:
    """One running Nida: its memory is gone when it crashes."""

    def __init__(self, world: "World", seat: Seat, name: str) -> None:
        self.world, self.seat, self.name = world, seat, name
        self.clock = MachineClock(seat.loop)
        self.stalled_until = -math.inf
        self.sleeps_while_stalled = False
        self.away_until = -math.inf
        self.alive = True
        self.tasks: list[asyncio.Task[None]] = []
        self.works: list[Coroutine[Any, Any, object]] = []
        seat.loop.commit = self._commit
        seat.loop.now = world.now
        self.announcements = Announcements(seat.database, self.clock, LOCALES, world.rate)
        self.supporters = Supporters(seat.database, VAULT, self.clock, ORGANISATION)
        self.following = Following(seat.database, self.clock)
        pace = Pace(world.rate, 0.0, self.clock)
        self.sender = Sender(seat.database, VAULT, self, pace, compose, self.clock)
        self.control = Control(seat.database, self.clock)
        if world.shared:
            self.sender._ledger._sql = self.control._leasing = storage.shared
        self.do("sender", self._send())

    def do(self, what: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        task = self.seat.loop.create_task(self._tried(what, work))
        self.tasks.append(task)
        self.works.append(work)
        return task

    async def _tried(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except (SQLAlchemyError, OSError) as error:
            if not self.world.database_fails:
                broken("nothing fails by itself", f"{what}: {error}")
        except NidaError:
            if what == "sender":
                raise
        except Exception as error:
            if (rule := _broken_in(error)) is not None:
                raise rule from None
            broken("nothing fails by itself", f"{what}: {type(error).__name__}: {error}")

    async def _send(self) -> None:
        await self._finish_fan_outs()
        self.do("launches", self._finish_launches())
        await self.sender.run()

    async def _finish_launches(self) -> None:
        while True:
            await self.clock.sleep(60)
            await self._finish_fan_outs()

    async def _finish_fan_outs(self) -> None:
        try:
            await self.announcements.finish_fan_outs()
        except (SQLAlchemyError, OSError):
            if not self.world.database_fails:
                raise

    @property
    def known(self) -> Known:
        """As the rules see it now."""
        wall, server = self.clock.now(), START + timedelta(seconds=self.world.now)
        return Known(
            self.name,
            self.sender._leases.owner,
            window(self.world.rate),
            self.clock.monotonic(),
            _stored(wall),
            _stored(server),
            self.world.shared,
        )

    async def edit(self, telegram_id: int, message_id: int, payload: Payload) -> Seen:
        raise NotImplementedError

    async def delete(self, telegram_id: int, message_id: int) -> Seen:
        raise NotImplementedError

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        """The transport."""
        world, person = self.world, telegram_id - FIRST_CHAT
        row = world.rules.send_begins(self.known, json.loads(payload.body)["text"], person)
        fate = world.fate(person)
        if fate.arrives is not None:
            world.after(fate.arrives, lambda: self._arrive(row))
        began = self.clock.monotonic()
        await self.clock.sleep(min(fate.seconds, CALLS_TIME_OUT))
        late = self.clock.monotonic() - began > CALLS_TIME_OUT + 1
        if late:
            world.rules.answered(self.known, row, "doubtful")
            return Unclear("no answer within 30 s")
        world.rules.answered(self.known, row, fate.answer, fate.retry_after)
        return fate.seen

    def _arrive(self, row: Row) -> None:
        """What was still in this machine's buffers while it stood still leaves when it goes on."""
        if self.alive and self.stalled_until > self.world.now:
            self.world.at(self.stalled_until, lambda: self._arrive(row))
        else:
            self.world.rules.arrived[row] += 1

    def _commit(self, connection: sqlite3.Connection) -> float:
        world = self.world
        away = self.away_until > world.now
        cut = not away and world.dice.random() < world.commits_fail
        if away or (cut and world.dice.random() < 0.5):
            connection.rollback()
        else:
            connection.commit()
        if away or cut:
            raise sqlite3.OperationalError("the connection was cut at COMMIT")
        return world.dice.random() ** 8 * 2.0

    def end(self) -> None:
        """Like kill -9: nothing it would still do is done. What it had begun is in doubt."""
        known = self.known
        before = self.world.storage.plain.execute("PRAGMA data_version").fetchone()
        self.cut_off()
        if self.world.storage.plain.execute("PRAGMA data_version").fetchone() != before:
            broken("the dead write nothing", self.name)
        self._raise_failures()
        self.world.rules.crashed(known)

    def cut_off(self) -> None:
        self.alive = False
        for task in self.tasks:
            task.cancel()
        loop = self.seat.loop
        while not all(task.done() for task in self.tasks):
            loop.now += TURN
            if not loop.is_ready:
                loop.now = loop.next_at or 0.0  # what is done in a thread is waited for; nobody is left to see its answer
            loop.one_turn()
        loop.forget_everything()
        for work in self.works:
            work.close()  # of a task that never came to its first step

    def _raise_failures(self) -> None:
        for task in self.tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def look_for_failures(self) -> None:
        self._raise_failures()
        self.tasks = [task for task in self.tasks if not task.done()]


def _broken_in(error: BaseException) -> Broken | None:
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := _broken_in(each)) is not None), None)
    return error if isinstance(error, Broken) else None


def _stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


class World:
    """Played until everything that is owed is settled."""

    def __init__(self, kept: Storage, seed: int) -> None:
        self.storage = kept
        self.dice = random.Random(seed)  # noqa: S311
        kept.dice.seed(seed)
        self.now = 0.0
        kept.server_time = START.timestamp()
        self.shared = self.dice.random() < 0.5
        self.rate = float(self.dice.choice([1, 2, 3, 5, 10]))
        self.commits_fail = 0.0
        """The share of commits whose connection is cut."""
        self.database_fails = False
        """Whether anything of the kind happened to this world."""
        self.rules = Rules(kept.plain)
        self.processes: list[Process] = []
        self.started = 0
        self.turns = 0
        self.fates: Callable[[int], Fate] = lambda person: accepted(self.dice)
        self.refused: set[int] = set()
        """People Telegram refused a message for."""
        self.happened = Counter[str]()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = 0
        for seat in kept.seats:
            seat.database.writes = 0

    def fate(self, person: int) -> Fate:
        return self.fates(person)

    def trouble(self, kind: Trouble) -> Fate:
        dice = self.dice
        match kind:
            case Trouble.UNCLEAR:
                return unclear(dice)
            case Trouble.CUT_OFF:
                return not_sent()
            case Trouble.TOO_MANY:
                return refused(429, retry_after=dice.choice([1, 5, 35]))
            case Trouble.SLOW:
                return accepted(dice, seconds=dice.uniform(5, 29))
            case Trouble.REFUSED:
                return refused(dice.choice([403, 400]))

    def at(self, moment: float, what: Callable[[], None]) -> None:
        self._numbers += 1
        heapq.heappush(self._events, (moment, self._numbers, what))

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        self.at(self.now + seconds, what)

    def start(self) -> Process | None:
        """One more process, if there may be one: on SQLite only when none runs."""
        free = [seat for seat in self.storage.seats if seat not in [process.seat for process in self.processes]]
        if not free or (self.processes and not self.shared):
            return None
        self.started += 1
        process = Process(self, free[0], f"process {self.started}")
        self.processes.append(process)
        return process

    def crash(self, process: Process) -> None:
        if process in self.processes:
            self.processes.remove(process)
            process.end()
            self.happened["crash"] += 1

    def play(self, is_over: Callable[[], bool]) -> None:
        look_at = LOOK_EVERY
        while True:
            if self.now >= look_at:
                if is_over():
                    return
                look_at = self.now + LOOK_EVERY
            self._step()
            if self.now > GIVEN_UP or self.turns > MOST_TURNS:
                broken("everything comes to an end", f"not after {self.now:.0f} s and {self.turns} turns")

    def _step(self) -> None:
        if self._events and self._events[0][0] <= self.now:
            heapq.heappop(self._events)[2]()
            return
        able = [process for process in self.processes if process.stalled_until <= self.now and process.seat.loop.is_ready]
        if able:
            process = able[0] if len(able) == 1 else self.dice.choice(able)
            self.turn(process)
            if any(task.done() for task in process.tasks):
                process.look_for_failures()
        else:
            self._pass_time()

    def turn(self, process: Process) -> None:
        """One turn of its loop, or as many as end its transaction: on SQLite nobody else gets a word in."""
        self.turns += 1
        self._advance(TURN)
        process.seat.loop.one_turn()
        while process.seat.in_transaction:
            process.seat.loop.one_turn()

    def _pass_time(self) -> None:
        moments = [self._events[0][0]] if self._events else []
        for process in self.processes:
            if process.stalled_until > self.now:
                moments.append(process.stalled_until)
            elif (at := process.seat.loop.next_at) is not None:
                moments.append(self.now + at - process.seat.loop.now)
        if not moments:
            broken("everything comes to an end", "everybody waits, and nothing will ever happen")
        self._advance(max(TURN, min(moments) - self.now))

    def _advance(self, passed: float) -> None:
        for process in self.processes:
            if process.stalled_until > self.now and process.sleeps_while_stalled:
                process.clock.ahead += passed  # a sleeping machine's steady clock stands still, the time of day goes on
            else:
                process.seat.loop.now += passed
        self.now += passed
        self.storage.server_time = START.timestamp() + self.now


def accepted(dice: random.Random, seconds: float = 0.0) -> Fate:
    took = seconds or 0.05 + dice.random() ** 4 * 3
    return Fate(Answered(200, {"ok": True, "result": {"message_id": 7}}), "accepted", took / 2, took)


def unclear(dice: random.Random) -> Fate:
    arrives = dice.random() * 5 if dice.random() < 0.5 else None
    seen: list[Seen] = [Unclear("reset"), Answered(502, None), Answered(504, {}), Answered(200, None)]
    return Fate(dice.choice(seen), "doubtful", arrives, dice.choice([0.1, 3.0, 29.0]) + (arrives or 0.0))


def not_sent() -> Fate:
    return Fate(NotSent("connection refused"), "refused")


def refused(status: int, **parameters: int) -> Fate:
    body = {"ok": False, "error_code": status, "description": "no", "parameters": parameters}
    return Fate(Answered(status, body), "refused", retry_after=float(parameters.get("retry_after", 0)))
