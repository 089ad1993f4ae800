"""Deciding on signatures that were set aside: they are counted, or they stay set aside. None of them is ever dropped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.errors import NidaError
from bot.petitions.entries import EntryKind
from bot.petitions.log import append
from bot.petitions.milestones import tell_milestones
from bot.petitions.models import EVERYBODY, BurstRow, BurstState, PetitionRow, SignatureRow, Standing
from bot.petitions.sealing import Sealing
from bot.sources.models import Step, StepRow
from bot.staff.audit import record
from bot.storage.asking import may_exist
from bot.storage.database import Database
from bot.storage.vault import Vault

SLICE: Final = 200
"""Signatures released in one transaction: whoever signs meanwhile does not wait long."""


@dataclass(frozen=True, slots=True)
class Burst:
    """`source` is the link they came by, empty for none, EVERYBODY for all together, and None where that is not known any
    more; `signatures` came in it, of which `set_aside` still are."""

    id: int
    petition: str
    source: str | None
    began_at: datetime
    ended_at: datetime
    signatures: int
    set_aside: int
    state: BurstState
    decided_by: str | None


class Bursts:
    def __init__(self, database: Database, vault: Vault, clock: Clock, source_locale: str) -> None:
        self._database = database
        self._sealing = Sealing(vault)
        self._clock = clock
        self._source = source_locale

    async def list(self, slug: str | None, *, everything: bool = False) -> list[Burst]:
        """Those nobody has decided on, or of which something is left to do, the earliest first; or all."""
        left = select(func.count()).where(SignatureRow.burst_id == BurstRow.id, SignatureRow.standing == Standing.SET_ASIDE)
        set_aside = left.correlate(BurstRow).scalar_subquery()
        found = select(BurstRow, PetitionRow.slug, set_aside).join(PetitionRow, PetitionRow.id == BurstRow.petition_id)
        if slug is not None:
            found = found.where(PetitionRow.slug == slug)
        if not everything:
            unfinished = (BurstRow.state == BurstState.RELEASED) & (set_aside > 0)
            found = found.where((BurstRow.state == BurstState.OPEN) | unfinished)
        async with self._database.read() as session:
            rows = (await session.execute(found.order_by(BurstRow.id))).all()
            links = {of: await self._links(session, row.petition_id, of) for row, of, _ in rows}
        return [_burst(row, of, left, links[of].get(row.source)) for row, of, left in rows]

    async def _links(self, session: AsyncSession, petition_id: int, slug: str) -> dict[str, str]:
        """Those by which people signed it, by their blind index."""
        signed = select(StepRow.source).where(StepRow.step == Step.SIGNED, StepRow.subject == f"petition:{slug}").distinct()
        links = ("", EVERYBODY, *await session.scalars(signed))
        return {self._sealing.pulse(petition_id, link): link for link in links}

    async def release(self, burst_id: int, by: str) -> Burst:
        """Count them from now on; what comes by that link within a day counts too. Interrupted, it is done by being done
        again."""
        slug = await self._decide(burst_id, BurstState.RELEASED, by)
        while await self._release_some(burst_id):
            pass
        return await self._one(slug, burst_id)

    async def exclude(self, burst_id: int, by: str) -> Burst:
        """Leave them set aside. They may still be released later."""
        return await self._one(await self._decide(burst_id, BurstState.EXCLUDED, by), burst_id)

    async def _decide(self, burst_id: int, state: BurstState, by: str) -> str:
        """The slug of the petition. Nothing that was counted is set aside again: the number people saw stands."""
        async with self._database.write() as session:
            burst, petition = await _held(session, burst_id)
            if burst.state is BurstState.RELEASED and state is BurstState.EXCLUDED:
                raise NidaError(f"The burst {burst_id} was released by {burst.decided_by}: its signatures stay counted.")
            if burst.state is not state:
                burst.state, burst.decided_by = state, by[:60]
                await record(session, self._clock.now(), by, f"burst.{state}", f"petition:{petition.slug}", burst=burst_id)
            return petition.slug

    async def _release_some(self, burst_id: int) -> bool:
        """Whether there may be more."""
        async with self._database.write() as session:
            _, petition = await _held(session, burst_id)
            theirs = SignatureRow.burst_id == burst_id, SignatureRow.standing == Standing.SET_ASIDE
            found = select(SignatureRow).where(*theirs).order_by(SignatureRow.entry).limit(SLICE)
            signatures = (await session.scalars(found)).all()
            for signature in signatures:
                await append(session, petition, EntryKind.RELEASED, about=signature.entry)
                signature.standing, signature.burst_id = Standing.COUNTED, None
            petition.counted += len(signatures)
            petition.set_aside -= len(signatures)
            await tell_milestones(session, petition, self._clock.now(), self._source)
        return len(signatures) == SLICE

    async def _one(self, slug: str, burst_id: int) -> Burst:
        return next(burst for burst in await self.list(slug, everything=True) if burst.id == burst_id)


async def _held(session: AsyncSession, burst_id: int) -> tuple[BurstRow, PetitionRow]:
    """The petition first, as whoever signs does."""
    if may_exist(burst_id) and (burst := await session.get(BurstRow, burst_id)) is not None:
        this = select(PetitionRow).where(PetitionRow.id == burst.petition_id).with_for_update(key_share=True)
        petition = (await session.execute(this)).scalar_one()
        await session.refresh(burst)
        return burst, petition
    raise NidaError(f"There is no burst {burst_id}; `nida petitions bursts` lists them.")


def _burst(row: BurstRow, slug: str, set_aside: int, source: str | None) -> Burst:
    return Burst(row.id, slug, source, row.began_at, row.ended_at, row.signatures, set_aside, row.state, row.decided_by)
