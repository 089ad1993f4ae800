"""The record of what staff did with what is kept about people: added to, and never changed or shortened.

Each entry's hash covers the one before it, so whoever changes or takes out an entry has to make all later ones anew. Who noted
the hash of an entry elsewhere sees that; what nobody noted can be cut off the end, and only the database's own guard hinders it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.staff.models import AuditRow
from bot.storage.database import Database

Detail = str | int | bool | None

_BEFORE_THE_FIRST: Final = bytes(32)
_ONE_AT_A_TIME: Final = text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")
_AT_ONCE: Final = 1000
"""Rows read at a time when all are."""


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    at: datetime
    who: str
    what: str
    object: str
    details: dict[str, Detail]
    hash: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look through the whole record found. `last` is the hash to note elsewhere; it is empty while nothing is recorded.
    `fault` is the number of the first entry that does not fit; `noted` says whether a hash noted earlier is still in it."""

    entries: int
    last: str
    fault: int | None = None
    noted: bool | None = None


async def record(session: AsyncSession, now: datetime, who: str, what: str, about: str, **details: Detail) -> None:
    """Add an entry in the caller's transaction: done and recorded, or neither. Others who record wait until it ends."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
        await session.execute(_ONE_AT_A_TIME)
    last = (await session.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(1))).scalar_one_or_none()
    number, before = (last.id + 1, last.hash) if last else (1, _BEFORE_THE_FIRST)
    row = AuditRow(id=number, at=now, who=who[:60], what=what, object=about, details=details, hash=b"")
    row.hash = _hash(before, row)
    session.add(row)
    await session.flush()


class Audit:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, who: str, what: str, about: str, **details: Detail) -> None:
        """For what is only read: recorded before it is handed out."""
        async with self._database.write() as session:
            await record(session, self._clock.now(), who, what, about, **details)

    async def list(self, limit: int = 50) -> Sequence[Entry]:
        """The newest first."""
        async with self._database.read() as session:
            newest = (await session.execute(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))).scalars()
            return [_entry(row) for row in newest]

    async def check(self, noted: str | None = None) -> Checked:
        """Follow the hashes from the first entry to the last."""
        number, before, found = 0, _BEFORE_THE_FIRST, False
        while rows := await self._after(number):
            for row in rows:
                if row.id != number + 1 or row.hash != _hash(before, row):
                    return Checked(number, before.hex() if number else "", number + 1, _answer(noted, found=found))
                number, before = row.id, row.hash
                found = found or before.hex() == noted
        return Checked(number, before.hex() if number else "", None, _answer(noted, found=found))

    async def _after(self, number: int) -> Sequence[AuditRow]:
        following = select(AuditRow).where(AuditRow.id > number).order_by(AuditRow.id).limit(_AT_ONCE)
        async with self._database.read() as session:
            return (await session.execute(following)).scalars().all()


def _answer(noted: str | None, *, found: bool) -> bool | None:
    return None if noted is None else found


def _hash(before: bytes, row: AuditRow) -> bytes:
    said = [row.id, row.at.astimezone(UTC).isoformat(), row.who, row.what, row.object, row.details]
    return hashlib.sha256(before + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).digest()


def _entry(row: AuditRow) -> Entry:
    return Entry(row.id, row.at, row.who, row.what, row.object, row.details, row.hash.hex())
