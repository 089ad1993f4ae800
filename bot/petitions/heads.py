"""Heads: what is published of each log, signed. Whoever keeps one can prove later that something before it was changed."""

from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, to_the_hour
from bot.petitions.entries import hour_text
from bot.petitions.log import root
from bot.petitions.models import HeadRow, PetitionRow, PetitionStatus
from bot.petitions.published import SIGNED_AS, Head, statement
from bot.storage.database import Database
from bot.storage.vault import Vault

IS_PUBLIC: Final[ColumnElement[bool]] = PetitionRow.status != PetitionStatus.DRAFT


class Heads:
    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self.key = vault.public_key(SIGNED_AS)
        """What anybody checks heads with."""

    async def publish(self) -> None:
        """Sign a new head for each petition whose log grew since its last one."""
        last = select(func.max(HeadRow.size)).where(HeadRow.petition_id == PetitionRow.id).scalar_subquery()
        grown = select(PetitionRow.id).where(IS_PUBLIC, or_(last.is_(None), last < PetitionRow.size))
        async with self._database.read() as session:
            ids = (await session.scalars(grown)).all()
        for petition_id in ids:
            await self.sign(petition_id)

    async def current(self, session: AsyncSession, petition_id: int) -> Head:
        """Over everything there is, signed now unless it was before. It is read anew: whoever found a signature here has its
        entry under this head."""
        petition = await session.get_one(PetitionRow, petition_id, populate_existing=True)
        kept = await session.get(HeadRow, (petition_id, petition.size))
        if kept is not None:
            return self._head(petition.slug, kept)
        hour = to_the_hour(self._clock.now())
        hash_ = await root(session, petition_id, petition.size)
        said = statement(petition.slug, petition.size, petition.counted, hour_text(hour), hash_)
        row = HeadRow(
            petition_id=petition_id,
            size=petition.size,
            counted=petition.counted,
            root=hash_,
            at=hour,
            signature=self._vault.sign(SIGNED_AS, said),
        )
        await _keep(session, row)
        return self._head(petition.slug, row)

    async def latest(self, slug: str) -> Head | None:
        """The one published last; None for what is no petition, or a draft."""
        petition = select(PetitionRow.id).where(PetitionRow.slug == slug, IS_PUBLIC)
        async with self._database.read() as session:
            petition_id = await session.scalar(petition)
            newest = select(HeadRow).where(HeadRow.petition_id == petition_id).order_by(HeadRow.size.desc()).limit(1)
            row = await session.scalar(newest)
        if row is not None:
            return self._head(slug, row)
        return None if petition_id is None else await self.sign(petition_id)

    async def sign(self, petition_id: int) -> Head:
        """The current one, in a transaction of its own."""
        async with self._database.write(quiet=True) as session:
            return await self.current(session, petition_id)

    async def after(self, slug: str, size: int, limit: int) -> list[Head]:
        """Those over more entries than that, the smallest first."""
        of_it = select(PetitionRow.id).where(PetitionRow.slug == slug, IS_PUBLIC).scalar_subquery()
        larger = select(HeadRow).where(HeadRow.petition_id == of_it, HeadRow.size > size).order_by(HeadRow.size).limit(limit)
        async with self._database.read() as session:
            return [self._head(slug, row) for row in await session.scalars(larger)]

    def _head(self, slug: str, row: HeadRow) -> Head:
        return Head(slug, row.size, row.counted, hour_text(row.at), row.root, self.key, row.signature)


async def _keep(session: AsyncSession, row: HeadRow) -> None:
    """Of each hour the last one is kept: together they show nothing finer than the hour. An earlier one that somebody has
    still fits, as what it was made of never changes."""
    same_hour = (HeadRow.petition_id == row.petition_id, HeadRow.at == row.at, HeadRow.size < row.size)
    await session.execute(delete(HeadRow).where(*same_hour))
    names = ("petition_id", "size", "counted", "root", "at", "signature")
    values = {name: getattr(row, name) for name in names}
    # Another process may have signed the same meanwhile: Ed25519 gives the same signature again.
    await session.execute(insert(HeadRow).values(values).on_conflict_do_nothing())
