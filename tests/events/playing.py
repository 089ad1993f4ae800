"""An event with people around it, played by a state machine: what is done, what they get, and whether that is justified."""

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.announcements.amending import Amendments
from bot.announcements.service import Announcements
from bot.daytime import DAY
from bot.delivery.control import Control
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.sender import Sender
from bot.errors import NidaError
from bot.events.changing import EventChanges
from bot.events.models import ReminderRow, ReminderState
from bot.events.moments import begins, useful_until
from bot.events.reminding import Reminders
from bot.events.telling import Notice, change_subject, thanks_subject
from bot.supporters.answers import Answer
from bot.supporters.following import Following
from tests.announcements.people import add_case
from tests.delivery.ledger_world import chat_of
from tests.delivery.machine import SendingMachine
from tests.delivery.transports import Asked, Reply, accepted, unclear
from tests.events.believing import DEFAULT, QUIET, QUIET_PEOPLE, THE_DAY, ZONES, JumpingClock, Model, Person, compose
from tests.events.world import SLUG, add_event


class Played(SendingMachine):
    clock: JumpingClock
    moment = 5.0
    """Seconds after which it is looked whether the sender has done all there is to do."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = JumpingClock(self.runner.get_loop())
        self.model = Model()
        self.asked: list[tuple[datetime, Asked, bool]] = []
        """When, what, and whether it arrived."""
        self.trouble: list[str] = []
        """What becomes of the next notices of a change."""
        self.told_under: list[str] = []
        """The subjects of the notices, in the order of the changes."""
        self.stopped: set[str] = set()
        """The notices that staff hold, or have cancelled."""
        self.got: Counter[tuple[int, int, int]] = Counter()
        self.notices: Counter[tuple[int, str, int]] = Counter()
        self.doubts: Counter[int] = Counter()

    async def set_up(self, days: int) -> None:
        self.world.compose = compose
        database = self.world.database
        self.announcements = Announcements(database, self.clock, ("en", "ar", "ur"), rate=1000)
        self.reminders = Reminders(database, self.clock, "en")
        self.changes = EventChanges(database, self.clock, "en", ("en", "ar", "ur"), 1000, self._no_update)
        self.following = Following(database, self.clock)
        self.control = Control(database, self.clock)
        self.amendments = Amendments(database, self.clock, 1000)
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

    async def _no_update(self, slug: str) -> Any:
        raise NidaError(slug)

    def _wall(self, days: int, hour: int) -> datetime:
        there = self.clock.now().astimezone(ZoneInfo(self.model.zone)) + timedelta(days=days)
        return there.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)

    def make_sender(self) -> Sender:
        return self.world.sender(self.transport)

    # Time

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

    # What people get, and what the model makes of it

    def _answer(self, asked: Asked) -> Reply:
        is_change = asked.edits is None and json.loads(asked.payload.body)["notice"] == Notice.CHANGE
        trouble = self.trouble.pop() if self.trouble and is_change else None
        reply = accepted(asked) if trouble is None else unclear(arrived=trouble == "lost after")
        self.doubts[asked.telegram_id] += trouble == "lost after"
        self.asked.append((self.clock.now(), asked, reply.arrived))
        return replace(reply, seconds=0.05)

    def look_at_messages(self) -> None:
        new, self.asked = self.asked, []
        for at, asked, arrived in new:
            if asked.edits is None:
                message = json.loads(asked.payload.body)
                number = asked.telegram_id - chat_of(0)
                assert subject_of(message) not in self.stopped, "staff had stopped it"
                getattr(self, f"_got_{message['notice']}")(number, self.model.people[number], message, at)
                if message["notice"] == Notice.CHANGE:
                    self._is_told(number, message, arrived=arrived)

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
        known = (model.told, *before)
        assert person.looked or all(each in known for each in person.may_believe), f"{number} knew {person.may_believe}"
        if person.is_asleep(at):
            assert model.changed_at is not None
            assert any(abs(date - model.changed_at) <= THE_DAY for date in dates), f"{number} was woken up"

    def _is_told(self, number: int, message: dict[str, Any], *, arrived: bool) -> None:
        if not arrived:
            return
        self._once(self.notices, (number, "change", message["sequence"]), number)
        self.model.people[number].hears(self.model.told, change_subject(SLUG, message["sequence"]))

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

    async def end(self) -> None:
        """All trouble is over, and staff let go on what they held."""
        self.trouble.clear()
        for subject in self.told_under:
            with suppress(NidaError):
                await self.control.resume(subject)
                self.stopped.discard(subject)
            with suppress(NidaError):
                await self.control.retry(subject)
        await self._pass(self.clock.now() + timedelta(days=2))
        self.model.reminders = {each for each in self.model.reminders if self._is_past(each[2])}
        assert not self.model.reminders, f"never reminded: {self.model.reminders}"
        if self.model.status != "heard":
            for number, person in self.model.people.items():
                assert self.is_right(person), f"{number} still believes {person.believes}"
        for (chat, message), body in self.transport.shown.items():
            shown = json.loads(body or b'{"notice": "deleted"}')
            if shown["notice"] == "card" or self._is_older(shown):
                assert shown["told"] == self.model.told, f"message {message} of {chat} shows {shown}"

    def is_right(self, person: Person) -> bool:
        """Whoever does not come on its date, or does not while there is none, need only not come on another one. Nobody tells who
        was to hear by a notice that staff cancelled, until there is something else to hear."""
        if person.excused:
            return True
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


def subject_of(message: dict[str, Any]) -> str | None:
    """Of a notice that staff may stop."""
    if message["notice"] not in {Notice.CHANGE, Notice.THANKS}:
        return None
    return (change_subject if message["notice"] == Notice.CHANGE else thanks_subject)(SLUG, message["sequence"])
