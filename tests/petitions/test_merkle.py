"""The tree against the recursions of RFC 6962 as they are written there, and against pymerkle."""

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions.merkle import (
    EMPTY,
    Growing,
    Node,
    growth,
    hash_of,
    hash_of_both,
    hash_of_leaf,
    is_grown,
    is_included,
    path_to,
)

PUBLISHED_INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
PUBLISHED_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"

sizes = st.integers(1, 70) | st.sampled_from([127, 128, 129, 255, 256])


def data_of(number: int) -> bytes:
    return number.to_bytes(4, "big")


def grown(size: int) -> tuple[Growing, dict[Node, bytes]]:
    tree = Growing()
    nodes: dict[Node, bytes] = {}
    for number in range(size):
        nodes.update(tree.grow(hash_of_leaf(data_of(number))))
    return tree, nodes


def oracle(size: int) -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree()
    for number in range(size):
        tree.append_entry(data_of(number))
    return tree


def root_as_written(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if len(leaves) <= 1:
        return hash_of_leaf(leaves[0]) if leaves else EMPTY
    middle = split(len(leaves))
    return hash_of_both(root_as_written(leaves[:middle]), root_as_written(leaves[middle:]))


def growth_as_written(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root_as_written(leaves)]
    middle = split(len(leaves))
    if old <= middle:
        return [*growth_as_written(old, leaves[:middle], whole=whole), root_as_written(leaves[middle:])]
    return [*growth_as_written(old - middle, leaves[middle:], whole=False), root_as_written(leaves[:middle])]


def split(size: int) -> int:
    middle = 1
    while middle * 2 < size:
        middle *= 2
    return middle


def test_the_root_of_the_published_example() -> None:
    tree = Growing()
    for each in PUBLISHED_INPUTS:
        tree.add(hash_of_leaf(bytes.fromhex(each)))
    assert tree.root.hex() == PUBLISHED_ROOT
    assert Growing().root == EMPTY


@given(sizes)
def test_roots_are_those_of_the_oracle(size: int) -> None:
    tree, _ = grown(size)
    assert tree.root == oracle(size).get_root(size) == root_as_written([data_of(number) for number in range(size)])


@given(sizes, st.data())
def test_a_path_is_the_oracles_and_proves_its_entry_alone(size: int, data: st.DataObject) -> None:
    entry = data.draw(st.integers(0, size - 1))
    tree, nodes = grown(size)
    path = [hash_of(each, nodes) for each in path_to(entry, size)]
    leaf = hash_of_leaf(data_of(entry))
    assert [leaf, *path] == oracle(size).prove_inclusion(entry + 1, size).path
    assert is_included(leaf, entry, size, path, tree.root)
    other = data.draw(st.integers(-2, size + 1).filter(lambda each: each != entry))
    assert not is_included(leaf, other, size, path, tree.root)
    assert not is_included(hash_of_leaf(b"another"), entry, size, path, tree.root)
    assert not is_included(leaf, entry, size, spoilt(path, data), tree.root)


@given(sizes, st.data())
def test_growth_is_proven_as_it_is_written_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    (before, _), (after, nodes) = grown(old), grown(size)
    proof = [hash_of(each, nodes) for each in growth(old, size)]
    assert proof == growth_as_written(old, [data_of(number) for number in range(size)])
    assert is_grown(old, size, before.root, after.root, proof)
    assert not is_grown(old, size, hash_of_leaf(b"another"), after.root, proof)
    assert not is_grown(old, size, before.root, hash_of_leaf(b"another"), proof)
    assert not is_grown(old, size, before.root, after.root, spoilt(proof, data))


@pytest.mark.parametrize("size", range(1, 40))
def test_every_pair_of_sizes(size: int) -> None:
    after, nodes = grown(size)
    for old in range(1, size + 1):
        before, _ = grown(old)
        assert is_grown(old, size, before.root, after.root, [hash_of(each, nodes) for each in growth(old, size)])


def test_everything_begins_with_nothing_and_nothing_grows_smaller() -> None:
    tree, _ = grown(5)
    assert is_grown(0, 5, EMPTY, tree.root, [])
    assert not is_grown(0, 5, tree.root, tree.root, [])
    assert not is_grown(7, 5, tree.root, tree.root, [tree.root])
    assert not is_grown(3, 5, tree.root, tree.root, [])


@given(sizes, st.integers(0, 40))
def test_a_tree_taken_up_again_grows_as_if_it_had_never_stopped(size: int, more: int) -> None:
    whole, nodes = grown(size + more)
    taken_up = Growing(size, [nodes[node] for node in peaks_of(size)])
    for number in range(size, size + more):
        taken_up.add(hash_of_leaf(data_of(number)))
    assert (taken_up.size, taken_up.root) == (whole.size, whole.root)


def peaks_of(size: int) -> list[Node]:
    start, peaks = 0, []
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(Node(level, start >> level))
            start += 1 << level
    return peaks


def spoilt(hashes: list[bytes], data: st.DataObject) -> list[bytes]:
    """One too many, one too few, or one that is another."""
    if not hashes or data.draw(st.booleans()):
        return [*hashes, data.draw(st.binary(min_size=32, max_size=32))]
    at = data.draw(st.integers(0, len(hashes) - 1))
    replacement = data.draw(st.sampled_from([[], [bytes(32)]]))
    return [*hashes[:at], *replacement, *hashes[at + 1 :]]
