"""What staff see of petitions: all there are, and of one what waits for somebody to decide. Never who signed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, TextClause, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.models import COUNTED, WAITING, BurstRow, BurstState, PetitionRow, PetitionStatus, SignatureRow
from bot.petitions.reading import PETITIONS, one, view_of
from bot.petitions.views import PetitionView
from bot.storage.database import Database
from bot.supporters.models import PetitionNewsRow

_ORDER = case({status: at for at, status in enumerate(PetitionStatus)}, value=PetitionRow.status)


@dataclass(frozen=True, slots=True)
class PetitionAccount:
    """`comments` wait to be read, `bursts` to be decided on; `listeners` want to hear how it goes; `told` is the highest
    milestone they were told of."""

    petition: PetitionView
    comments: int
    bursts: int
    listeners: int
    told: int


class PetitionAccounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self) -> list[PetitionView]:
        """Drafts first, then those that are open, and so on to those that are over."""
        async with self._database.read() as session:
            found = await session.execute(PETITIONS.order_by(_ORDER, PetitionRow.slug))
            return [view_of(row, slug, title) for row, slug, title in found]

    async def show(self, slug: str) -> PetitionAccount:
        """Raises NidaError when there is no such petition."""
        async with self._database.read() as session:
            found = await one(session, slug, hold=False)
            row = found[0]
            return PetitionAccount(
                view_of(*found),
                comments=await _count(session, SignatureRow.petition_id == row.id, WAITING, COUNTED),
                bursts=await _count(session, BurstRow.petition_id == row.id, BurstRow.state == BurstState.OPEN),
                listeners=await _count(session, PetitionNewsRow.petition_id == row.id),
                told=row.told,
            )


async def _count(session: AsyncSession, *where: ColumnElement[bool] | TextClause) -> int:
    return await session.scalar(select(func.count()).where(*where)) or 0
