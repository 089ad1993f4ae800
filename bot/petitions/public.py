"""What anybody may read of a log: its entries, and proofs about them. None of it says anything about a person."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from bot.errors import NidaError
from bot.petitions.heads import Heads
from bot.petitions.log import hashes_of
from bot.petitions.merkle import Range, growth, path_to
from bot.petitions.models import EntryRow, NodeRow, PetitionRow
from bot.petitions.published import Head, entry_line
from bot.storage.database import Database


class NotPublished(NidaError):
    """There is no such entry or size in what is published."""


@dataclass(frozen=True, slots=True)
class GrowthProof:
    """That a log begins with what it was before (RFC 6962, 2.1.2). Hashes are hexadecimal."""

    petition: str
    old_size: int
    old_root: str
    size: int
    root: str
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That an entry is in a log (RFC 6962, 2.1.1)."""

    petition: str
    entry: int
    leaf: str
    size: int
    root: str
    path: tuple[str, ...]


class PublicLog:
    """Up to the head published last; what came after it is told with the next one."""

    def __init__(self, database: Database, heads: Heads) -> None:
        self._database = database
        self.heads = heads

    async def lines(self, slug: str, start: int, end: int) -> str:
        """These entries, one on a line."""
        at_leaf = and_(NodeRow.petition_id == EntryRow.petition_id, NodeRow.level == 0, NodeRow.place == EntryRow.number)
        wanted = (
            select(EntryRow.number, EntryRow.kind, EntryRow.commitment, EntryRow.about, NodeRow.hash)
            .join(PetitionRow, PetitionRow.id == EntryRow.petition_id)
            .join(NodeRow, at_leaf)
            .where(PetitionRow.slug == slug, EntryRow.number >= start, EntryRow.number < end)
            .order_by(EntryRow.number)
        )
        rows = await self._database.look_up(lambda connection: connection.execute(wanted).all())
        return "".join(entry_line(*row) for row in rows)

    async def growth(self, head: Head, old: int, size: int) -> GrowthProof:
        """That the log of `size` entries begins with that of `old`. Raises NotPublished."""
        if not 0 < old <= size <= head.size:
            raise NotPublished(f"Ask for ?from=…&to=…: numbers of entries from 1 to {head.size}, from not above to.")
        before, whole, *hashes = await self._hashes(head.petition, [Range(0, old), Range(0, size), *growth(old, size)])
        return GrowthProof(head.petition, old, before, size, whole, tuple(hashes))

    async def entry(self, head: Head, number: int, size: int) -> EntryProof:
        """That an entry is in the log of `size` entries. Raises NotPublished."""
        if not 0 <= number < size <= head.size:
            raise NotPublished(f"Ask for ?entry=…: a number from 0 on, below size, and size at most {head.size}.")
        ranges = [Range(number, number + 1), Range(0, size), *path_to(number, size)]
        leaf, whole, *hashes = await self._hashes(head.petition, ranges)
        return EntryProof(head.petition, number, leaf, size, whole, tuple(hashes))

    async def _hashes(self, slug: str, ranges: list[Range]) -> list[str]:
        async with self._database.read() as session:
            petition_id = await session.scalar(select(PetitionRow.id).where(PetitionRow.slug == slug))
            if petition_id is None:
                raise NotPublished("This petition is not there any more.")
            return [each.hex() for each in await hashes_of(session, petition_id, ranges)]
