"""The vault: what is kept about people is encrypted, and found again only by who holds the key.

AES-256-GCM with a fresh 96-bit nonce; the place of a value (table, column, row) is authenticated with it, so that a cell
copied to another place does not open. Look-ups go through a blind index, an HMAC-SHA256 under a key derived (HKDF) for that
one purpose: a plain hash would be worthless, as all of Telegram's ids fall in hours.

What the installation publishes it signs (Ed25519), with a key derived for that purpose: anybody can check it, nobody can make it.
"""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Misuse, NidaError

_HEADER = "nida-key-v1"
_NONCE = 12
_KEY_ID = 4
TAG_SIZE = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value is kept; it opens nowhere else."""

    table: str
    column: str
    row: int | str | bytes

    def as_bytes(self) -> bytes:
        row = self.row.hex() if isinstance(self.row, bytes) else str(self.row)
        return f"{self.table}|{self.column}|{row}".encode()


class Vault:
    """Encrypts cells and makes blind indexes with the key it was given."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(_derive(secret, b"cells"))
        self._index_secret = _derive(secret, b"blind indexes")
        self._index_keys: dict[str, bytes] = {}
        self._signing_secret = _derive(secret, b"signing")
        self.key_id = hashlib.sha256(_derive(secret, b"key id")).digest()[:_KEY_ID]

    def seal(self, value: bytes, cell: Cell) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return self.key_id + nonce + self._cipher.encrypt(nonce, value, cell.as_bytes())

    def open(self, sealed: bytes, cell: Cell) -> bytes:
        """Raises NidaError when the value was sealed with another key, for another place, or was changed."""
        nonce = sealed[_KEY_ID : _KEY_ID + _NONCE]
        try:
            return self._cipher.decrypt(nonce, sealed[_KEY_ID + _NONCE :], cell.as_bytes())
        except (InvalidTag, ValueError):  # the latter for one too short to hold a nonce
            raise NidaError(
                f"A value in {cell.table}.{cell.column} does not open with this key: it belongs to another key or was changed."
            ) from None

    def tag(self, purpose: str, value: bytes) -> bytes:
        """The blind index of a value: equal values give equal tags within one purpose, and nothing across purposes."""
        key = self._index_keys.get(purpose)
        if key is None:
            key = self._index_keys[purpose] = _derive(self._index_secret, purpose.encode())
        return hmac.digest(key, value, "sha256")[:TAG_SIZE]

    def sign(self, purpose: str, statement: bytes) -> bytes:
        return self._signing_key(purpose).sign(statement)

    def public_key(self, purpose: str) -> bytes:
        """What anybody needs to check what was signed for this purpose."""
        return self._signing_key(purpose).public_key().public_bytes_raw()

    def _signing_key(self, purpose: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(_derive(self._signing_secret, purpose.encode()))


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nida " + purpose).derive(secret)


def write_new_key(path: Path) -> None:
    """Make a key file that only its owner can read. Raises Misuse when there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misuse(f"{path} exists already; a key that is replaced makes what it encrypted unreadable.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{_HEADER} {base64.b64encode(secrets.token_bytes(32)).decode()}\n")
        file.flush()
        os.fsync(file.fileno())


def open_vault(path: Path) -> Vault:
    """Read the key file. Raises Misuse when it is missing or is not a key file."""
    try:
        header, _, encoded = path.read_text(encoding="ascii").strip().partition(" ")
        secret = base64.b64decode(encoded, validate=True)
    except FileNotFoundError:
        raise Misuse(
            f"The key file {path} does not exist; put the copy you keep there, or for a new installation run `nida keys new`."
        ) from None
    except OSError as error:
        raise Misuse(f"The key file {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise Misuse(f"{path} is not a key file; restore it from the copy you keep apart.") from None
    if header != _HEADER or len(secret) != 32:
        raise Misuse(f"{path} is not a key file; restore it from the copy you keep apart.")
    return Vault(secret)
