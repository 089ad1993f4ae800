"""Schedules, sending windows, quiet hours, digests and what is gathered, in any order with everything else that can be done:
what arrives, when, and in how many messages is what a simple model says.

The model is in `timetable.py`, what is played in `timed.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, initialize, invariant, multiple, rule

from bot.announcements.plan import Plan
from bot.daytime import Hours
from bot.delivery.models import BroadcastState
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.delivery.installation import IN_REAL_TIME, written
from tests.delivery.timed import Timed
from tests.delivery.timetable import PEOPLE, Wish
from tests.machines import PROVE, play

pytestmark = pytest.mark.timeout(600)
MOST_UPDATES = 4
Launched = str | MultipleResults[str]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STILL_SETTLING = 20.0
"""Seconds after which a sender has written down what it was answered."""

people = st.sampled_from(sorted(PEOPLE))
hours = st.sampled_from([None, Hours(0, 12 * 60), Hours(9 * 60, 11 * 60), Hours(18 * 60, 23 * 60), Hours(21 * 60, 7 * 60)])
zones = st.sampled_from(["UTC", "Asia/Karachi", "America/New_York", "Asia/Kolkata"])


class AtAnyTime(Timed):
    told: Bundle[str] = Bundle("told")

    @initialize()
    def begin(self) -> None:
        self.open(self.set_up)

    # What staff do

    @rule(target=told, urgent=st.booleans(), window=hours)
    def launch(self, urgent: bool, window: Hours | None) -> Launched:
        return self.launched(Plan(window=window, urgent_reason="it is" if urgent else None))

    @rule(target=told)
    def launch_at_once(self) -> Launched:
        return self.launched(Plan())

    @rule(target=told, later=st.sampled_from([-1, 1, 5, 30]), window=hours)
    def schedule(self, later: int, window: Hours | None) -> Launched:
        at = self.now().replace(minute=10, second=0, microsecond=0) + later * HOUR
        return self.launched(Plan(at=at, window=window), is_over=at <= self.now())

    @rule(target=told, day=st.integers(0, 2), hour=st.sampled_from([7, 12, 20]), urgent=st.booleans())
    def schedule_on_each_clock(self, day: int, hour: int, urgent: bool) -> Launched:
        at = (self.now() + day * DAY).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)
        plan = Plan(at_local=at, urgent_reason="it is" if urgent else None)
        return self.launched(plan, is_over=self.now() >= self.paper.first_on_any_clock(at))

    def launched(self, plan: Plan, *, is_over: bool = False) -> Launched:
        if len(self.paper.told) == MOST_UPDATES:
            return multiple()
        update = f"{len(self.paper.told)}"
        done = self.decided(self._launched(update, plan))
        assert done is not is_over
        return update if done else multiple()

    async def _launched(self, update: str, plan: Plan) -> None:
        new = written(self.case_id, update, 1)
        starts_at = await self.announcements.starts_at(new, plan)
        now = self.clock.now()
        assert await self.announcements.launch(new, False, plan) == (f"update:{update}", False)
        self.paper.is_told(update, plan, starts_at, now)

    @rule(update=told)
    def correct(self, update: str) -> None:
        if self.decided(self._correct(update)):
            self.run(self.periodic())

    async def _correct(self, update: str) -> None:
        await self.amendments.correct(written(self.case_id, update, self.paper.told[update].version + 1))
        self.look_at_sends()
        self.paper.told[update].version += 1

    @rule(update=told)
    def recall(self, update: str) -> None:
        if self.decided(self.amendments.recall(f"update:{update}", "Amal")):
            self.look_at_sends()
            self.paper.told[update].recalled = True
            self.paper.nothing_is_calm(update)
            if self.is_cancelled(update):
                self.paper.is_cancelled(update)
            self.run(self.periodic())

    @rule(update=told)
    def pause(self, update: str) -> None:
        if self.decided(self.control.pause(f"update:{update}", "Amal")):
            self.look_at_sends()
            self.paper.paused(update)

    @rule(update=told)
    def resume(self, update: str) -> None:
        now = self.now()
        if self.decided(self.control.resume(f"update:{update}")):
            self.paper.goes_on(update, now)
            self.run(self.periodic())

    @rule(update=told)
    def cancel(self, update: str) -> None:
        if self.decided(self.control.cancel(f"update:{update}", "Amal")):
            self.look_at_sends()
            self.paper.is_cancelled(update)

    # What people do

    @rule(person=people, zone=zones)
    def move(self, person: int, zone: str) -> None:
        self.chosen(person, replace(self.paper.wish(person), zone=zone))

    @rule(person=people, quiet=hours)
    def choose_quiet_hours(self, person: int, quiet: Hours | None) -> None:
        self.chosen(person, replace(self.paper.wish(person), quiet=quiet))

    @rule(person=people, days=st.sampled_from([0, 1, 7]))
    def choose_digest(self, person: int, days: int) -> None:
        self.chosen(person, replace(self.paper.wish(person), digest=days))

    def chosen(self, person: int, wish: Wish) -> None:
        self.run(self._chosen(person, wish))
        self.look_at_sends()
        self.sender.notify()

    async def _chosen(self, person: int, wish: Wish) -> None:
        """One setting at a time, as people do."""
        had, who = self.paper.wish(person), await self.supporter(person)
        self.look_at_sends()
        self.paper.wants(person, wish, self.clock.now())
        if wish.zone != had.zone:
            await self.supporters.choose_place(who, None, wish.zone)
        if wish.quiet != had.quiet:
            await self.supporters.set_quiet_hours(who, wish.quiet)
        if wish.digest != had.digest:
            await self.supporters.set_digest(who, wish.digest)

    @rule(person=people)
    def stop(self, person: int) -> None:
        self.run(self._stop(person))

    async def _stop(self, person: int) -> None:
        await self.supporters.stop(await self.supporter(person))
        self.look_at_sends()
        self.paper.stopped(person)

    @rule(person=people)
    def forget(self, person: int) -> None:
        self.run(self._forget(person))

    async def _forget(self, person: int) -> None:
        await self.supporters.forget(await self.supporter(person))
        self.look_at_sends()
        self.paper.forgotten(person)

    @rule(person=people)
    def come_back(self, person: int) -> None:
        self.run(self.subscribe(person))
        self.paper.came_back(person)

    # What happens to machines

    @rule(trouble=st.sampled_from(["lost after", "lost before", "too many", "not sent", "slow"]), times=st.integers(1, 2))
    def trouble_ahead(self, trouble: str, times: int) -> None:
        self.trouble += [trouble] * times

    @rule()
    def crash(self) -> None:
        self.run(self._crash())

    async def _crash(self) -> None:
        self.look_at_sends()
        self.paper.doubt_what_is_new(self.transport.asked, self.clock.monotonic() - STILL_SETTLING / self.hurry)
        await self.cut_off()
        await self.world.expire_leases()
        self.start()
        await self.periodic()

    @rule(after=st.sampled_from([0.1, 0.25, 1.0, 3.0, 14.0, 60.0]))
    def time_passes(self, after: float) -> None:
        self.run(self.until(self.now() + after * HOUR))

    @rule(after=st.sampled_from([0.25, 3.0, 30.0]))
    def nothing_runs(self, after: float) -> None:
        self.run(self._nothing_runs(self.now() + after * HOUR))

    async def _nothing_runs(self, until: datetime) -> None:
        await self.stop_in_order()
        self.paper.nothing_is_calm()
        self.hands.put_to(until)
        self.start()
        await self.periodic()
        await self.settle()
        for broadcast in await self.broadcasts():
            told = self.paper.told.get(broadcast.subject.removeprefix("update:"))
            if told and broadcast.state is BroadcastState.HELD and not told.held:
                assert told.plan.at_local
                assert "when nothing ran" in str(broadcast.hold_reason)
                told.held = True

    # What must always be so

    @invariant()
    def sends_are_allowed(self) -> None:
        self.look_at_sends()

    @invariant()
    def accounts_add_up(self) -> None:
        for broadcast in self.run(self.broadcasts()):
            if told := self.paper.told.get(broadcast.subject.removeprefix("update:")):
                assert broadcast.account.accepted == len(told.owed)
            if broadcast.finished_at:
                assert broadcast.account.pending == 0


@pytest.mark.parametrize("examples", [12, pytest.param(2_000, marks=PROVE)])
def test_any_order_at_any_time_on_sqlite(sqlite_template: SqliteTemplate, tmp_path: Path, examples: int) -> None:
    play(AtAnyTime, examples, 25, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [2, pytest.param(100, marks=PROVE)])
def test_any_order_at_any_time_on_postgresql(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(AtAnyTime, examples, 15, template=postgresql_template, folder=tmp_path, **IN_REAL_TIME)
