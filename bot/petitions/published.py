"""What is published of a petition's log, as it is written: the signed head, the entries line by line, a signer's receipt.

Needs nothing of the bot, like `entries`: whoever checks it offline reads it with this.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import NidaError
from bot.petitions.entries import EntryKind

SIGNED_AS: Final = "petition heads"
"""What the installation's key for heads is derived for."""
RECEIPT_VERSION: Final = 1


class Unreadable(NidaError):
    """It is not what it should be. The sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an installation says of the first `size` entries, and cannot take back. `at` is the hour, as in 2026-11-03T10Z:
    nothing finer is published, as it would tell when somebody signed."""

    petition: str
    size: int
    counted: int
    at: str
    root: bytes
    key: bytes
    signature: bytes

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return statement(self.petition, self.size, self.counted, self.at, self.root)

    @property
    def is_signed(self) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.signature, self.statement)
        except (InvalidSignature, ValueError):  # the latter for what can be no key
            return False
        return True

    def to_json(self) -> dict[str, Any]:
        return {
            "petition": self.petition,
            "size": self.size,
            "counted": self.counted,
            "at": self.at,
            "root": self.root.hex(),
            "key": self.key.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_json(cls, written: object) -> Self:
        """Raises Unreadable."""
        fields = _Fields(written, "head")
        return cls(
            fields.text("petition"),
            fields.number("size"),
            fields.number("counted"),
            fields.text("at"),
            fields.octets("root"),
            fields.octets("key"),
            fields.octets("signature", 64),
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """That somebody's signature is entry `entry` of the log, for whoever holds it: it is evidence of having signed."""

    salt: bytes
    tag: bytes
    hour: str
    entry: int
    path: tuple[bytes, ...]
    head: Head

    def to_json(self) -> dict[str, Any]:
        return {
            "receipt": RECEIPT_VERSION,
            "entry": self.entry,
            "hour": self.hour,
            "salt": self.salt.hex(),
            "tag": self.tag.hex(),
            "path": [each.hex() for each in self.path],
            "head": self.head.to_json(),
        }

    @classmethod
    def from_json(cls, written: object) -> Self:
        """Raises Unreadable."""
        fields = _Fields(written, "receipt")
        path = fields.values.get("path")
        if not isinstance(path, list):
            raise fields.wrong("path")
        steps = _Fields(dict(enumerate(path)), "receipt's path")
        return cls(
            fields.octets("salt"),
            fields.octets("tag", 16),
            fields.text("hour"),
            fields.number("entry"),
            tuple(steps.octets(number) for number in range(len(path))),
            Head.from_json(fields.values.get("head")),
        )


def statement(petition: str, size: int, counted: int, at: str, root: bytes) -> bytes:
    return f"nida petition head 1\n{petition}\n{size}\n{counted}\n{at}\n{root.hex()}\n".encode()


def entry_line(number: int, kind: EntryKind, commitment: bytes | None, about: int | None, leaf: bytes) -> str:
    """One line of a log. Numbers and hashes need no encoder, and there may be a million of them."""
    said = f'"about":{about}' if commitment is None else f'"commitment":"{commitment.hex()}"'
    return f'{{"entry":{number},"kind":"{kind}",{said},"leaf":"{leaf.hex()}"}}\n'


def head_line(head: Head) -> str:
    return json.dumps(head.to_json(), separators=(",", ":")) + "\n"


class _Fields:
    """Reads a JSON object field by field."""

    def __init__(self, written: object, what: str) -> None:
        if not isinstance(written, Mapping):
            raise Unreadable(f"This is not a {what}.")
        self.values: Mapping[Any, object] = written
        self._what = what

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or "\n" in value:
            raise self.wrong(name)
        return value

    def number(self, name: str) -> int:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(name)
        return value

    def octets(self, name: str | int, length: int = 32) -> bytes:
        value = self.values.get(name)
        try:
            octets = bytes.fromhex(value) if isinstance(value, str) else b""
        except ValueError:
            raise self.wrong(name) from None
        if len(octets) != length:
            raise self.wrong(name)
        return octets

    def wrong(self, name: str | int) -> Unreadable:
        return Unreadable(f"The {self._what} has no {name} that can be one.")
