"""Everything that can be done to broadcasts and by people, in any order: what arrives is what a simple model says.

Hypothesis chooses the order and, when something is wrong, gives the shortest one. The services and the sender are the real
ones, on a real database; the transport answers as it is told to; time is virtual on SQLite.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.announcements.amending import Amendments
from bot.announcements.announcement import Announcement
from bot.announcements.composing import TAKEN_BACK
from bot.announcements.service import Announcements
from bot.clock import Clock, SystemClock
from bot.config import Organisation
from bot.delivery.account import Broadcast, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState, DeliveryState
from bot.delivery.sender import Sender
from bot.delivery.transport import Payload
from bot.errors import NidaError
from bot.language import Reader
from bot.supporters.following import Following
from bot.supporters.service import Supporters
from bot.supporters.supporter import newcomer
from tests.announcements.people import VAULT, add_case, announcement, chat_of, translated
from tests.databases import KINDS, PostgresqlTemplate, SqliteTemplate
from tests.delivery.ledger_world import LedgerWorld, ledger_world
from tests.delivery.transports import DELETED, Asked, Reply, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock, VirtualLoop

PEOPLE = range(1, 6)
UPDATES = ("a", "b", "c")
RATE = 4.0
pytestmark = pytest.mark.timeout(600)
FINAL = frozenset(DeliveryState) - {DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DEFERRED}
PROVE = (pytest.mark.prove, pytest.mark.timeout(3600))
ORGANISATION = Organisation(name="Open Door Watch")

people, updates = st.sampled_from(PEOPLE), st.sampled_from(UPDATES)


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    if TAKEN_BACK in content:
        return Payload(reader.locale, b'{"text":"taken back"}')
    return text_of(content["subject"].removeprefix("update:"), int(content["source"]))


def text_of(update: str, version: int) -> Payload:
    return Payload("en", json.dumps({"text": update, "version": version}).encode())


def written(case_id: int, update: str, version: int) -> Announcement:
    headline = translated(en=f"Bail {version}", ar=f"كفالة {version}", ur=f"ضمانت {version}")
    return announcement(case_id, subject=f"update:{update}", headline=headline, source=str(version))


class Template(Protocol):
    def clone(self, folder: Path) -> Any: ...


@dataclass
class Owed:
    """What one person may get of one broadcast."""

    sure: bool = True
    """Nothing happened since the launch that would spare them the message: it must arrive."""
    doubts: int = 0
    """Crashes and lost replies so far: without one there is no copy."""
    retries: int = 0
    """How often somebody decided that the uncertain get it once more."""

    @property
    def most(self) -> int:
        return (2 if self.doubts else 1) + self.retries


@dataclass
class Model:
    """Who wants what, and who is owed what, as somebody would keep it on paper."""

    subscribed: set[int] = field(default_factory=lambda: set(PEOPLE))
    following: set[int] = field(default_factory=lambda: set(PEOPLE))
    unreachable: set[int] = field(default_factory=set)
    """Who blocked the bot on their phone, without our knowing."""
    owed: dict[str, dict[int, Owed]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Of what nothing may be sent: paused or cancelled."""
    version: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UPDATES, 1))
    recalled: set[str] = field(default_factory=set)
    uneditable: set[int] = field(default_factory=set)
    """Whose messages may stay as they were: they blocked the bot, were erased, or an answer about an edit was lost."""

    @property
    def wanting(self) -> set[int]:
        return self.subscribed & self.following

    def spare(self, person: int) -> None:
        for audience in self.owed.values():
            if person in audience:
                audience[person].sure = False


