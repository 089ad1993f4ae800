"""The hash tree of RFC 6962: one root stands for a whole list, and short proofs show what is in it and what it grew from.

Nothing here reads anything: which hashes a root or a proof is made of is said as ranges of entries, each of which falls apart
into whole subtrees (`Node`), and whoever keeps those can look up the few that are needed.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

EMPTY: Final = sha256(b"").digest()
"""The root over nothing."""


class Node(NamedTuple):
    """The whole subtree over the 2**level entries from place * 2**level on."""

    level: int
    place: int


class Range(NamedTuple):
    """The entries from `start` on, up to but not including `end`."""

    start: int
    end: int


def hash_of_leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def hash_of_both(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree to which leaves are added: keeps only the hashes a root is made of. `size` and `peaks` (the largest subtree
    first) are those of a tree that has leaves already."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def add(self, leaf: bytes) -> list[bytes]:
        """`leaf` is the hash of one. Returns the hashes of the subtrees that become whole with it, the smallest first."""
        whole, place = [leaf], self.size
        while place & 1:
            whole.append(hash_of_both(self._peaks.pop(), whole[-1]))
            place >>= 1
        self._peaks.append(whole[-1])
        self.size += 1
        return whole

    def grow(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """The same, each with its place in the tree."""
        number = self.size
        return [(Node(level, number >> level), whole) for level, whole in enumerate(self.add(leaf))]

    @property
    def root(self) -> bytes:
        return _folded(self._peaks)


def whole_subtrees(entries: Range) -> list[Node]:
    """What a range falls apart into, the largest first. It must be one a tree is made of: it begins where a subtree does that
    is as large as its largest."""
    nodes, start = [], entries.start
    while start < entries.end:
        level = (entries.end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def hash_of(entries: Range, hashes: Mapping[Node, bytes]) -> bytes:
    """The root over a range, from the hashes of its whole subtrees."""
    return _folded([hashes[node] for node in whole_subtrees(entries)])


def path_to(entry: int, size: int) -> list[Range]:
    """What proves that an entry is in the tree of this size: the ranges beside its way to the root, the nearest first."""
    beside, all_of_it = [], Range(0, size)
    while all_of_it.end - all_of_it.start > 1:
        left, right = _halves(all_of_it)
        if entry < right.start:
            beside.append(right)
            all_of_it = left
        else:
            beside.append(left)
            all_of_it = right
    return beside[::-1]


def growth(old: int, size: int) -> list[Range]:
    """What proves that the tree of this size begins with the tree of the old one, which is neither empty nor larger."""
    beside, part, is_all_of_it = [], Range(0, size), True
    while part.end != old:
        left, right = _halves(part)
        if old <= right.start:
            beside.append(right)
            part = left
        else:
            beside.append(left)
            part, is_all_of_it = right, False
    if not is_all_of_it:  # otherwise it is the old root, which whoever checks has
        beside.append(part)
    return beside[::-1]


def is_included(leaf: bytes, entry: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the hash of this entry to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= entry < size:
        return False
    at, last, reached = entry, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = hash_of_both(each, reached)
            while at and not at & 1:  # no sibling on these levels: the tree is not that wide on the right
                at, last = at >> 1, last >> 1
        else:
            reached = hash_of_both(reached, each)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root


def is_grown(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the larger tree begins with the smaller one (RFC 9162, 2.1.4.2)."""
    if old in {0, size}:
        return not proof and old_root == (root if old else EMPTY)
    if not 0 < old < size:
        return False
    rest = list(proof) if old & (old - 1) else [old_root, *proof]
    if not rest:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = rest[0]
    for each in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = hash_of_both(each, before), hash_of_both(each, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = hash_of_both(after, each)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _halves(entries: Range) -> tuple[Range, Range]:
    """As RFC 6962 splits: the left one is as large as a whole subtree can be that is not everything."""
    middle = entries.start + (1 << ((entries.end - entries.start - 1).bit_length() - 1))
    return Range(entries.start, middle), Range(middle, entries.end)


def _folded(peaks: Sequence[bytes]) -> bytes:
    """The root over neighbours, the largest of which is the first."""
    if not peaks:
        return EMPTY
    *larger, root = peaks
    for each in reversed(larger):
        root = hash_of_both(each, root)
    return root
