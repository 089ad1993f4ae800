"""Whom something about an event is for: those who answered to it, and those who follow its case."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVarTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, union, union_all

from bot.supporters.answers import Answer
from bot.supporters.audience import may_receive
from bot.supporters.declining import void_for
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow

Columns = TypeVarTuple("Columns")


class Wanted(StrEnum):
    CONCERNED = "concerned"  # who answered anything but no, and who follows the case and did not answer
    REMINDED = "reminded"  # who is to be reminded so long before
    ATTENDING = "attending"  # who said that they come, or follow it online
    PERSON = "person"  # one who comes


@dataclass(frozen=True, slots=True)
class EventAudience:
    """`kind` is what somebody who has not answered must not have muted. Of a reminder, `minutes_bit` is the offset that
    people choose by; `by_default` says that it is one of the event's own, which whoever chose none is reminded at, and `near`
    that it is for those alone who mean to be there. `dates` are those it speaks of: a no to another one does not count."""

    event_id: int
    case_id: int | None
    kind: Kind
    wanted: Wanted
    minutes_bit: int = 0
    by_default: bool = False
    near: bool = False
    person: int | None = None
    dates: tuple[datetime, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"event": {**asdict(self), "dates": [date.isoformat() for date in self.dates]}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "EventAudience":
        values = stored["event"]
        dates = tuple(map(datetime.fromisoformat, values["dates"]))
        return cls(**{**values, "kind": Kind(values["kind"]), "wanted": Wanted(values["wanted"]), "dates": dates})

    def beside(self, statement: Select[*Columns], *bounds: tuple[int, int]) -> Select[*Columns]:
        """A statement over supporters, with what each answered and whether they follow the case: what `is_wanted` looks at.
        `bounds` are of everybody it is about, said of each table."""
        answered = AttendanceRow.supporter_id == SupporterRow.id, *_within(AttendanceRow.supporter_id, bounds)
        follows = FollowingRow.supporter_id == SupporterRow.id, *_within(FollowingRow.supporter_id, bounds)
        return statement.outerjoin(AttendanceRow, and_(AttendanceRow.event_id == self.event_id, *answered)).outerjoin(
            FollowingRow, and_(FollowingRow.case_id == self.case_id, *follows)
        )

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        answer = AttendanceRow.answer
        match self.wanted:
            case Wanted.CONCERNED:
                return or_(answer != Answer.DECLINED, self._hears_through_case)
            case Wanted.REMINDED:
                return self._is_reminded
            case Wanted.ATTENDING:
                return answer.in_((Answer.COMING, Answer.ONLINE))
            case Wanted.PERSON:
                return and_(SupporterRow.id == self.person, answer == Answer.COMING)

    @property
    def _hears_through_case(self) -> ColumnElement[bool]:
        """Follows it, wants to hear of such events, and has not answered to this one as it is."""
        unanswered = or_(AttendanceRow.answer.is_(None), *map(void_for, self.dates))
        unmuted = SupporterRow.muted_kinds.bitwise_and(self.kind.bit) == 0
        return and_(FollowingRow.supporter_id.is_not(None), unmuted, unanswered)

    @property
    def _is_reminded(self) -> ColumnElement[bool]:
        """As they chose, or as is usual for what they answered."""
        answer, chosen = AttendanceRow.answer, AttendanceRow.reminders
        hears = or_(answer.in_((Answer.COMING, Answer.ONLINE, Answer.FOLLOWING)), self._hears_through_case)
        chose_it = and_(hears, chosen.bitwise_and(self.minutes_bit) != 0)
        if not self.by_default:
            return chose_it
        usually = answer.in_((Answer.COMING, Answer.ONLINE)) if self.near else hears
        return or_(chose_it, and_(usually, chosen.is_(None)))

    def drawn(self, statement: Select[*Columns], now: datetime, *bounds: tuple[int, int]) -> Select[*Columns]:
        asked = self._asked(bounds)
        found = self.beside(statement.join(asked, asked.c.supporter_id == SupporterRow.id), *bounds)
        return found.where(may_receive(now), self.is_wanted, *_within(SupporterRow.id, bounds))

    def drawn_in_order(self, now: datetime, behind: int, last: int) -> Select[int]:
        return self.drawn(select(SupporterRow.id), now, (behind, last)).order_by(SupporterRow.id)

    def end_of_slice(self, behind: int, size: int) -> Select[int | None]:
        """Of each list so many at most: counting along two indexes is cheap, and merging the lists to count in them is not."""
        lists = [(each.selected_columns[0], each.where(each.selected_columns[0] > behind)) for each in self._lists()]
        full = union_all(*(_first(each.order_by(person).offset(size - 1)) for person, each in lists)).subquery()
        rest = union_all(*(_first(each.order_by(person.desc())) for person, each in lists)).subquery()
        nearest, last = (select(of).scalar_subquery() for of in (func.min(full.c.supporter_id), func.max(rest.c.supporter_id)))
        return select(func.coalesce(nearest, last))

    def _asked(self, bounds: Iterable[tuple[int, int]]) -> Subquery:
        """Everybody of whom it is asked whether they want it, once."""
        return union(*(each.where(*_within(each.selected_columns[0], bounds)) for each in self._lists())).subquery()

    def _lists(self) -> list[Select[int]]:
        """Each is read along its index, in the order of the supporters' ids."""
        lists = [select(AttendanceRow.supporter_id).where(AttendanceRow.event_id == self.event_id)]
        if self.wanted is Wanted.PERSON:
            return [lists[0].where(AttendanceRow.supporter_id == self.person)]
        through_case = self.wanted is Wanted.CONCERNED
        through_case |= self.wanted is Wanted.REMINDED and self.by_default and not self.near
        if self.case_id is not None and through_case:
            lists.append(select(FollowingRow.supporter_id).where(FollowingRow.case_id == self.case_id))
        return lists


PERSON: Final = ("event", "person")
"""Where, in what is stored of an audience, the number of the one person stands whom it is for."""


def for_nobody(stored: Mapping[str, Any]) -> dict[str, Any]:
    """An audience of one person, without that person."""
    return {**stored, "event": {**stored["event"], "person": None}}


def _first(people: Select[int]) -> Select[int]:
    return select(people.limit(1).subquery())


def _within(column: Any, bounds: Iterable[tuple[int, int]]) -> list[ColumnElement[bool]]:
    """Said of each list and of the supporters: PostgreSQL does not infer one from the other."""
    return [column.between(behind + 1, last) for behind, last in bounds]


def is_of_event(stored: Mapping[str, Any]) -> bool:
    return "event" in stored
