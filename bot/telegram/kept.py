"""Updates as they stand in the database: the number as long as a repeat may come, the encrypted body until it was handled."""

import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock, to_the_hour
from bot.storage.database import Database
from bot.storage.outage import lasting
from bot.storage.vault import Cell, Vault
from bot.telegram.handling import Update, person_of
from bot.telegram.models import InboundUpdateRow
from bot.telegram.ownership import Ownership

log = structlog.get_logger()

KEPT_FOR: Final = timedelta(hours=48)
"""Telegram repeats an update for 24 hours; numbers are kept twice as long, to know a repeat."""
CHUNK: Final = 500
_UNFINISHED: Final = InboundUpdateRow.body.is_not(None)
# RETURNING tells the new ones from repeats. PostgreSQL's INSERT … ON CONFLICT is written the same for SQLite.
_INSERT: Final = insert(InboundUpdateRow).on_conflict_do_nothing().returning(InboundUpdateRow.update_id)
_WIPE: Final = (
    update(InboundUpdateRow.__table__)  # type: ignore[arg-type]
    .where(InboundUpdateRow.__table__.c.update_id == bindparam("number"))
    .values(body=None, person=None)
)


class Kept:
    """Each method but `unfinished` is one short transaction."""

    def __init__(self, database: Database, vault: Vault, ownership: Ownership, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._ownership = ownership
        self._clock = clock

    async def write(self, updates: Collection[Update], handled: Sequence[int]) -> list[Update]:
        """Write down what came, and what was handled; return the updates that were not known before."""
        by_number = {update["update_id"]: update for update in updates}
        new: list[int] = []
        async with self._database.write() as session:
            for chunk in _chunks(list(by_number.values()), CHUNK):
                new += (await session.scalars(_INSERT, [self._row(update) for update in chunk])).all()
            if handled:
                await session.execute(_WIPE, [{"number": number} for number in handled])
        return [by_number[number] for number in new]

    async def count_a_try(self, *which: ColumnElement[bool], by: int = 1) -> None:
        """Of the unfinished among these."""
        async with self._database.write() as session:
            counted = update(InboundUpdateRow).where(_UNFINISHED, *which)
            await session.execute(counted.values(attempts=InboundUpdateRow.attempts + by))

    async def unfinished(self, *which: ColumnElement[bool]) -> AsyncIterator[Sequence[InboundUpdateRow]]:
        """In order, a chunk at a time, each read when the one before was dealt with; as long as the database is away, waiting."""
        chosen = select(InboundUpdateRow).where(_UNFINISHED, *which).order_by(InboundUpdateRow.update_id).limit(CHUNK)
        behind: tuple[ColumnElement[bool], ...] = ()
        while True:
            try:
                async with self._database.read() as session:
                    rows = (await session.scalars(chosen.where(*behind))).all()
            except SQLAlchemyError as error:
                if unusable := lasting(error):
                    raise unusable from None
                log.warning("intake.not_read", error=type(error).__name__)
                await self._clock.sleep(1.0)
                continue
            if not rows:
                return
            yield rows
            behind = (InboundUpdateRow.update_id > rows[-1].update_id,)

    def opened(self, row: InboundUpdateRow) -> Update:
        body: Update = json.loads(self._vault.open(row.body or b"", _cell(row.update_id)))
        return body

    def _row(self, update: Update) -> dict[str, Any]:
        number = update["update_id"]
        body = json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        return {
            "update_id": number,
            "body": self._vault.seal(body, _cell(number)),
            "attempts": 0,
            "received_at": to_the_hour(self._clock.now()),
            **self._ownership.marks(person_of(update)),
        }


async def purge_updates(database: Database, clock: Clock) -> None:
    """Forget the numbers of updates too old to be repeated."""
    async with database.write() as session:
        old = InboundUpdateRow.received_at < clock.now() - KEPT_FOR
        await session.execute(delete(InboundUpdateRow).where(old, InboundUpdateRow.body.is_(None)))


def _cell(number: int) -> Cell:
    return Cell("inbound_updates", "body", number)


def _chunks(items: list[Update], size: int) -> Iterator[list[Update]]:
    return (items[start : start + size] for start in range(0, len(items), size))
