"""Files that were uploaded or sent: a file_id is good for ever, a file_path only for asking."""

import base64
import hashlib
from dataclasses import dataclass, field

from bot.standin.refusals import bad_request

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class StoredFile:
    file_id: str
    unique_id: str
    name: str
    mime_type: str
    content: bytes
    size: tuple[int, int] | None = None
    """Of a photo: its width and height. A photo cannot be sent as a document, nor the other way round."""

    @property
    def path(self) -> str:
        return f"{'photos' if self.size else 'documents'}/{self.unique_id}/{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """A part of a multipart request that carries a file."""

    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Files:
    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def keep(self, upload: Upload, size: tuple[int, int] | None = None) -> StoredFile:
        """The same content under the same name is the same file. With a `size` it is kept as a photo."""
        if len(upload.content) > LARGEST_UPLOAD:
            raise bad_request("file is too big")
        digest = hashlib.sha256(upload.name.encode() + b"\0" + upload.content).digest()
        file_id = ("AgACAgI" if size else "BQACAgI") + base64.urlsafe_b64encode(digest[:24]).decode()
        unique = "AgAD" + base64.urlsafe_b64encode(digest[24:]).decode().rstrip("=")
        stored = StoredFile(file_id, unique, upload.name, upload.mime_type, upload.content, size)
        self._by_path[stored.path] = stored
        return self._by_id.setdefault(file_id, stored)

    def known(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)
