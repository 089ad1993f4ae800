"""Whom a call to do something is for: who wants calls, and was not asked to do anything in the days before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    delete,
    exists,
    false,
    func,
    not_,
    select,
    text,
    true,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import to_the_hour
from bot.supporters.audience import may_receive
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow
from bot.supporters.tables import actions, actions_done, actions_later, broadcasts, deliveries

Columns = TypeVarTuple("Columns")

_LOCK: Final = 1852400766
_OPEN_CALLS: Final = select(broadcasts.c.id).where(
    broadcasts.c.state.in_(("preparing", "sending", "held")),
    broadcasts.c.audience[("ask", "every_days")].as_integer().is_not(None),
)
_HAS_ONE_COMING: Final = exists().where(
    deliveries.c.supporter_id == SupporterRow.id,
    deliveries.c.state.in_(("pending", "deferred", "leased")),
    deliveries.c.broadcast_id.in_(_OPEN_CALLS),
)


async def one_call_at_a_time(session: AsyncSession) -> None:
    """No other call is drawn until the transaction is over: who is drawn for one is seen by the next. SQLite has one writer
    anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


@dataclass(frozen=True, slots=True)
class AskAudience:
    """Followers of any of these cases, of none of them everybody. Of a call to an action, who has done it is left out;
    `later_by` says that it is for those alone who wanted to be asked again by then, also where they muted calls: that is what
    they said last. `locales` None means readers of every language. Nobody is asked who got a call within `every_days`, or
    whom one is on its way to."""

    every_days: int
    cases: tuple[int, ...] = ()
    action: int | None = None
    later_by: datetime | None = None
    locales: frozenset[str] | None = None

    def to_json(self) -> dict[str, Any]:
        locales = None if self.locales is None else sorted(self.locales)
        later = None if self.later_by is None else self.later_by.isoformat()
        about = {"cases": list(self.cases), "action": self.action, "later_by": later, "locales": locales}
        return {"ask": {"every_days": self.every_days, **about}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "AskAudience":
        held = stored["ask"]
        locales, later = held["locales"], held["later_by"]
        return cls(
            held["every_days"],
            tuple(held["cases"]),
            held["action"],
            None if later is None else datetime.fromisoformat(later),
            None if locales is None else frozenset(locales),
        )

    def drawn(self, statement: Select[*Columns], now: datetime) -> Select[*Columns]:
        return self.wanted(statement, now).where(~self.was_asked(now))

    def wanted(self, statement: Select[*Columns], now: datetime) -> Select[*Columns]:
        """Everybody it is for, whenever they were asked last."""
        found = statement.where(may_receive(now), self.is_wanted, self._wished_for())
        if self.cases:
            follows = exists().where(FollowingRow.supporter_id == SupporterRow.id, FollowingRow.case_id.in_(self.cases))
            found = found.where(follows)
        return found if self.locales is None else found.where(SupporterRow.locale.in_(sorted(self.locales)))

    def was_asked(self, now: datetime) -> ColumnElement[bool]:
        lately = SupporterRow.asked_at.is_not(None) & (SupporterRow.asked_at > now - timedelta(days=self.every_days))
        return lately | _HAS_ONE_COMING

    def drawn_in_order(self, now: datetime, behind: int, last: int) -> Select[int]:
        within = SupporterRow.id.between(behind + 1, last)
        return self.drawn(select(SupporterRow.id), now).where(within).order_by(SupporterRow.id)

    def end_of_slice(self, behind: int, size: int) -> Select[int | None]:
        slices = [
            select(each.where(column > behind).order_by(column).limit(size).subquery())
            for each in self._lists()
            for column in each.selected_columns
        ]
        merged = union(*slices).subquery()
        first = select(*merged.c).order_by(*merged.c).limit(size).subquery()
        return select(func.max(*first.c))

    def asked(self, people: Collection[int], now: datetime) -> Sequence[Executable]:
        """These were sent it: that is written down, and what they wanted to be asked again is done with."""
        marked = update(SupporterRow).where(SupporterRow.id.in_(people)).values(asked_at=to_the_hour(now))
        if self.action is None:
            return (marked,)
        again = actions_later.c.action_id == self.action, actions_later.c.supporter_id.in_(people)
        return marked, delete(actions_later).where(*again)

    def beside(self, statement: Select[*Columns]) -> Select[*Columns]:
        return statement

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        """What is looked at once more right before it is sent: they want calls, did not do it, and it is not closed."""
        if self.action is None:
            return not_(self.is_muted)
        theirs = actions_done.c.supporter_id == SupporterRow.id, actions_done.c.action_id == self.action
        done = exists().where(*theirs, func.coalesce(actions_done.c.outcome, "") != "nobody")
        return and_(not_(self.is_muted), ~done, exists().where(actions.c.id == self.action, actions.c.status == "open"))

    @property
    def is_muted(self) -> ColumnElement[bool]:
        return false() if self.later_by is not None else SupporterRow.muted_kinds.bitwise_and(Kind.ACTION.bit) != 0

    def _wished_for(self) -> ColumnElement[bool]:
        again = actions_later.c.supporter_id == SupporterRow.id, actions_later.c.action_id == self.action
        return true() if self.later_by is None else exists().where(*again, actions_later.c.due_at <= self.later_by)

    def _lists(self) -> list[Select[int]]:
        """Each is read along its index, in the order of the supporters' ids."""
        if self.later_by is not None:
            return [select(actions_later.c.supporter_id).where(actions_later.c.action_id == self.action)]
        if self.cases:
            return [select(FollowingRow.supporter_id).where(FollowingRow.case_id == case) for case in self.cases]
        return [select(SupporterRow.id)]


def is_call(stored: Mapping[str, Any]) -> bool:
    return "ask" in stored
