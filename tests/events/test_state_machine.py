"""Everything that can happen to an event and be done by people, in any order: each of them gets the messages that justifies.

Hypothesis chooses the order and, when something is wrong, gives the shortest one. The services and the sender are the real
ones; time is virtual, and jumps to whatever is due next. What people believe is kept as they would keep it: what the last
message they got, or the last card they looked at, said.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.announcements.notices import keep_card
from bot.daytime import DAY
from bot.errors import NidaError
from bot.events.changing import Action, ChangeRequest
from bot.events.offsets import bits_of
from bot.events.telling import CARDS, Notice, card_subjects, content
from bot.language import Reader
from bot.supporters.answers import Answer
from bot.supporters.models import AttendanceRow
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.delivery.ledger_world import chat_of
from tests.events.believing import ZONES, Person, compose
from tests.events.playing import Played
from tests.events.world import SLUG, event_now
from tests.machines import PROVE, play

pytestmark = pytest.mark.timeout(600)

people = st.sampled_from(list(ZONES))
BEHIND_THOSE_SENT = 1_000_000
"""The numbers of messages that people asked for themselves."""


class Events(Played):
    def __init__(self) -> None:
        super().__init__()
        self.cards = 0

    @initialize(days=st.sampled_from([1, 3, 10, 31]))
    def begin(self, days: int) -> None:
        self.open(lambda: self.set_up(days))

    # What staff do

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
            person.excused = False
        if subject is None:
            assert told != model.told
            self._are_put_right_by_what_they_look_at()
        else:
            self.told_under.append(subject)
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

    @rule(back=st.integers(1, 2))
    @precondition(lambda self: self.told_under)
    def pause_notice(self, back: int) -> None:
        if (subject := self._decided(self.control.pause, back, "Amal")) is not None:
            self.stopped.add(subject)

    @rule(back=st.integers(1, 2))
    @precondition(lambda self: self.told_under)
    def resume_notice(self, back: int) -> None:
        if (subject := self._decided(self.control.resume, back)) is not None:
            self.stopped.remove(subject)

    @rule(back=st.integers(1, 2))
    @precondition(lambda self: self.told_under)
    def cancel_notice(self, back: int) -> None:
        if (subject := self._decided(self.control.cancel, back, "Amal")) is not None:
            self._is_stopped(subject)

    @rule(back=st.integers(1, 2))
    @precondition(lambda self: self.told_under)
    def recall_notice(self, back: int) -> None:
        """Whoever has it may have read it, or not: what comes next names all that they may believe. What was written since is on
        its way as it is."""
        if (subject := self._decided(self.amendments.recall, back, "Amal")) is not None:
            self._is_stopped(subject)
            if subject == self.told_under[-1]:
                for person in self.model.people.values():
                    person.unsure = person.formerly if person.told_by == subject else person.unsure

    def _is_stopped(self, subject: str) -> None:
        self.stopped.add(subject)
        if subject == self.told_under[-1]:
            for person in self.model.people.values():
                person.excused = not self.is_right(person)

    @rule(back=st.integers(1, 2))
    @precondition(lambda self: self.told_under)
    def retry_notice(self, back: int) -> None:
        self._decided(self.control.retry, back)

    def _decided(self, decide: Callable[..., Awaitable[object]], back: int, *by: str) -> str | None:
        """The notice it is about, unless it cannot be done."""
        if len(self.told_under) < back:
            return None
        with suppress(NidaError):
            self.run(decide(self.told_under[-back], *by))
            self.look_at_messages()
            return self.told_under[-back]
        return None

    # What people do

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
        person.learns(self.model.told if person.is_concerned(self.model.starts_at) else None, looked=True)

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

    # What happens to machines

    @rule(trouble=st.sampled_from(["lost after", "lost before"]), times=st.integers(1, 3))
    def trouble_ahead(self, trouble: str, times: int) -> None:
        self.trouble += [trouble] * times

    @rule(
        step=st.sampled_from(
            [timedelta(seconds=30), timedelta(minutes=3), timedelta(hours=5), timedelta(days=1), timedelta(days=6)]
        )
    )
    def time_passes(self, step: timedelta) -> None:
        self.run(self._pass(self.clock.now() + step))

    @rule(hours=st.sampled_from([0, 2, 30, 70, 24 * 8]))
    def nothing_runs(self, hours: int) -> None:
        """It is stopped in order, and starts again so much later."""
        self.run(self._nothing_runs(timedelta(hours=hours)))

    async def _nothing_runs(self, gap: timedelta) -> None:
        await self.stop_in_order()
        self.clock.jumped += gap
        self.start()
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
        for _, asked, _ in self.asked:  # and perhaps not settled
            self.doubts[asked.telegram_id] += asked.edits is None
        await self.cut_off()
        await self.world.expire_leases()
        self.start()
        await self._tick()

    @invariant()
    @precondition(lambda self: hasattr(self, "world"))
    def messages_are_justified(self) -> None:
        self.look_at_messages()


class OnPostgresql(Events):
    """Measured in real time; the time of day jumps all the same."""

    loop_factory = asyncio.new_event_loop
    moment = 0.05


@pytest.mark.parametrize("examples", [20, pytest.param(2_000, marks=PROVE)])
def test_whatever_happens_everybody_is_told_and_nobody_wrongly(
    sqlite_template: SqliteTemplate, tmp_path: Path, examples: int
) -> None:
    play(Events, examples, 20, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [2, pytest.param(100, marks=PROVE)])
def test_on_postgresql_too(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(OnPostgresql, examples, 12, template=postgresql_template, folder=tmp_path)
