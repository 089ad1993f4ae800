"""Everything that can happen to an event and be done by people, in any order: each of them gets the messages that justifies.

Hypothesis chooses the order and, when something is wrong, gives the shortest one. The services and the sender are the real
ones; time is virtual, and jumps to whatever is due next. What people believe is kept as they would keep it: what the last
message they got, or the last card they looked at, said.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from bot.announcements.notices import keep_card
from bot.announcements.service import Announcements
from bot.daytime import DAY
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.errors import NidaError
from bot.events.changing import Action, ChangeRequest, EventChanges
from bot.events.models import ReminderRow, ReminderState
from bot.events.moments import begins, useful_until
from bot.events.offsets import bits_of
from bot.events.reminding import Reminders
from bot.events.telling import CARDS, Notice, card_subjects, content
from bot.language import Reader
from bot.supporters.answers import Answer
from bot.supporters.following import Following
from bot.supporters.models import AttendanceRow
from tests.announcements.people import add_case
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world
from tests.delivery.transports import Asked, Reply, accepted
from tests.delivery.virtual import VirtualLoop
from tests.events.believing import DEFAULT, QUIET, QUIET_PEOPLE, THE_DAY, ZONES, JumpingClock, Model, Person, compose
from tests.events.world import SLUG, add_event, event_now

pytestmark = pytest.mark.timeout(600)
PROVE = (pytest.mark.prove, pytest.mark.timeout(3600))

people = st.sampled_from(list(ZONES))
BEHIND_THOSE_SENT = 1_000_000
"""The numbers of messages that people asked for themselves."""


class Template(Protocol):
    def clone(self, folder: Path) -> Any: ...


class Events(RuleBasedStateMachine):
    template: Template
    folder: Path
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = VirtualLoop
    moment = 5.0
    """Seconds after which it is looked whether the sender has done all there is to do."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=type(self).loop_factory)
        self.clock = JumpingClock(self.runner.get_loop())
        self.model = Model()
        self.asked: list[tuple[datetime, Asked]] = []
        self.got: Counter[tuple[int, int, int]] = Counter()
        self.notices: Counter[tuple[int, str, int]] = Counter()
        self.doubts: Counter[int] = Counter()
        self.cards = 0

    def run(self, work: Awaitable[Any]) -> Any:
        async def waited() -> Any:
            return await work

        return self.runner.run(waited())

    # What happens

    @initialize(days=st.sampled_from([1, 3, 10, 31]))
    def begin(self, days: int) -> None:
        self.clone = self.template.clone(self.folder)
        self.run(self._begin(self.clone.__enter__(), days))

    async def _begin(self, url: str, days: int) -> None:
        self.opened = ledger_world(url, self.clock)
        self.world: LedgerWorld = await self.opened.__aenter__()
        self.world.compose = compose
        database = self.world.database
        self.announcements = Announcements(database, self.clock, ("en", "ar", "ur"), rate=1000)
        self.reminders = Reminders(database, self.clock, "en")
        self.changes = EventChanges(database, self.clock, "en", ("en", "ar", "ur"), 1000, self._no_update)
        self.following = Following(database, self.clock)
        self.transport = self.world.transport(self._answer)
        case = await add_case(database)
        self.case_id = case
        for number in await self.world.subscribe(len(ZONES)):
            quiet = QUIET if number in QUIET_PEOPLE else None
            hours = {"quiet_from": quiet.start, "quiet_until": quiet.end} if quiet else {}
            await self.world.change(number, timezone=ZONES[number], **hours)
            await self.following.follow(number, case)
            self.model.people[number] = Person(ZONES[number], quiet)
        self.model.starts = self._wall(days, 10)
        self.event_id = (await add_event(database, self.clock, case, starts=self.model.starts)).id
        for person in self.model.people.values():
            person.believes = self.model.told
        self.looked_at = self.clock.now()
        self._start()

    async def _no_update(self, slug: str) -> Any:
        raise NidaError(slug)

    def _wall(self, days: int, hour: int) -> datetime:
        there = self.clock.now().astimezone(ZoneInfo(self.model.zone)) + timedelta(days=days)
        return there.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)

    def _start(self) -> None:
        self.sender = self.world.sender(self.transport)
        self.sending = asyncio.ensure_future(self.sender.run())  # noqa: TID251 - runs between the steps, cut off at a crash

    @rule(days=st.sampled_from([0, 1, 2, 8, 35]), hour=st.sampled_from([1, 9, 23]))
    def move(self, days: int, hour: int) -> None:
        self._change(Action.MOVE, starts=self._wall(days, hour))

    @rule(venue=st.sampled_from(["Court 4, The Strand, London", "Court 7"]))
    def move_place(self, venue: str) -> None:
        self._change(Action.MOVE, venue={"en": venue})

    @rule(zone=st.sampled_from(["Europe/London", "Asia/Karachi"]))
    def move_zone(self, zone: str) -> None:
        self._change(Action.MOVE, timezone=zone)

    @rule(days=st.sampled_from([None, 1, 9]))
    def adjourn(self, days: int | None) -> None:
        self._change(Action.ADJOURN, starts=self._wall(days, 10) if days is not None else None)

    @rule()
    def cancel(self) -> None:
        self._change(Action.CANCEL)

    @rule()
    def heard(self) -> None:
        self._change(Action.HEARD)

    def _change(self, kind: Action, **asked: Any) -> None:
        self.look_at_messages()
        told, model = self.model.told, self.model
        was = (model.starts_at, model.is_going_ahead)
        concerned = {number for number, person in model.people.items() if person.is_concerned(model.starts_at)}
        try:
            subject = self.run(self.changes.make(SLUG, ChangeRequest(kind, **asked), "Amal"))
        except NidaError:
            assert self.run(event_now(self.world.database)).starts == model.starts
            return
        model.changed_at = self.clock.now()
        model.status = self._new_status(kind)
        if kind in {Action.MOVE, Action.ADJOURN}:
            stays = model.starts if kind is Action.MOVE else None
            model.starts = asked.get("starts") or stays
            model.zone = asked.get("timezone", model.zone)
            model.venue = asked.get("venue", {"en": model.venue})["en"]
        if was != (model.starts_at, model.is_going_ahead):
            model.dating += 1
            model.reminders.clear()
        for number, person in model.people.items():
            is_concerned = subject is not None and person.is_concerned(model.starts_at)
            person.must_hear = is_concerned and (person.must_hear or number not in concerned)
        if subject is None:
            assert told != model.told
            self._are_put_right_by_what_they_look_at()
        now = self.run(event_now(self.world.database))
        assert (now.status, now.starts, now.timezone) == (model.status, model.starts, model.zone)

    def _are_put_right_by_what_they_look_at(self) -> None:
        """Nobody was told of the change that is taken back: whoever came upon it looks at a message that is edited."""
        for person in self.model.people.values():
            if person.believes not in (self.model.told, None):
                assert person.looked
                person.believes = self.model.told

    def _new_status(self, kind: Action) -> str:
        return {"move": "moved", "adjourn": "adjourned", "cancel": "cancelled", "heard": "heard"}[kind]

    @rule(number=people, answer=st.sampled_from([None, *Answer]), chosen=st.sampled_from([None, None, (30,), (DAY, 3 * DAY), ()]))
    def answer(self, number: int, answer: Answer | None, chosen: tuple[int, ...] | None) -> None:
        self._says(number)
        person = self.model.people[number]
        person.said, person.chosen = answer, chosen
        person.declined_date = self.model.starts_at if answer is Answer.DECLINED else None
        self.run(self._keep(number, answer, None if chosen is None else bits_of(chosen)))
        self._looks(person)

    async def _keep(self, number: int, answer: Answer | None, bits: int | None) -> None:
        async with self.world.database.write() as session:
            row = await session.get(AttendanceRow, (number, self.event_id))
            if row is None:
                row = AttendanceRow(supporter_id=number, event_id=self.event_id, answer=answer, since=self.clock.now())
                session.add(row)
            row.answer, row.reminders, row.declined_date = answer, bits, self.model.people[number].declined_date

    @rule(number=people)
    def follow(self, number: int) -> None:
        self._says(number)
        self.model.people[number].follows = True
        self.run(self.following.follow(number, self.case_id))
        self._looks(self.model.people[number])

    @rule(number=people)
    def unfollow(self, number: int) -> None:
        self._says(number)
        self.model.people[number].follows = False
        self.run(self.following.unfollow(number, self.case_id))
        self._looks(self.model.people[number])

    @rule(number=people)
    def stop(self, number: int) -> None:
        self._says(number)
        self.model.people[number].stopped = True
        self.run(self.world.change(number, stopped_at=self.clock.now()))
        self._looks(self.model.people[number])

    @rule(number=people)
    def come_back(self, number: int) -> None:
        self._says(number)
        self.model.people[number].stopped = False
        self.run(self.world.change(number, stopped_at=None))
        self._looks(self.model.people[number])

    def _says(self, number: int) -> None:
        self.look_at_messages()
        self.model.reminders = {each for each in self.model.reminders if each[0] != number}

    def _looks(self, person: Person) -> None:
        """Whoever taps something sees the event as it is."""
        person.believes = self.model.told if person.is_concerned(self.model.starts_at) else None
        person.looked, person.must_hear = True, False

    @rule(number=people)
    def show_card(self, number: int) -> None:
        """And the message stays in their chat."""
        self.look_at_messages()
        self.run(self._show_card(number))
        self._looks(self.model.people[number])

    async def _show_card(self, number: int) -> None:
        event = await event_now(self.world.database)
        card = content(event, Notice.CARD, "en")
        self.cards += 1
        opened = sorted(each for each in self.transport.shown if each[0] == chat_of(number) and each[1] > BEHIND_THOSE_SENT)
        for shown in opened[: -CARDS + 1]:
            del self.transport.shown[shown]  # the latest alone are kept up to date
        message_id = BEHIND_THOSE_SENT + self.cards
        self.transport.shown[chat_of(number), message_id] = compose(card, Reader("en")).body
        async with self.world.database.write() as session:
            await keep_card(session, card_subjects(SLUG), card, number, message_id, "en", now=self.clock.now())

    @rule(
        step=st.sampled_from(
            [timedelta(seconds=30), timedelta(minutes=3), timedelta(hours=5), timedelta(days=1), timedelta(days=6)]
        )
    )
    def time_passes(self, step: timedelta) -> None:
        self.run(self._pass(self.clock.now() + step))

    async def _pass(self, until: datetime) -> None:
        """From one moment at which something is due to the next."""
        await self._tick()
        while (due := await self._next_due()) is not None and due < until:
            self.clock.jumped += max(due - self.clock.now(), timedelta(0)) + timedelta(seconds=1)
            await self._tick()
        self.clock.jumped += max(until - self.clock.now(), timedelta(0))
        await self._tick()

    async def _tick(self) -> None:
        self._expect()
        await self.reminders.launch_due()
        await self.announcements.finish_fan_outs()
        self.sender.notify()
        await self.clock.sleep(self.moment)
        while await self._is_sending():
            self.sender.notify()
            await self.clock.sleep(self.moment)
        self.look_at_messages()

    async def _is_sending(self) -> bool:
        open_rows = select(DeliveryRow.broadcast_id).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        asked = (
            open_rows.where(
                DeliveryRow.state.in_((DeliveryState.PENDING, DeliveryState.LEASED)),
                BroadcastRow.state.in_((BroadcastState.SENDING, BroadcastState.CANCELLED)),
            ),
            open_rows.where(DeliveryRow.state == DeliveryState.DEFERRED, DeliveryRow.due_at <= self.clock.now()),
        )
        async with self.world.database.read() as session:
            return any([await session.scalar(each.limit(1)) is not None for each in asked])

    def _expect(self) -> None:
        """The reminders that are due since the last look and of use still."""
        now, begins_at = self.clock.now(), self.model.starts_at
        if begins_at is None or not self.model.is_going_ahead:
            return
        since = max(self.looked_at, self.model.changed_at or self.looked_at)
        for minutes in {*DEFAULT, 30, 3 * DAY}:
            due = begins_at - timedelta(minutes=minutes)
            if since < due <= now < useful_until(begins_at, minutes):
                wanting = (number for number, person in self.model.people.items() if person.wants(minutes, begins_at))
                self.model.reminders |= {(number, self.model.dating, minutes) for number in wanting}
        self.looked_at = now

    async def _next_due(self) -> datetime | None:
        deferred = select(func.min(DeliveryRow.due_at)).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
        asked = (
            select(func.min(ReminderRow.due_at)).where(ReminderRow.state == ReminderState.PLANNED),
            select(func.min(BroadcastRow.starts_at)).where(BroadcastRow.state == BroadcastState.SCHEDULED),
            deferred.where(DeliveryRow.state == DeliveryState.DEFERRED, BroadcastRow.state == BroadcastState.SENDING),
        )
        async with self.world.database.read() as session:
            found = [await session.scalar(each) for each in asked]
        return min((moment for moment in found if moment is not None), default=None)

    @rule(hours=st.sampled_from([0, 2, 30, 70, 24 * 8]))
    def nothing_runs(self, hours: int) -> None:
        """It is stopped in order, and starts again so much later."""
        self.run(self._nothing_runs(timedelta(hours=hours)))

    async def _nothing_runs(self, gap: timedelta) -> None:
        await self.sender.stop()
        await self.sending
        self.clock.jumped += gap
        self._start()
        await self._tick()

    @rule(seconds=st.sampled_from([0.0, 0.02, 0.2]))
    def crash(self, seconds: float) -> None:
        self.run(self._crash(seconds))

    async def _crash(self, seconds: float) -> None:
        self.look_at_messages()
        await self.reminders.launch_due()
        await self.announcements.finish_fan_outs()
        self.sender.notify()
        await self.clock.sleep(seconds)
        for _, asked in self.asked:  # and perhaps not settled
            self.doubts[asked.telegram_id] += asked.edits is None
        self.sending.cancel()
        with suppress(asyncio.CancelledError):
            await self.sending
        await self.world.expire_leases()
        self._start()
        await self._tick()

    # What people get, and what the model makes of it

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append((self.clock.now(), asked))
        return Reply(accepted(asked).seen, arrived=True, seconds=0.05)

    def look_at_messages(self) -> None:
        new, self.asked = self.asked, []
        for at, asked in new:
            if asked.edits is None:
                message = json.loads(asked.payload.body)
                number = asked.telegram_id - chat_of(0)
                getattr(self, f"_got_{message['notice']}")(number, self.model.people[number], message, at)

    def _got_reminder(self, number: int, person: Person, message: dict[str, Any], at: datetime) -> None:
        minutes, begins_at = message["minutes"], self.model.starts_at
        assert self.model.is_going_ahead, f"{number} was reminded of what is {self.model.status}"
        assert message["told"] == self.model.told, f"{number} was reminded of {message['told']}"
        assert begins_at is not None
        assert person.wants(minutes, begins_at), f"{number} did not want it {minutes} minutes before"
        until = useful_until(begins_at, minutes)
        assert begins_at - timedelta(minutes=minutes) <= at < until, f"{minutes} minutes before, at {at}"
        if minutes >= DAY and not person.is_awake(at):
            assert not any(
                person.is_awake(at + timedelta(minutes=more)) for more in range(int((until - at).total_seconds() // 60))
            )
        reminder = (number, self.model.dating, minutes)
        self._once(self.got, reminder, number)
        self.model.reminders.discard(reminder)

    def _got_change(self, number: int, person: Person, message: dict[str, Any], at: datetime) -> None:
        model = self.model
        before = [told for told, _ in message["before"]]
        assert message["told"] == model.told, f"{number} was told {message['told']}"
        assert before
        assert model.told not in before
        moments = [message["starts_at"], *(starts_at for _, starts_at in message["before"])]
        dates = [datetime.fromisoformat(moment) for moment in moments if moment is not None]
        assert person.is_concerned(*dates), f"{number} is not concerned"
        assert person.looked or person.believes in (None, model.told, *before), f"{number} knew {person.believes}"
        if person.is_asleep(at):
            assert model.changed_at is not None
            assert any(abs(date - model.changed_at) <= THE_DAY for date in dates), f"{number} was woken up"
        self._once(self.notices, (number, "change", message["sequence"]), number)
        person.looked, person.must_hear, person.believes = False, False, model.told

    def _got_thanks(self, number: int, person: Person, message: dict[str, Any], at: datetime) -> None:
        assert self.model.status == "heard"
        assert person.said in {Answer.COMING, Answer.ONLINE}
        self._once(self.notices, (number, "thanks", message["sequence"]), number)

    def _once(self, counted: Counter[Any], what: Any, number: int) -> None:
        counted[what] += 1
        if counted[what] > 1:
            assert self.doubts[chat_of(number)] > 0, f"{number} got {what} twice"
            self.doubts[chat_of(number)] -= 1

    # What must be so in the end

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
        await self._pass(self.clock.now() + timedelta(days=2))
        self.model.reminders = {each for each in self.model.reminders if self._is_past(each[2])}
        assert not self.model.reminders, f"never reminded: {self.model.reminders}"
        if self.model.status != "heard":
            for number, person in self.model.people.items():
                assert self._is_right(person), f"{number} still believes {person.believes}"
        for (chat, message), body in self.transport.shown.items():
            shown = json.loads(body)
            if shown["notice"] == "card" or self._is_older(shown):
                assert shown["told"] == self.model.told, f"message {message} of {chat} shows {shown}"

    def _is_right(self, person: Person) -> bool:
        """Whoever does not come on its date, or does not while there is none, need only not come on another one."""
        if person.must_hear:
            return False
        if person.believes in (None, self.model.told):
            return True
        status, starts, zone, _ = person.believes
        another = starts is not None and begins(datetime.fromisoformat(starts), zone) != person.declined_date
        return not person.is_concerned(self.model.starts_at) and (person.looked or status != "on" or not another)

    def _is_past(self, minutes: int) -> bool:
        """Whether two days are enough for it to have come."""
        assert self.model.starts_at is not None
        return self.model.starts_at - timedelta(minutes=minutes) < self.clock.now() - timedelta(days=1)

    def _is_older(self, shown: dict[str, Any]) -> bool:
        return bool(shown["notice"] == "reminder")

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def messages_are_justified(self) -> None:
        self.look_at_messages()


class OnPostgresql(Events):
    """Measured in real time; the time of day jumps all the same."""

    loop_factory = asyncio.new_event_loop
    moment = 0.05


def play(machine: type[Events], examples: int, steps: int, **given: Any) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(type(machine.__name__, (machine,), given), settings=chosen)


@pytest.mark.parametrize("examples", [20, pytest.param(2_000, marks=PROVE)])
def test_whatever_happens_everybody_is_told_and_nobody_wrongly(
    sqlite_template: SqliteTemplate, tmp_path: Path, examples: int
) -> None:
    play(Events, examples, 20, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [2, pytest.param(100, marks=PROVE)])
def test_on_postgresql_too(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(OnPostgresql, examples, 12, template=postgresql_template, folder=tmp_path)
