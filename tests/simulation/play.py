"""One seed: its people, its broadcasts, and everything that goes wrong until it is over."""

import gc
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from bot.delivery import flight, sender
from bot.supporters import service
from bot.supporters.supporter import Supporter, newcomer
from tests.simulation.storage import FIRST_CHAT, Storage
from tests.simulation.world import ORGANISATION, Fate, Process, Trouble, World, accepted, announcement, refused

REVOKED = 401
POLL = 20.0


@dataclass(frozen=True)
class Figures:
    """Of one seed, or of many added up."""

    seeds: int = 0
    sends: int = 0
    arrived: int = 0
    copies: int = 0
    bound: int = 0
    crashes: int = 0
    turns: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        mine, theirs = vars(self), vars(other)
        return Figures(**{name: mine[name] + theirs[name] for name in mine})


@dataclass
class Play:
    world: World
    people: int
    subjects: list[str]
    unsteady: set[int] = field(default_factory=set)
    launched: set[str] = field(default_factory=set)
    joined: bool = False
    too_late: set[str] = field(default_factory=set)
    """What the newcomer must not get."""
    revoked: bool = False
    trouble_ends: float = 0.0
    """Until then things go wrong; then everything must come to its end by itself."""

    def prepare(self) -> None:
        """Write down, before the first moment, all that is going to happen."""
        world, dice = self.world, self.world.dice
        world.start()
        for subject in self.subjects:
            for _ in range(dice.choice([1, 1, 2])):
                self.sometime(partial(self.launch, subject), latest=8)
        mood = dice.choice([0.0, 0.1, 0.4])
        kinds = dice.sample(list(Trouble), k=dice.randint(1, 3))
        world.fates = lambda person: self.fate(person, mood, kinds)
        self.trouble_ends = dice.choice([12.0, 12.0, 12.0, 40.0, 120.0])
        happenings = [
            (self.crash, 3), (self.crash_soon, 2), (self.stall, 3), (self.one_more_process, 2), (self.jump, 1), (self.stop, 2),
            (self.forget, 1), (self.pause, 1), (self.unfollow, 1), (self.come_back, 1), (self.join, 1),
            (self.hold, 2), (self.go_on, 2), (self.cancel, 1),
            (self.leave_in_order, 1), (self.database_away, 1), (self.commits_fail, 1), (self.revoke, 1),
        ]  # fmt: skip
        for happens in dice.choices([each for each, _ in happenings], [often for _, often in happenings], k=dice.randint(0, 7)):
            self.sometime(happens)
        world.at(self.trouble_ends, self.heal)

    def sometime(self, what: Callable[[], None], latest: float | None = None) -> None:
        dice = self.world.dice
        self.world.at(dice.random() ** 2 * (latest or self.trouble_ends), what)

    def is_over(self) -> bool:
        if self.world.now < self.trouble_ends:
            return False
        over = "SELECT count(*) FROM broadcasts WHERE finished_at IS NOT NULL"
        return bool(self.world.storage.plain.execute(over).fetchone()[0] == len(self.subjects))

    def fate(self, person: int, mood: float, kinds: list[Trouble]) -> Fate:
        world, dice = self.world, self.world.dice
        if self.revoked:
            return refused(REVOKED)
        if world.now > self.trouble_ends or dice.random() >= mood:
            return accepted(dice)
        kind = dice.choice(kinds)
        if kind is Trouble.REFUSED:
            self.unsteady.add(person)
        return world.trouble(kind)

    # What people do. Each is asked of some process, as the command line and the handlers do.

    def ask(self, what: Callable[[Process], object]) -> None:
        able = [process for process in self.world.processes if process.stalled_until <= self.world.now]
        if able:
            what(self.world.dice.choice(able))

    def launch(self, subject: str) -> None:
        async def launching(process: Process) -> None:
            await process.announcements.launch(announcement(subject), hold_untranslated=False)
            process.sender.notify()
            self.launched.add(subject)

        self.ask(lambda process: process.do("launch", launching(process)))

    def somebody(self) -> Supporter:
        person = self.world.dice.randint(1, self.people)
        self.unsteady.add(person)
        return newcomer(FIRST_CHAT + person, None, ORGANISATION)

    def stop(self) -> None:
        who = self.somebody()
        self.ask(lambda process: process.do("stop", process.supporters.stop(who)))

    def forget(self) -> None:
        who = self.somebody()
        self.ask(lambda process: process.do("forget", process.supporters.forget(who)))

    def pause(self) -> None:
        who = self.somebody()
        hours = self.world.dice.choice([1, 30])
        self.ask(lambda process: process.do("pause", process.supporters.pause(who, process.clock.now() + timedelta(hours=hours))))

    def unfollow(self) -> None:
        person = self.somebody().telegram_id - FIRST_CHAT
        self.ask(lambda process: process.do("unfollow", process.following.unfollow(person, 1)))

    def join(self) -> None:
        """Somebody new, whose following comes too late for what was launched by then."""
        if self.joined:
            return
        self.joined = True
        drawn = "SELECT subject FROM broadcasts WHERE state IN ('sending', 'done', 'cancelled')"
        self.too_late |= {subject for (subject,) in self.world.storage.plain.execute(drawn)}
        self.ask(lambda process: process.do("follow", process.following.follow(self.people + 1, 1)))

    def come_back(self) -> None:
        who = self.somebody()
        self.ask(lambda process: process.do("subscribe", process.supporters.subscribe(who)))

    # What staff do.

    def hold(self) -> None:
        self.decide("pause", lambda process, subject: process.control.pause(subject, "A."))

    def go_on(self) -> None:
        self.decide("resume", lambda process, subject: process.control.resume(subject))

    def cancel(self) -> None:
        self.decide("cancel", lambda process, subject: process.control.cancel(subject, "A."))

    def decide(self, what: str, decision: Callable[[Process, str], Coroutine[Any, Any, None]]) -> None:
        subject = self.world.dice.choice(self.subjects)

        async def deciding(process: Process) -> None:
            await decision(process, subject)
            process.sender.notify()

        self.ask(lambda process: process.do(what, deciding(process)))

    # What happens to machines.

    def some_process(self) -> Process | None:
        return self.world.dice.choice(self.world.processes) if self.world.processes else None

    def crash(self) -> None:
        if (process := self.some_process()) is not None:
            self.world.crash(process)
            self.world.after(self.world.dice.choice([0.5, 3, self.trouble_ends]), self.start_unless_one_runs)

    def crash_soon(self) -> None:
        """At some turn of the loop, so that it may be between any two steps."""
        process, turns = self.some_process(), self.world.turns + self.world.dice.randint(1, 60)

        def now() -> None:
            if process in self.world.processes and process is not None:
                if self.world.turns < turns and process.stalled_until <= self.world.now and process.seat.loop.is_ready:
                    self.world.turn(process)
                    self.world.after(0, now)
                else:
                    self.world.crash(process)
                    self.world.after(self.world.dice.choice([0.0, 1.0]), self.start_unless_one_runs)

        now()

    def start_unless_one_runs(self) -> None:
        if not self.world.processes:
            self.world.start()

    def one_more_process(self) -> None:
        self.world.start()

    def leave_in_order(self) -> None:
        if (process := self.some_process()) is not None:
            process.do("stop", process.sender.stop())
            self.world.after(25, lambda: self.ended(process))

    def ended(self, process: Process) -> None:
        self.world.crash(process)
        self.start_unless_one_runs()

    def stall(self) -> None:
        process = self.some_process()
        if process is not None:
            self.world.database_fails = True  # who waited for a connection meanwhile is told that it took too long
            seconds = self.world.dice.choice([1, 20, 61, 95, 200] if self.trouble_ends > 100 else [1, 10])
            process.stalled_until = max(process.stalled_until, self.world.now + seconds)
            process.sleeps_while_stalled = self.world.dice.random() < 0.5

    def jump(self) -> None:
        process = self.some_process()
        if process is not None:
            process.clock.ahead += self.world.dice.choice([-7200, -3600, -61, 61, 3600, 7200])

    def database_away(self) -> None:
        process = self.some_process()
        if process is not None:
            self.world.database_fails = True
            process.away_until = self.world.now + self.world.dice.choice([1, 5, self.trouble_ends])

    def commits_fail(self) -> None:
        self.world.database_fails = True
        self.world.commits_fail = 0.3

    def revoke(self) -> None:
        self.revoked = True

    def heal(self) -> None:
        world = self.world
        world.commits_fail = 0.0
        for process in list(world.processes):
            process.away_until = 0.0
            if self.revoked:
                world.crash(process)
        self.revoked = False
        self.start_unless_one_runs()
        for subject in self.subjects:
            world.after(0, partial(self.launch_if_held, subject))
        self.keep_the_lane()

    def launch_if_held(self, subject: str) -> None:
        """What was never launched, or is held, somebody launches in the end: for a late refusal perhaps twice."""
        state = "SELECT state FROM broadcasts WHERE subject = ?"
        if self.world.storage.plain.execute(state, [subject]).fetchall() in ([], [("held",)]):
            self.launch(subject)
        self.world.after(60, partial(self.launch_if_held, subject))

    def keep_the_lane(self) -> None:
        """Whoever has lost the lane to one that is gone takes it anew, with a new sender."""
        world = self.world
        [(epoch,)] = world.storage.plain.execute("SELECT epoch FROM installation").fetchall()
        if epoch not in [process.sender._leases.owner for process in world.processes]:
            for process in list(world.processes):
                world.crash(process)
            world.start()
        world.after(30, self.keep_the_lane)


