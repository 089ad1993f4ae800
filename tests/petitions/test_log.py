"""What the database keeps of a log is the tree over its entries, at every size it ever had."""

import pymerkle
import pytest
from sqlalchemy import func, select, text

from bot.petitions.entries import EntryKind, commitment, leaf_data
from bot.petitions.log import append, hashes_of, root, select_nodes
from bot.petitions.merkle import EMPTY, Node, growth, hash_of_leaf, is_grown, is_included, path_to
from bot.petitions.models import EntryRow, NodeRow, PetitionRow
from bot.storage.database import Database
from tests.clocks import START, FrozenClock
from tests.petitions.world import SLUG, add_petition

ENTRIES = 21


def commitment_of(number: int) -> bytes:
    return commitment(bytes([number]) * 32, SLUG, b"a tag, 16 bytes.", START)


async def add_entries(database: Database, petition_id: int, count: int = ENTRIES) -> list[bytes]:
    """Returns the data of the leaves; each third entry is about the one before."""
    leaves = []
    for number in range(count):
        signed = number % 3 != 2
        kind = EntryKind.SIGNED if signed else EntryKind.WITHDRAWN
        given = commitment_of(number) if signed else None
        about = None if signed else number - 1
        async with database.write() as session:
            petition = await session.get_one(PetitionRow, petition_id, with_for_update=True)
            assert await append(session, petition, kind, commitment=given, about=about) == number
        leaves.append(leaf_data(kind, given, about))
    return leaves


async def test_roots_and_proofs_of_every_size_fit_the_oracle(database: Database, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_petition(database, clock, slug="another")
    leaves = await add_entries(database, petition_id)
    oracle = pymerkle.InmemoryTree()
    for leaf in leaves:
        oracle.append_entry(leaf)
    async with database.read() as session:
        assert await root(session, petition_id, 0) == EMPTY
        last = await root(session, petition_id, ENTRIES)
        for size in range(1, ENTRIES + 1):
            whole = await root(session, petition_id, size)
            assert whole == oracle.get_root(size)
            path = await hashes_of(session, petition_id, path_to(size // 2, size))
            assert is_included(hash_of_leaf(leaves[size // 2]), size // 2, size, path, whole)
            proof = await hashes_of(session, petition_id, growth(size, ENTRIES))
            assert is_grown(size, ENTRIES, whole, last, proof)


async def test_each_entry_is_kept_once_and_every_whole_subtree(database: Database, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    await add_entries(database, petition_id, 8)
    async with database.read() as session:
        petition = await session.get_one(PetitionRow, petition_id)
        kept = (await session.scalars(select(EntryRow).order_by(EntryRow.number))).all()
        nodes = await session.scalar(select(func.count()).select_from(NodeRow))
    assert (petition.size, nodes) == (8, 8 + 4 + 2 + 1)
    assert [(entry.number, entry.kind, entry.about) for entry in kept][:3] == [
        (0, EntryKind.SIGNED, None),
        (1, EntryKind.SIGNED, None),
        (2, EntryKind.WITHDRAWN, 1),
    ]
    assert [entry.commitment for entry in kept][:3] == [commitment_of(0), commitment_of(1), None]


async def test_an_entry_taken_back_with_its_transaction_was_never_there(database: Database, clock: FrozenClock) -> None:
    petition_id = await add_petition(database, clock)
    async with database.read() as session:
        petition = await session.get_one(PetitionRow, petition_id)
        await append(session, petition, EntryKind.SIGNED, commitment=commitment_of(0))
        await session.rollback()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(NodeRow)) == 0
        assert (await session.get_one(PetitionRow, petition_id)).size == 0


def test_an_entry_needs_what_it_is_made_of() -> None:
    with pytest.raises(ValueError, match="commitment"):
        leaf_data(EntryKind.SIGNED, None, 3)
    with pytest.raises(ValueError, match="about"):
        leaf_data(EntryKind.RELEASED, b"", None)


def test_no_two_kinds_of_entry_have_a_leaf_in_common() -> None:
    leaves = {leaf_data(kind, bytes(8) if kind is EntryKind.SIGNED else None, 0) for kind in EntryKind}
    assert len(leaves) == len(EntryKind)


async def test_nodes_are_read_by_their_keys_however_many_there_are(database: Database) -> None:
    """On SQLite a list of pairs would have every node of the petition read."""
    if not database.is_sqlite:
        pytest.skip("it is SQLite's plan that is looked at")
    given = {"petition_id": 1, **{f"{name}{at}": 0 for at in range(3) for name in Node._fields}}
    async with database.read() as session:
        statement = str(select_nodes(3).compile())
        steps = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {statement}"), given)]
    reading = [step for step in steps if "petition_nodes" in step]
    assert len(reading) == 3
    assert all(step.startswith("SEARCH") and "level=? AND place=?" in step for step in reading), steps
