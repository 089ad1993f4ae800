"""Whom it concerns how a petition goes: who wanted to hear of it, signed or not."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, select

from bot.supporters.audience import may_receive
from bot.supporters.models import PetitionNewsRow, SupporterRow

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class NewsAudience:
    petition_id: int

    def to_json(self) -> dict[str, Any]:
        return {"petition": asdict(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "NewsAudience":
        return cls(**stored["petition"])

    def beside(self, statement: Select[*Columns]) -> Select[*Columns]:
        """A statement over supporters, with what `is_wanted` looks at."""
        wants = and_(PetitionNewsRow.supporter_id == SupporterRow.id, PetitionNewsRow.petition_id == self.petition_id)
        return statement.outerjoin(PetitionNewsRow, wants)

    @property
    def is_wanted(self) -> ColumnElement[bool]:
        return PetitionNewsRow.supporter_id.is_not(None)

    def drawn(self, statement: Select[*Columns], now: datetime) -> Select[*Columns]:
        wanting = statement.join(PetitionNewsRow, PetitionNewsRow.supporter_id == SupporterRow.id)
        return wanting.where(PetitionNewsRow.petition_id == self.petition_id, may_receive(now))

    def drawn_in_order(self, now: datetime, behind: int, last: int) -> Select[int]:
        # Said of both tables: PostgreSQL does not infer one from the other.
        within = (column.between(behind + 1, last) for column in (PetitionNewsRow.supporter_id, SupporterRow.id))
        return self.drawn(select(SupporterRow.id), now).where(*within).order_by(PetitionNewsRow.supporter_id)

    def end_of_slice(self, behind: int, size: int) -> Select[int | None]:
        of_it = PetitionNewsRow.petition_id == self.petition_id, PetitionNewsRow.supporter_id > behind
        first = select(PetitionNewsRow.supporter_id).where(*of_it).order_by(PetitionNewsRow.supporter_id).limit(size).subquery()
        return select(func.max(first.c.supporter_id))


def is_of_petition(stored: Mapping[str, Any]) -> bool:
    return "petition" in stored
