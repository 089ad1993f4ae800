"""What an entry of a petition's log is made of, so that anybody can make its hash anew.

Needs nothing of the bot: `nida petitions verify` works with it where there is neither a configuration nor a database.
"""

from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

SALT_BYTES: Final = 32


class EntryKind(StrEnum):
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"  # or erased: the log does not say which
    SET_ASIDE = "set_aside"
    RELEASED = "released"  # set aside before, and counted now


_FIRST_BYTE: Final = {kind: bytes([number]) for number, kind in enumerate(EntryKind)}


def commitment(salt: bytes, slug: str, tag: bytes, hour: datetime) -> bytes:
    """What stands in the log for a signature. Without the salt it can be matched with nobody; salt, tag and hour are each of
    one length, so that no two signatures read alike."""
    return commitment_at(salt, slug, tag, hour_text(hour))


def commitment_at(salt: bytes, slug: str, tag: bytes, hour: str) -> bytes:
    """The same, with the hour as it is written."""
    return sha256(salt + slug.encode() + tag + hour.encode()).digest()


def hour_text(hour: datetime) -> str:
    return f"{hour.astimezone(UTC):%Y-%m-%dT%HZ}"


def leaf_data(kind: EntryKind, commitment: bytes | None, about: int | None) -> bytes:
    """A signature's commitment; of any other entry, the number of the one it is about."""
    if kind is EntryKind.SIGNED:
        if commitment is None:
            raise ValueError("a signature needs its commitment")
        return _FIRST_BYTE[kind] + commitment
    if about is None:
        raise ValueError(f"a {kind} entry needs the one it is about")
    return _FIRST_BYTE[kind] + about.to_bytes(8, "big")
