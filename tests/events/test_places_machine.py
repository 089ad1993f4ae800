"""Places and the waiting list, a date that is not certain yet, content files, muting, erasing: in any order.

Nobody comes for whom there is no place; a free one goes to the first who waits and can be told, and is told of once; whoever is
asked about is counted as concerned as they chose. The services are the real ones; what people said is kept beside them.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from bot.cases.models import Certainty
from bot.cases.service import Cases
from bot.cases.views import UpdateDraft
from bot.content.library import Drafts, Library
from bot.delivery.models import BroadcastRow
from bot.errors import NidaError
from bot.events.changing import Action, ChangeRequest, EventChanges
from bot.events.models import EventKind, EventStatus
from bot.events.service import Events
from bot.events.views import OVER, EventDraft, EventView, Reply
from bot.language.edited import Withheld
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.erasing import erase
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow
from tests.announcements.people import VAULT, add_case, add_followers, change, chat_of
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, SqliteTemplate, with_postgresql
from tests.events.world import SLUG, event_now
from tests.machines import PROVE, Machine, play

PEOPLE = 4
LOCALES = ("en", "ar", "ur")
UNREACHABLE = timedelta(hours=24)
pytestmark = pytest.mark.timeout(600)
people = st.integers(1, PEOPLE)
capacities = st.sampled_from([None, 1, 2, 3])


@dataclass
class Person:
    muted: bool = False
    away_since: datetime | None = None
    declined_date: datetime | None = None


class Places(Machine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.people = {number: Person() for number in range(1, PEOPLE + 1)}
        self.said: dict[int, Answer | None] = {}
        self.queue: list[int] = []
        self.given: Counter[int] = Counter()

    @initialize(
        capacity=st.sampled_from([1, 2, None]),
        days=st.sampled_from([9, 1, None]),
        provisional=st.booleans(),
        order=st.permutations(range(1, PEOPLE + 1)),
    )
    def begin(self, capacity: int | None, days: int | None, provisional: bool, order: list[int]) -> None:
        self.database = Database(self.clone_database())
        self.events = Events(self.database, self.clock, "en")
        self.library = Library(self.database, self.clock, "en")
        told = Cases(self.database, self.clock, "en").announcement_for
        self.changes = EventChanges(self.database, self.clock, "en", LOCALES, 30.0, told)
        self.run(self._begin(capacity, days, EventStatus.PROVISIONAL if provisional or not days else EventStatus.LISTED))
        self.queue_up(order)

    async def _begin(self, capacity: int | None, days: int | None, status: EventStatus) -> None:
        case = await add_case(self.database)
        await add_followers(self.database, self.clock, case, PEOPLE)
        update = UpdateDraft(
            case="mill-lane-three",
            slug="ruling",
            kind=Kind.RULING,
            at=self.clock.now(),
            certainty=Certainty.CONFIRMED,
            source=None,
            headline={"en": "Bail granted"},
            body={"en": "All three."},
        )
        draft = EventDraft(
            slug=SLUG,
            kind=EventKind.HEARING,
            status=status,
            timezone="Europe/London",
            title={"en": "The appeal"},
            case="mill-lane-three",
            starts=self._wall(days),
            capacity=capacity,
        )
        await self.library.apply(Drafts(updates=[update], events=[draft]), by="Amal")
        self.event = await event_now(self.database)

    def _wall(self, days: int | None) -> datetime | None:
        return None if days is None else (self.clock.now() + timedelta(days=days)).replace(tzinfo=None, microsecond=0)

    # What people do

    @rule(number=people, answer=st.sampled_from(Answer))
    def answer(self, number: int, answer: Answer) -> None:
        event, before = self.event, self.said.get(number)
        reply = self.run(self.events.answer(number, event.id, answer)).reply
        now = self.run(self._answers()).get(number)
        if number not in self.people:
            assert reply is not Reply.KEPT
        elif reply is not Reply.KEPT:
            assert now is before
            assert reply is self._refusal(event, answer)
        elif answer in {Answer.COMING, Answer.WAITING}:
            assert now in {Answer.COMING, Answer.WAITING}
        else:
            assert now is answer or (answer is Answer.FOLLOWING and now is before)
        if number in self.people and reply is Reply.KEPT and answer is Answer.DECLINED:
            self.people[number].declined_date = event.starts_at
        self._look(own=number)

    @rule(order=st.permutations(range(1, PEOPLE + 1)))
    def queue_up(self, order: list[int]) -> None:
        """All of them want a place: mostly there are too few."""
        for number in order:
            self.answer(number, Answer.WAITING)

    def _refusal(self, event: EventView, answer: Answer) -> Reply:
        if event.is_over(self.clock.now()):
            return Reply.OVER
        if event.status is EventStatus.CANCELLED:
            return Reply.CANCELLED
        if event.starts_at is None:
            return Reply.UNDATED
        assert answer is Answer.COMING
        assert event.capacity is not None
        assert self._coming(self.said) >= event.capacity or self.queue, "there is a place"
        return Reply.FULL

    @rule(number=people, muted=st.booleans())
    def mute(self, number: int, muted: bool) -> None:
        if number in self.people:
            self.people[number].muted = muted
            self.run(change(self.database, number, muted_kinds=Kind.HEARING.bit if muted else 0))

    @rule(number=people, away=st.booleans())
    def stop(self, number: int, away: bool) -> None:
        if number in self.people and away is not bool(self.people[number].away_since):
            self.people[number].away_since = self.clock.now() if away else None
            self.run(change(self.database, number, stopped_at=self.people[number].away_since))
            self._look()

    @rule(number=people)
    @precondition(lambda self: len(self.people) > 2)
    def forget(self, number: int) -> None:
        if self.people.pop(number, None) is not None:
            self.queue = [each for each in self.queue if each != number]
            self.given.pop(number, None)
            self.run(self._forget(number))
            self._look()

    async def _forget(self, number: int) -> None:
        async with self.database.write() as session:
            await erase(session, VAULT.tag("supporters.telegram_id", str(chat_of(number)).encode()))

    # What editors do

    @rule(capacity=capacities, days=st.sampled_from([0, 0, 0, 9, 1, None]))
    def apply(self, capacity: int | None, days: int | None) -> None:
        """A file says how many places there are, and when it is."""
        before = self.event
        (kept,) = self.run(self.library.all()).events
        draft = replace(kept, capacity=capacity, starts=self._wall(days) if days != 0 else kept.starts)
        is_told = before.status is not EventStatus.PROVISIONAL and draft.starts != kept.starts
        try:
            self.run(self.library.apply(Drafts(events=[draft]), by="Amal"))
        except Withheld:
            assert is_told
            assert self.run(event_now(self.database)) == before
        else:
            assert not is_told
        self._look()

    @rule(kind=st.sampled_from([Action.MOVE, Action.MOVE, *Action]), days=st.sampled_from([5, 1, None]))
    def change(self, kind: Action, days: int | None) -> None:
        request = ChangeRequest(kind, update="ruling" if kind is Action.OUTCOME else None)
        if kind in {Action.MOVE, Action.ADJOURN}:
            request = replace(request, starts=self._wall(days))
        try:
            forecast = self.run(self.changes.forecast(SLUG, request))
        except NidaError:
            return
        if forecast.notice == "change":
            assert forecast.total == len(self._concerned(forecast.before, forecast.after))
        self.run(self.changes.make(SLUG, request, "Amal", forecast.sequence))
        self._look()

    def _concerned(self, before: EventView, after: EventView) -> set[int]:
        dates = {each.starts_at for each in (before, after)} - {None}

        def is_concerned(number: int, person: Person) -> bool:
            said = self.said.get(number)
            if said is None or (said is Answer.DECLINED and dates - {person.declined_date}):
                return not person.muted
            return said is not Answer.DECLINED

        return {number for number, each in self.people.items() if each.away_since is None and is_concerned(number, each)}

    @rule(hours=st.sampled_from([1, 30]))
    def time_passes(self, hours: int) -> None:
        self.run(self.clock.advance(hours=hours))
        self._look()

    # What becomes of it

    async def _answers(self) -> dict[int, Answer | None]:
        async with self.database.read() as session:
            rows = await session.execute(select(AttendanceRow.supporter_id, AttendanceRow.answer))
            return {number: answer for number, answer in rows}  # noqa: C416 - rows are no pairs to mypy

    def _look(self, own: int | None = None) -> None:
        """What every minute does is done, and who has a place now that they did not take themselves was given it."""
        self.event = self.run(event_now(self.database))
        self.run(self.events.fill_places())
        self.said = self.run(self._answers())
        waiting = {number for number, said in self.said.items() if said is Answer.WAITING}
        given = [number for number in self.queue if self.said.get(number) is Answer.COMING]
        for number in given:
            assert self.people[number].away_since is None, "nobody could tell them"
            before = self.queue[: self.queue.index(number)]
            assert not [each for each in before if each in waiting and not self.people[each].away_since], "somebody waits longer"
            self.given[number] += 1
        put_back = sorted(
            waiting - set(self.queue), key=lambda each: (each == own, self.people[each].away_since or self.clock.now())
        )
        self.queue = [*(number for number in self.queue if number in waiting), *put_back]

    @staticmethod
    def _coming(said: dict[int, Answer | None]) -> int:
        return sum(each is Answer.COMING for each in said.values())

    @invariant()
    @precondition(lambda self: hasattr(self, "database"))
    def no_place_stays_free_and_none_is_given_twice(self) -> None:
        event = self.event
        if event.is_going_ahead and not event.is_over(self.clock.now()):
            reachable = [number for number in self.queue if self.people[number].away_since is None]
            assert not reachable or (event.capacity is not None and self._coming(self.said) >= event.capacity)
        assert event.status not in OVER or event.starts_at is not None
        assert self.run(self._notices()) == +self.given

    async def _notices(self) -> Counter[int]:
        """How many notices of a place there are for each; of nobody who was erased."""
        async with self.database.read() as session:
            found = await session.scalars(select(BroadcastRow.audience).where(BroadcastRow.subject.startswith("place:")))
            return Counter(number for each in found if (number := each["event"]["person"]) is not None)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.run(self.database.close())
        super().teardown()


@pytest.mark.parametrize("examples", [12, pytest.param(2_000, marks=PROVE)])
def test_places_go_to_those_who_wait_in_their_order(sqlite_template: SqliteTemplate, tmp_path: Path, examples: int) -> None:
    play(Places, examples, 25, template=sqlite_template, folder=tmp_path)


@with_postgresql
@pytest.mark.parametrize("examples", [2, pytest.param(100, marks=PROVE)])
def test_on_postgresql_too(postgresql_template: PostgresqlTemplate, tmp_path: Path, examples: int) -> None:
    play(Places, examples, 15, template=postgresql_template, folder=tmp_path)
