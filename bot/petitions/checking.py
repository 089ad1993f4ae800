"""Checking what a petition published, by anybody, offline: the log against its signed heads, a receipt against its head.

Nothing of the bot is needed, and nothing it says is believed: every hash and every number is made anew from the entries.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.errors import NidaError
from bot.petitions.entries import EntryKind, commitment_at, leaf_data
from bot.petitions.merkle import Growing, hash_of_leaf, is_included
from bot.petitions.published import Head, Receipt, Unreadable

_STANDING: Final = {EntryKind.WITHDRAWN: (1, 2), EntryKind.SET_ASIDE: (1,), EntryKind.RELEASED: (2,)}
"""What an entry must stand as for this to happen to it."""
_NO_SIGNATURE, _COUNTED, _SET_ASIDE, _WITHDRAWN = 0, 1, 2, 3
_BECOMES: Final = {EntryKind.WITHDRAWN: _WITHDRAWN, EntryKind.SET_ASIDE: _SET_ASIDE, EntryKind.RELEASED: _COUNTED}

_KINDS: Final = {kind.encode(): kind for kind in _BECOMES}
_ENTRY: Final = re.compile(
    rb'\{"entry":([0-9]{1,18}),(?:"kind":"signed","commitment":"([0-9a-f]{64})"'
    rb'|"kind":"(%b)","about":([0-9]{1,18})),"leaf":"([0-9a-f]{64})"\}\n?' % b"|".join(_KINDS)
)


class DoesNotFit(NidaError):
    """What was published contradicts itself. The sentence names the first place where it does."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the log says once every entry was gone through. `counted` is what is left of the signatures."""

    head: Head
    heads: int
    signed: int
    withdrawn: int
    set_aside: int
    counted: int


class _Entry(NamedTuple):
    number: int
    kind: EntryKind
    commitment: bytes | None
    about: int | None
    leaf: bytes


class _Count:
    """How each signature stands, entry after entry."""

    def __init__(self) -> None:
        self.standing = bytearray()

    def add(self, kind: EntryKind, about: int | None) -> str | None:
        """What is wrong with this entry, if anything."""
        if kind is EntryKind.SIGNED:
            self.standing.append(_COUNTED)
            return None
        self.standing.append(_NO_SIGNATURE)
        if about is None or not 0 <= about < len(self.standing) - 1 or self.standing[about] == _NO_SIGNATURE:
            return f"is about entry {about}, which is no signature before it"
        if self.standing[about] not in _STANDING[kind]:
            return f"says {kind.replace('_', ' ')} of entry {about}, which could not be at that point"
        self.standing[about] = _BECOMES[kind]
        return None

    def of(self, *standings: int) -> int:
        return sum(self.standing.count(each) for each in standings)


def check_log(lines: Iterable[bytes], others: Sequence[Head] = (), key: bytes | None = None) -> Checked:
    """The first line is the head, each other one an entry; `others` are heads kept from before, and must fit too. `key` is
    whose signature is trusted: without it, that of the log's own head.

    Raises Unreadable or DoesNotFit, naming the first line that is not right.
    """
    rest = iter(lines)
    head = _head_in(next(rest, b""))
    key = key or head.key
    for each in (head, *others):
        check_head(each, head.petition, key)
    if beyond := [each.size for each in others if each.size > head.size]:
        raise DoesNotFit(
            f"A head over {max(beyond)} entries was published, and this log has {head.size}: it is older, or was cut."
        )
    tree, count, seen = Growing(), _Count(), 0
    for each in sorted({head, *others}, key=lambda each: each.size):
        while tree.size < each.size:
            _add(tree, count, next(rest, b""))
        _compare(each, tree, count, seen)
        seen = each.size
    if next(rest, b""):
        raise DoesNotFit(f"Line {head.size + 2} is one too many: the head is over {head.size} entries.")
    withdrawn, signed = count.of(_WITHDRAWN), count.of(_COUNTED, _SET_ASIDE, _WITHDRAWN)
    return Checked(head, len({head, *others}), signed, withdrawn, count.of(_SET_ASIDE), count.of(_COUNTED))


def check_head(head: Head, petition: str, key: bytes) -> None:
    """Raises DoesNotFit unless this key signed it, for this petition."""
    if head.petition != petition:
        raise DoesNotFit(f"The head over {head.size} entries is of another petition, {head.petition}, not of {petition}.")
    if head.key != key:
        raise DoesNotFit(f"The head over {head.size} entries is signed with another key: {head.key.hex()}.")
    if not head.is_signed:
        raise DoesNotFit(f"The signature of the head over {head.size} entries is not right: somebody changed what it says.")


def check_receipt(receipt: Receipt, key: bytes | None = None) -> None:
    """Raises DoesNotFit unless the signature it tells of is in the log its head is over."""
    head = receipt.head
    check_head(head, head.petition, key or head.key)
    leaf = hash_of_leaf(leaf_data(EntryKind.SIGNED, _commitment_of(receipt), None))
    if not is_included(leaf, receipt.entry, head.size, receipt.path, head.root):
        raise DoesNotFit(f"The receipt does not lead to the root of its head: entry {receipt.entry} is not what it says.")


def check_receipt_in_log(receipt: Receipt, line: bytes) -> None:
    """Raises DoesNotFit unless this line of a log, which was checked, is the receipt's entry."""
    if _read(line, receipt.entry + 2).commitment != _commitment_of(receipt):
        raise DoesNotFit(f"Line {receipt.entry + 2} of the log is not the signature the receipt tells of.")


def _commitment_of(receipt: Receipt) -> bytes:
    return commitment_at(receipt.salt, receipt.head.petition, receipt.tag, receipt.hour)


def _add(tree: Growing, count: _Count, line: bytes) -> None:
    number = tree.size
    if not line:
        raise DoesNotFit(f"Line {number + 2} is missing: there should be entry {number}.")
    entry = _read(line, number + 2)
    if entry.number != number:
        raise DoesNotFit(f"Line {number + 2} is entry {entry.number}, where there should be entry {number}.")
    leaf = hash_of_leaf(leaf_data(entry.kind, entry.commitment, entry.about))
    if leaf != entry.leaf:
        raise DoesNotFit(f"Line {number + 2} (entry {number}) was changed: its leaf is not the hash of what it says.")
    if wrong := count.add(entry.kind, entry.about):
        raise DoesNotFit(f"Line {number + 2} (entry {number}) {wrong}.")
    tree.add(leaf)


def _read(line: bytes, at: int) -> _Entry:
    """Exactly as such lines are written: of a million, each is read with one look."""
    found = _ENTRY.fullmatch(line)
    if found is None:
        raise Unreadable(f"Line {at} is not an entry of a log.")
    number, commitment, kind, about, leaf = found.groups()
    if commitment is not None:
        return _Entry(int(number), EntryKind.SIGNED, unhexlify(commitment), None, unhexlify(leaf))
    return _Entry(int(number), _KINDS[kind], None, int(about), unhexlify(leaf))


def _compare(head: Head, tree: Growing, count: _Count, seen: int) -> None:
    if tree.root != head.root:
        raise DoesNotFit(
            f"The head over {head.size} entries ({head.at}) does not fit: one of the entries {seen} to {head.size - 1} is not "
            "what it was when that was signed."
        )
    if (counted := count.of(_COUNTED)) != head.counted:
        raise DoesNotFit(
            f"The head over {head.size} entries ({head.at}) says {head.counted} are counted; its entries make {counted}."
        )


def _head_in(line: bytes) -> Head:
    try:
        return Head.from_json(json.loads(line))
    except ValueError:
        raise Unreadable("Line 1 is not the head of a log.") from None
