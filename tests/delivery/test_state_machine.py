"""Everything that can be done to broadcasts and by people, in any order: what arrives is what a simple model says.

The model is in `paper.py`, what is played in `installation.py`. Time is virtual on SQLite.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.delivery.models import BroadcastState, DeliveryState
from bot.errors import NidaError
from tests.announcements.people import chat_of
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.delivery.installation import IN_REAL_TIME, Installation, written
from tests.delivery.paper import PEOPLE, UPDATES, Paper, copies
from tests.machines import PROVE, play

pytestmark = pytest.mark.timeout(600)
FINAL = frozenset(DeliveryState) - {DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DEFERRED}

people, updates = st.sampled_from(PEOPLE), st.sampled_from(UPDATES)


class Deliveries(Installation):
    paper: Paper

    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper()
        self.seen = 0
        self.states: dict[tuple[int, int], DeliveryState] = {}
        self.ended: Counter[tuple[int, DeliveryState]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.open(self.set_up)

    @rule(update=updates)
    def launch(self, update: str) -> None:
        new = update not in self.paper.owed
        known = self.run(self.known_to_block())
        if not self.decided(self._launch(update, again=not new)):
            assert update in self.paper.recalled or self.is_cancelled(update)
            return
        self.paper.launched(update, known)

    async def _launch(self, update: str, *, again: bool) -> None:
        announced = written(self.case_id, update, self.paper.version[update])
        assert await self.announcements.launch(announced, False) == (f"update:{update}", again)

    @rule(update=updates)
    def correct(self, update: str) -> None:
        better = written(self.case_id, update, self.paper.version[update] + 1)
        if self.decided(self.amended(self.amendments.correct(better))):
            self.paper.version[update] += 1

    @rule(update=updates)
    def recall(self, update: str) -> None:
        if self.decided(self.amended(self.amendments.recall(f"update:{update}", "Amal"))):
            self._silenced(update)
            self.paper.recalled.add(update)

    @rule(update=updates)
    def pause(self, update: str) -> None:
        if self.decided(self.control.pause(update, "Amal")):
            self.look_at_sends()
            self.paper.silent.add(update)

    @rule(update=updates)
    def resume(self, update: str) -> None:
        if self.decided(self.control.resume(update)):
            self.paper.silent.discard(update)

    @rule(update=updates)
    def cancel(self, update: str) -> None:
        if self.decided(self.control.cancel(update, "Amal")):
            self._silenced(update)

    def _silenced(self, update: str) -> None:
        self.look_at_sends()
        self.paper.silenced(update)

    @rule(update=updates)
    def retry(self, update: str) -> None:
        uncertain = self.run(self.uncertain(update)) if update in self.paper.owed else 0
        if self.decided(self.control.retry(update)):
            assert uncertain
            self.states = {row: state for row, state in self.states.items() if state is not DeliveryState.UNCERTAIN}
            self.ended.clear()
            self.paper.retried(update)

    @rule(person=people)
    def stop(self, person: int) -> None:
        self.run(self._stop(person))

    async def _stop(self, person: int) -> None:
        await self.supporters.stop(await self.supporters.recognise(chat_of(person), "en"))
        self.look_at_sends()  # what has begun has begun
        self.paper.stopped(person)

    @rule(person=people)
    def forget(self, person: int) -> None:
        self.run(self._forget(person))

    async def _forget(self, person: int) -> None:
        await self.supporters.forget(await self.supporters.recognise(chat_of(person), "en"))
        self.look_at_sends()
        self.paper.forgotten(person)

    @rule(person=people)
    def unfollow(self, person: int) -> None:
        self.run(self._unfollow(person))

    async def _unfollow(self, person: int) -> None:
        await self.follow_service.unfollow((await self.supporters.recognise(chat_of(person), "en")).id or 0, self.case_id)
        self.look_at_sends()
        self.paper.unfollowed(person)

    @rule(person=people)
    def come_back(self, person: int) -> None:
        self.run(self.subscribe(person))
        self.paper.came_back(person)

    @rule(person=people)
    def block(self, person: int) -> None:
        self.paper.blocked(person)

    @rule(person=people)
    def unblock(self, person: int) -> None:
        """And say so, by writing to the bot."""
        self.run(self.supporters.unblocked(chat_of(person)))
        self.paper.unreachable.discard(person)

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
        self.paper.doubt_everything()
        await self.cut_off()
        await self.world.expire_leases()
        await self.announcements.finish_fan_outs()
        self.start()

    @rule()
    def restart(self) -> None:
        """In order: no copies."""
        self.run(self._restart())

    async def _restart(self) -> None:
        await self.stop_in_order()
        self.start()

    def look_at_sends(self) -> None:
        for asked in self.transport.asked[self.seen :]:
            self.paper.look_at_send(asked)
        self.seen = len(self.transport.asked)

    # What must always be so

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def sends_are_allowed(self) -> None:
        self.look_at_sends()

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def accounts_add_up(self) -> None:
        for broadcast in self.run(self.broadcasts()):
            account = broadcast.account
            if broadcast.subject.startswith("update:"):
                assert account.accepted == len(self.paper.owed[broadcast.subject.removeprefix("update:")])
            if broadcast.state is BroadcastState.DONE or broadcast.finished_at:
                assert account.pending == 0

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def final_states_stay(self) -> None:
        rows = self.run(self.world.rows())
        now = {(row.broadcast_id, row.supporter_id): row.state for row in rows}
        known = self.run(self.known())
        for row, state in self.states.items():
            if row[1] < 0 or row[1] in known:  # else it has another number, as the person has had themselves erased
                assert state not in FINAL or now.get(row) is state
        ended = Counter((row.broadcast_id, row.state) for row in rows if row.state in FINAL)  # also those of the erased
        assert not self.ended - ended
        self.states, self.ended = now, ended

    async def end(self) -> None:
        """All trouble is over."""
        self.trouble.clear()
        for update in list(self.paper.silent):
            with suppress(NidaError):  # as it was cancelled
                await self.control.resume(update)
                self.paper.silent.discard(update)
        self.sender.notify()
        async with asyncio.timeout(3600):
            while any(broadcast.finished_at is None for broadcast in await self.broadcasts()):
                await self.announcements.finish_fan_outs()
                await self.clock.sleep(1 / self.hurry)
        self.look_at_sends()
        await self._look_at_chats()
        got = copies(asked for asked in self.transport.asked if asked.number in self.transport.numbers_arrived)
        for update in self.paper.owed:
            self.paper.look_at_account(update, (await self.world.named(f"update:{update}")).account, got[update])

    async def _look_at_chats(self) -> None:
        """Every message whose number the ledger knows."""
        subjects = {broadcast.id: broadcast.subject for broadcast in await self.broadcasts()}
        for row in await self.world.rows():
            _, _, update = subjects[row.broadcast_id].rpartition("update:")
            person = await self.number_of(row.supporter_id)
            if subjects[row.broadcast_id] == f"update:{update}" and row.message_id is not None:
                self.paper.look_at_message(person, update, self.transport.shown.get((chat_of(person), row.message_id)))


@pytest.mark.parametrize("examples", [25, pytest.param(2_000, marks=PROVE)])
def test_any_order_on_sqlite(sqlite_template: SqliteTemplate, tmp_path: Path, examples: int) -> None:
    play(Deliveries, examples, 25, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [3, pytest.param(100, marks=PROVE)])
def test_any_order_on_postgresql(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(Deliveries, examples, 15, template=postgresql_template, folder=tmp_path, **IN_REAL_TIME)
