"""Whom an announcement is for. The conditions are SQL, so that a million people are one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import BindParameter

from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow

Columns = TypeVarTuple("Columns")


class Drawable(Protocol):
    """Whom something goes to."""

    def drawn(self, statement: Select[*Columns], now: datetime) -> Select[*Columns]:
        """A statement over supporters, of them alone."""

    def drawn_in_order(self, now: datetime, behind: int, last: int) -> Select[int]:
        """The ids of those with one in that range, in order."""

    def end_of_slice(self, behind: int, size: int) -> Select[int | None]:
        """The id up to which there are about so many behind one to be asked whether they want it; None when there is nobody."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Followers of a case who want to hear about that kind of update. `locales` None means readers of every language;
    `adding` are those of them whose readers were left out at first and are written down now."""

    case_id: int
    kind: Kind
    locales: frozenset[str] | None = None
    adding: frozenset[str] | None = None

    def to_json(self) -> dict[str, Any]:
        locales = None if self.locales is None else sorted(self.locales)
        adding = {} if self.adding is None else {"adding": sorted(self.adding)}
        return {"case_id": self.case_id, "kind": self.kind.value, "locales": locales, **adding}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        return cls(stored["case_id"], Kind(stored["kind"]), _languages(stored["locales"]), _languages(stored.get("adding")))

    def drawn(self, statement: Select[*Columns], now: datetime) -> Select[*Columns]:
        wanting = (
            statement.join(FollowingRow, FollowingRow.supporter_id == SupporterRow.id)
            .where(FollowingRow.case_id == self.case_id)
            .where(may_receive(now))
            .where(SupporterRow.muted_kinds.bitwise_and(self.kind.bit) == 0)
        )
        locales = self.locales if self.adding is None else self.adding
        return wanting if locales is None else wanting.where(SupporterRow.locale.in_(sorted(locales)))

    def drawn_in_order(self, now: datetime, behind: int, last: int) -> Select[int]:
        # It is said of both tables: PostgreSQL does not infer one from the other, and read a million rows for each slice.
        within = (column.between(behind + 1, last) for column in (FollowingRow.supporter_id, SupporterRow.id))
        return recipients(self, now).where(*within).order_by(FollowingRow.supporter_id)

    def end_of_slice(self, behind: int, size: int) -> Select[int | None]:
        behind_it = FollowingRow.case_id == self.case_id, FollowingRow.supporter_id > behind
        first = select(FollowingRow.supporter_id).where(*behind_it).order_by(FollowingRow.supporter_id).limit(size).subquery()
        return select(func.max(first.c.supporter_id))


def _languages(stored: Sequence[str] | None) -> frozenset[str] | None:
    return None if stored is None else frozenset(stored)


def may_receive(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Consented, and has neither stopped, nor blocked the bot, nor paused until later than `now`."""
    return and_(
        SupporterRow.consented_at.is_not(None),
        SupporterRow.stopped_at.is_(None),
        SupporterRow.blocked_at.is_(None),
        or_(SupporterRow.paused_until.is_(None), SupporterRow.paused_until <= now),
    )


def recipients(audience: Drawable, now: datetime) -> Select[int]:
    """The ids of those an announcement goes to."""
    return audience.drawn(select(SupporterRow.id), now)


async def count_by_locale(
    session: AsyncSession, audience: Drawable, now: datetime, unless: ColumnElement[bool] | None = None
) -> dict[str, int]:
    """How many would get it, by the language they read; languages nobody reads are left out. `unless` leaves out more."""
    counted = audience.drawn(select(SupporterRow.locale, func.count().label("people")), now).group_by(SupporterRow.locale)
    counted = counted if unless is None else counted.where(~unless)
    found = await session.execute(counted, execution_options={"long": True})
    return {row.locale: row.people for row in found}


async def zones(session: AsyncSession, audience: Drawable, now: datetime) -> dict[str | None, int]:
    """How many live by which clock; None where nobody has chosen."""
    counted = audience.drawn(select(SupporterRow.timezone, func.count().label("people")), now)
    found = await session.execute(counted.group_by(SupporterRow.timezone), execution_options={"long": True})
    return {row.timezone: row.people for row in found}