@contextmanager
def looking_less_often(shared: bool) -> Iterator[None]:
    """A sender that waits for a lease looks every two seconds: to look every twenty breaks no rule sooner or later, and
    spares most of a seed's CPU. Where others write to the same database, consent is asked for before each send."""
    poll, stale = sender.POLL, flight.STALE
    sender.POLL = POLL  # type: ignore[misc]
    flight.STALE = -1.0 if shared else stale  # type: ignore[misc]
    try:
        yield
    finally:
        sender.POLL, flight.STALE = poll, stale  # type: ignore[misc]


@contextmanager
def drawing_from(dice: Random) -> Iterator[None]:
    """The ids of newcomers are secret in the world; here they come from the seed, or it would not play the same way again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "secrets", SimpleNamespace(randbits=dice.getrandbits))
        yield


@contextmanager
def playing() -> Iterator[Callable[[int], Figures]]:
    """What is yielded plays one seed, without a word; it raises Broken when a rule is."""
    logging.disable(logging.CRITICAL)
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    kept = Storage()
    if alone := not gc.get_freeze_count():
        gc.collect()
        gc.freeze()  # or each collection looks through all that SQLAlchemy keeps
    try:
        yield lambda seed: play(kept, seed)
    finally:
        if alone:
            gc.unfreeze()
        kept.close()
        structlog.configure(**before)
        logging.disable(logging.NOTSET)


def play(kept: Storage, seed: int) -> Figures:
    """Raises Broken when a rule is."""
    world = World(kept, seed)
    with looking_less_often(world.shared), drawing_from(kept.dice):
        return _play(kept, world)


def _play(kept: Storage, world: World) -> Figures:
    people = world.dice.randint(2, 5)
    subjects = [f"update:{number}" for number in range(world.dice.choice([1, 1, 1, 2, 2, 3]))]
    kept.start_anew(people)
    scene = Play(world, people, subjects)
    try:
        scene.prepare()
        world.play(scene.is_over)
        for process in list(world.processes):
            world.processes.remove(process)
            process.end()
        steady = set(range(1, people + 1)) - scene.unsteady
        world.rules.ended(steady, scene.launched)
        world.rules.audience_is_frozen(people + 1, scene.too_late)
    finally:
        for process in world.processes:
            process.cut_off()
    rules = world.rules
    return Figures(1, rules.sends, sum(rules.arrived.values()), rules.copies, rules.bound, world.happened["crash"], world.turns)