class Deliveries(RuleBasedStateMachine):
    template: Template
    folder: Path
    clock: Clock = VirtualClock()
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = VirtualLoop
    hurry = 1.0
    """How many times faster than in the model's seconds everything happens, where time is not virtual."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=type(self).loop_factory)
        self.model = Model()
        self.trouble: list[str] = []
        self.seen = 0
        self.states: dict[int, DeliveryState] = {}

    def run(self, work: Awaitable[Any]) -> Any:
        async def waited() -> Any:
            return await work

        return self.runner.run(waited())

    # What happens

    @initialize()
    def begin(self) -> None:
        self.clone = self.template.clone(self.folder)
        url = self.clone.__enter__()
        self.run(self._begin(url))

    async def _begin(self, url: str) -> None:
        self.opened = ledger_world(url, self.clock)
        self.world: LedgerWorld = await self.opened.__aenter__()
        self.world.compose = compose
        database = self.world.database
        self.control = Control(database, self.clock)
        self.amendments = Amendments(database, self.clock, rate=RATE)
        self.announcements = Announcements(database, self.clock, ("en", "ar", "ur"), rate=RATE)
        self.supporters = Supporters(database, VAULT, self.clock, ORGANISATION)
        self.follow_service = Following(database, self.clock)
        self.transport = self.world.transport(self._answer)
        self.case_id = await add_case(database)
        for person in PEOPLE:
            await self._subscribe(person)
        self._start()

    async def _subscribe(self, person: int) -> None:
        kept = await self.supporters.subscribe(newcomer(chat_of(person), "en", ORGANISATION))
        await self.follow_service.follow(kept.id or 0, self.case_id)

    def _start(self) -> None:
        self.sender: Sender = self.world.sender(self.transport, rate=RATE * self.hurry)
        self.sending = asyncio.ensure_future(self.sender.run())  # noqa: TID251 - runs between the steps, cut off at a crash

    @rule(update=updates)
    def launch(self, update: str) -> None:
        new = update not in self.model.owed
        known = self.run(self._known_to_block())
        if not self._decided(self._launch(update, again=not new)):
            assert update in self.model.recalled or self._is_cancelled(update)
            return
        self.model.silent.discard(update)
        if new:
            audience = self.model.wanting - known
            self.model.owed[update] = {person: Owed(sure=person not in self.model.unreachable) for person in audience}

    async def _launch(self, update: str, *, again: bool) -> None:
        announced = written(self.case_id, update, self.model.version[update])
        assert await self.announcements.launch(announced, False) == (f"update:{update}", again)

    @rule(update=updates)
    def correct(self, update: str) -> None:
        better = written(self.case_id, update, self.model.version[update] + 1)
        if self._decided(self._amended(self.amendments.correct(better))):
            self.model.version[update] += 1

    @rule(update=updates)
    def recall(self, update: str) -> None:
        if self._decided(self._amended(self.amendments.recall(f"update:{update}", "Amal"))):
            self._silenced(update)
            self.model.recalled.add(update)

    async def _amended(self, decision: Awaitable[str]) -> None:
        await decision
        await self.control.close_all()
        await self.announcements.finish_fan_outs()

    async def _known_to_block(self) -> set[int]:
        """Of those who blocked the bot, whom it has found out about by writing to them."""
        return {person for person in self.model.unreachable if (await self.supporters.recognise(chat_of(person), "en")).blocked}

    @rule(update=updates)
    def pause(self, update: str) -> None:
        if self._decided(self.control.pause(update, "Amal")):
            self.look_at_sends()
            self.model.silent.add(update)

    @rule(update=updates)
    def resume(self, update: str) -> None:
        if self._decided(self.control.resume(update)):
            self.model.silent.discard(update)

    @rule(update=updates)
    def cancel(self, update: str) -> None:
        if self._decided(self.control.cancel(update, "Amal")):
            self._silenced(update)

    def _silenced(self, update: str) -> None:
        self.look_at_sends()
        self.model.silent.add(update)
        for owed in self.model.owed[update].values():
            owed.sure = False

    @rule(update=updates)
    def retry(self, update: str) -> None:
        uncertain = self.run(self._uncertain(update)) if update in self.model.owed else 0
        if self._decided(self.control.retry(update)):
            assert uncertain
            self.states = {row: state for row, state in self.states.items() if state is not DeliveryState.UNCERTAIN}
            for owed in self.model.owed[update].values():
                owed.retries += 1

    async def _uncertain(self, update: str) -> int:
        return (await self.world.named(f"update:{update}")).account.uncertain

    def _decided(self, decision: Awaitable[Any]) -> bool:
        """Whether it could be done; one sentence says why not."""
        try:
            self.run(decision)
        except NidaError:
            return False
        self.sender.notify()
        return True

    def _is_cancelled(self, update: str) -> bool:
        if update not in self.model.owed:
            return False
        return bool(self.run(self.world.named(f"update:{update}")).state is BroadcastState.CANCELLED)

    @rule(person=people)
    def stop(self, person: int) -> None:
        self.run(self._stop(person))

    async def _stop(self, person: int) -> None:
        await self.supporters.stop(await self.supporters.recognise(chat_of(person), "en"))
        self._spared(person)

    def _spared(self, person: int) -> None:
        """From now on nothing is sent to this person: what has begun has begun."""
        self.look_at_sends()
        self.model.subscribed.discard(person)
        self.model.spare(person)

    @rule(person=people)
    def forget(self, person: int) -> None:
        self.run(self._forget(person))

    async def _forget(self, person: int) -> None:
        await self.supporters.forget(await self.supporters.recognise(chat_of(person), "en"))
        self._spared(person)
        self.model.following.discard(person)
        self.model.uneditable.add(person)

    @rule(person=people)
    def unfollow(self, person: int) -> None:
        self.run(self._unfollow(person))

    async def _unfollow(self, person: int) -> None:
        await self.follow_service.unfollow((await self.supporters.recognise(chat_of(person), "en")).id or 0, self.case_id)
        self.look_at_sends()
        self.model.following.discard(person)
        self.model.spare(person)

    @rule(person=people)
    def come_back(self, person: int) -> None:
        self.run(self._subscribe(person))
        self.model.unreachable.discard(person)
        self.model.subscribed.add(person)
        self.model.following.add(person)

    @rule(person=people)
    def block(self, person: int) -> None:
        self.model.unreachable.add(person)
        self.model.uneditable.add(person)
        self.model.spare(person)

    @rule(person=people)
    def unblock(self, person: int) -> None:
        """And say so, by writing to the bot."""
        self.run(self.supporters.unblocked(chat_of(person)))
        self.model.unreachable.discard(person)

    @rule(trouble=st.sampled_from(["lost after", "lost before", "too many", "not sent", "slow"]), times=st.integers(1, 3))
    def trouble_ahead(self, trouble: str, times: int) -> None:
        self.trouble += [trouble] * times

    @rule(seconds=st.sampled_from([0.05, 0.3, 1.0, 3.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.run(self.clock.sleep(seconds / self.hurry))

    @rule()
    def crash(self) -> None:
        self.run(self._crash())

    async def _crash(self) -> None:
        self._doubt_what_is_open()
        self.sending.cancel()
        with suppress(asyncio.CancelledError):
            await self.sending
        await self.world.expire_leases()
        await self.announcements.finish_fan_outs()
        self._start()

    @rule()
    def restart(self) -> None:
        """In order: no copies."""
        self.run(self._restart())

    async def _restart(self) -> None:
        await self.sender.stop()
        await self.sending
        self._start()

    # What the transport does, and what the model makes of it

    def _answer(self, asked: Asked) -> Reply:
        if asked.telegram_id - chat_of(0) in self.model.unreachable:
            return refused(403, "Forbidden: bot was blocked by the user")
        match self.trouble.pop() if self.trouble else None:
            case "lost after" | "lost before" as kind:
                self._doubt(asked)
                return unclear(arrived=kind == "lost after")
            case "too many":
                return refused(429, "Too Many Requests", retry_after=2)
            case "not sent":
                return not_sent()
            case "slow":
                return Reply(accepted(asked).seen, arrived=True, seconds=8 / self.hurry)
            case _:
                return Reply(accepted(asked).seen, arrived=True, seconds=0.3 / self.hurry)

    def _doubt(self, asked: Asked) -> None:
        person = asked.telegram_id - chat_of(0)
        if asked.edits is None:
            self.model.owed[json.loads(asked.payload.body)["text"]][person].doubts += 1
        else:
            self.model.uneditable.add(person)

    def _doubt_what_is_open(self) -> None:
        for audience in self.model.owed.values():
            for owed in audience.values():
                owed.doubts += 1

    def look_at_sends(self) -> None:
        """No send began after a stop was committed, nor to anybody who is not in the audience."""
        for asked in self.transport.asked[self.seen :]:
            if asked.edits is not None:
                continue
            person, update = asked.telegram_id - chat_of(0), json.loads(asked.payload.body)["text"]
            assert person in self.model.owed[update], f"{person} is not in the audience of {update}"
            assert update not in self.model.silent, f"{update} was paused or cancelled before this was sent"
            assert person in self.model.wanting, f"{person} had stopped before this was sent"
        self.seen = len(self.transport.asked)

    # What must always be so

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def sends_are_allowed(self) -> None:
        self.look_at_sends()

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def accounts_add_up(self) -> None:
        for broadcast in self.run(self._broadcasts()):
            account = broadcast.account
            if broadcast.subject.startswith("update:"):
                assert account.accepted == len(self.model.owed[broadcast.subject.removeprefix("update:")])
            if broadcast.state is BroadcastState.DONE or broadcast.finished_at:
                assert account.pending == 0

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def final_states_stay(self) -> None:
        now = {row.id: row.state for row in self.run(self.world.rows())}
        for row, state in self.states.items():
            assert state not in FINAL or now[row] is state
        self.states = now

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.run(self._end())
        finally:
            if hasattr(self, "opened"):
                self.sending.cancel()
                self.run(self.opened.__aexit__(None, None, None))
            self.runner.close()
            if hasattr(self, "clone"):
                self.clone.__exit__(None, None, None)

    async def _end(self) -> None:
        """All trouble is over: everybody gets what they are owed, and the ledger says of each what was so."""
        self.trouble.clear()
        for update in list(self.model.silent):
            with suppress(NidaError):  # as it was cancelled
                await self.control.resume(update)
                self.model.silent.discard(update)
        self.sender.notify()
        async with asyncio.timeout(3600):
            while any(broadcast.finished_at is None for broadcast in await self._broadcasts()):
                await self.announcements.finish_fan_outs()
                await self.clock.sleep(1 / self.hurry)
        self.look_at_sends()
        await self._look_at_chats()
        got: dict[str, Counter[int]] = defaultdict(Counter)
        for asked in self.transport.asked:
            if asked.edits is None and asked.number in self.transport.numbers_arrived:
                got[json.loads(asked.payload.body)["text"]][asked.telegram_id - chat_of(0)] += 1
        for update, audience in self.model.owed.items():
            account = (await self.world.named(f"update:{update}")).account
            for person, owed in audience.items():
                copies = got[update][person]
                assert copies <= owed.most, f"{person} got {update} {copies} times"
                assert copies or not owed.sure or owed.doubts, f"{person} never got {update}"
            missing = sum(1 for person, owed in audience.items() if owed.sure and not got[update][person])
            assert missing <= account.uncertain
            assert account.sent <= len(got[update])
            assert sum(copies > 1 for copies in got[update].values()) <= account.repeated

    async def _look_at_chats(self) -> None:
        """Every message whose number the ledger knows says what was written last, or is gone."""
        subjects = {broadcast.id: broadcast.subject for broadcast in await self._broadcasts()}
        for row in await self.world.rows():
            _, _, update = subjects[row.broadcast_id].rpartition("update:")
            person = await self._number_of(row.supporter_id)
            if subjects[row.broadcast_id] != f"update:{update}" or row.message_id is None or person in self.model.uneditable:
                continue
            last = DELETED if update in self.model.recalled else text_of(update, self.model.version[update])
            assert self.transport.shown[chat_of(person), row.message_id] == last.body, f"{person} still sees an old {update}"

    async def _number_of(self, supporter: int | None) -> int:
        for person in PEOPLE:
            if supporter is not None and (await self.supporters.recognise(chat_of(person), "en")).id == supporter:
                return person
        return 0

    async def _broadcasts(self) -> list[Broadcast]:
        return await Broadcasts(self.world.database).list(limit=100)


def play(machine: type[Deliveries], examples: int, steps: int, **given: Any) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(type(machine.__name__, (machine,), given), settings=chosen)


class OnPostgresql(Deliveries):
    """In real time, which is made to pass faster."""

    clock = SystemClock()
    loop_factory = asyncio.new_event_loop
    hurry = 20.0


@pytest.mark.parametrize("examples", [25, pytest.param(2_000, marks=PROVE)])
def test_any_order_on_sqlite(sqlite_template: SqliteTemplate, tmp_path: Path, examples: int) -> None:
    play(Deliveries, examples, 25, template=sqlite_template, folder=tmp_path)


@pytest.mark.skipif("postgresql" not in KINDS, reason="runs without PostgreSQL")
@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=PROVE)])
def test_any_order_on_postgresql(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(OnPostgresql, examples, 15, template=postgresql_template, folder=tmp_path)
