"""Logs as signing makes them: entries with their counts, in one transaction each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.petitions.entries import EntryKind, commitment, hour_text, leaf_data
from bot.petitions.log import append
from bot.petitions.merkle import Growing, Node, hash_of, hash_of_leaf, path_to
from bot.petitions.models import PetitionRow
from bot.petitions.published import SIGNED_AS, Head, Receipt, entry_line, head_line, statement
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import START
from tests.petitions.world import SLUG

Step = tuple[EntryKind, int | None]
TAG = b"a tag, 16 bytes."
S, W, A, R = EntryKind.SIGNED, EntryKind.WITHDRAWN, EntryKind.SET_ASIDE, EntryKind.RELEASED
STORY: Sequence[Step] = (
    *[(S, None)] * 5,
    (W, 1),
    (S, None),
    (A, 6),
    (S, None),
    (A, 8),
    (R, 6),
    (W, 8),
    (W, 6),
    *[(S, None)] * 4,
)
"""Eleven sign; three withdraw, of whom one was set aside and one released before."""
COUNTED_AFTER = (1, 2, 3, 4, 5, 4, 5, 4, 5, 4, 5, 5, 4, 5, 6, 7, 8)


def commitment_of(number: int) -> bytes:
    return commitment(bytes([number % 256]) * 32, SLUG, TAG, START)


async def add_to_log(database: Database, petition_id: int, steps: Iterable[Step], counted: Sequence[int] = COUNTED_AFTER) -> None:
    for kind, about in steps:
        async with database.write() as session:
            petition = await session.get_one(PetitionRow, petition_id, with_for_update=True)
            given = commitment_of(petition.size) if kind is S else None
            number = await append(session, petition, kind, commitment=given, about=about)
            petition.counted = counted[number]


def written_log(vault: Vault, steps: Sequence[Step], counted: int, at: datetime = START) -> list[bytes]:
    """The lines of a log, and its head before them, made without a database."""
    tree, lines = Growing(), []
    for number, (kind, about) in enumerate(steps):
        given = commitment_of(number) if kind is S else None
        leaf = hash_of_leaf(leaf_data(kind, given, about))
        tree.add(leaf)
        lines.append(entry_line(number, kind, given, about, leaf))
    return [line.encode() for line in (head_line(signed_head(vault, tree, counted, at)), *lines)]


def signed_head(vault: Vault, tree: Growing, counted: int, at: datetime = START, slug: str = SLUG) -> Head:
    said = statement(slug, tree.size, counted, hour_text(at), tree.root)
    key, signature = vault.public_key(SIGNED_AS), vault.sign(SIGNED_AS, said)
    return Head(slug, tree.size, counted, hour_text(at), tree.root, key, signature)


def receipt_of(vault: Vault, number: int) -> Receipt:
    """Of a signature of the story, under the head over all of it."""
    tree = Growing()
    nodes: dict[Node, bytes] = {}
    for at, (kind, about) in enumerate(STORY):
        nodes.update(tree.grow(hash_of_leaf(leaf_data(kind, commitment_of(at) if kind is S else None, about))))
    path = tuple(hash_of(each, nodes) for each in path_to(number, tree.size))
    return Receipt(bytes([number]) * 32, TAG, hour_text(START), number, path, signed_head(vault, tree, COUNTED_AFTER[-1]))
