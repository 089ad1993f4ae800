"""A petition's log: entries are added and never changed, and one root stands for all of them.

Every whole subtree's hash is kept, so that adding an entry, a root and a proof each read a few rows, however long the log is.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final, cast

from sqlalchemy import CompoundSelect, Table, bindparam, insert, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.entries import EntryKind, commitment, leaf_data
from bot.petitions.merkle import Growing, Node, Range, hash_of, hash_of_leaf, whole_subtrees
from bot.petitions.models import EntryRow, NodeRow, PetitionRow

__all__ = ["append", "commitment", "hashes_of", "root", "select_nodes"]

# Written once, and past the mapper: every signature runs each of them.
_NODES: Final = cast(Table, NodeRow.__table__)
_NEW_ENTRY: Final = insert(cast(Table, EntryRow.__table__))
_NEW_NODES: Final = insert(_NODES)


async def append(
    session: AsyncSession,
    petition: PetitionRow,
    kind: EntryKind,
    *,
    commitment: bytes | None = None,
    about: int | None = None,
) -> int:
    """Add an entry and return its number. The caller has locked the petition's row."""
    number = petition.size
    leaf = hash_of_leaf(leaf_data(kind, commitment, about))
    tree = Growing(number, await _last_peaks(session, petition.id, number))
    nodes = [
        {"petition_id": petition.id, "level": level, "place": place, "hash": hash_} for (level, place), hash_ in tree.grow(leaf)
    ]
    entry = {"petition_id": petition.id, "number": number, "kind": kind, "commitment": commitment, "about": about}
    await session.execute(_NEW_ENTRY, entry)
    await session.execute(_NEW_NODES, nodes)
    petition.size = tree.size
    return number


async def root(session: AsyncSession, petition_id: int, size: int) -> bytes:
    """Over the first `size` entries."""
    (hash_,) = await hashes_of(session, petition_id, [Range(0, size)])
    return hash_


async def hashes_of(session: AsyncSession, petition_id: int, ranges: Sequence[Range]) -> list[bytes]:
    """The root over each of these ranges of entries."""
    known = await _nodes(session, petition_id, {node for each in ranges for node in whole_subtrees(each)})
    return [hash_of(each, known) for each in ranges]


async def _last_peaks(session: AsyncSession, petition_id: int, size: int) -> list[bytes]:
    """The subtrees that become part of a larger one with the next entry: none at every other."""
    merged = (~size & (size + 1)).bit_length() - 1
    peaks = whole_subtrees(Range(0, size))[-merged:] if merged else []
    known = await _nodes(session, petition_id, peaks)
    return [known[node] for node in peaks]


async def _nodes(session: AsyncSession, petition_id: int, nodes: Iterable[Node]) -> dict[Node, bytes]:
    if not (wanted := list(nodes)):
        return {}
    numbers = {f"{name}{at}": number for at, node in enumerate(wanted) for name, number in node._asdict().items()}
    kept = await session.execute(select_nodes(len(wanted)), {"petition_id": petition_id, **numbers})
    return {Node(level, place): hash_ for level, place, hash_ in kept}


@cache
def select_nodes(count: int) -> CompoundSelect[int, int, bytes]:
    """Each by its key: asked for a list of them, SQLite may read every node of the petition instead."""
    node = _NODES.c
    nodes = select(node.level, node.place, node.hash).where(node.petition_id == bindparam("petition_id"))
    return union_all(
        *(nodes.where(node.level == bindparam(f"level{at}"), node.place == bindparam(f"place{at}")) for at in range(count))
    )
