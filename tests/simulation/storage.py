"""The database of the simulated world: SQLite in memory, emptied for each seed; each process has a connection of its own."""

import os
import random
import sqlite3
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy import event

from bot.delivery import statements
from bot.delivery.statements import LEASE
from bot.storage.database import Database
from bot.storage.upgrade import upgrade
from bot.storage.vault import Cell, Vault
from tests.simulation.machine import START, HandTurnedLoop

VAULT = Vault(b"a secret of the tests, 32 bytes.")
FIRST_CHAT = 5_000_000
CASE = 1
MOST_PROCESSES = 3
_DATE = "%Y-%m-%d %H:%M:%f000"

# The rules of PostgreSQL, where several processes share the database, spoken by SQLite: leases end by the server's clock.
_OVER = f"(leased_until < strftime('{_DATE}', server_time(), 'unixepoch') AND owner <> :owner)"
shared = statements._leasing(
    later=f"strftime('{_DATE}', server_time() + {LEASE}, 'unixepoch')",
    gone=_OVER,
    inherited=f"({_OVER} OR (:settled_in AND owner < :owner))",
    lock="",
    share="",
)

_TRACES = """
    CREATE TABLE erased_as (broadcast_id INTEGER, number INTEGER, person INTEGER);
    CREATE TRIGGER trace AFTER UPDATE OF supporter_id ON deliveries WHEN NEW.supporter_id <> OLD.supporter_id
        BEGIN INSERT INTO erased_as VALUES (NEW.broadcast_id, NEW.supporter_id, OLD.supporter_id); END;
"""
"""For the rules, which follow the rows of the erased too: the ledger itself does not tell whose they were."""


@dataclass(frozen=True)
class Seat:
    """Where a process may run: its loop and its connection, used again for the next, as making them anew is slow."""

    loop: HandTurnedLoop
    database: Database

    connections: list[sqlite3.Connection] = field(default_factory=list)
    """The last is the present one: one that was given up in the middle is replaced."""

    @property
    def in_transaction(self) -> bool:
        return bool(self.connections) and self.connections[-1].in_transaction


class Storage:
    """One in each process that plays seeds."""

    def __init__(self) -> None:
        self.server_time = START.timestamp()
        self.dice = random.Random()  # noqa: S311
        """For what the product leaves to chance: seeded with the world."""
        address = f"file:nida-{os.getpid()}-{id(self)}?mode=memory&cache=shared"
        self.plain = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)
        """For the rules; kept open, as the database is gone with its last connection."""
        _template().backup(self.plain)
        self.plain.executescript(_TRACES)
        self.plain.execute("PRAGMA foreign_keys=OFF")
        self.plain.execute("PRAGMA read_uncommitted=ON")  # else a transaction that only reads would keep it out
        self.seats = [self._seat(address) for _ in range(MOST_PROCESSES)]
        self._people: dict[int, tuple[bytes, bytes]] = {}
        self._tables = [row[0] for row in self.plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self._tables = [table for table in self._tables if table not in {"alembic_version", "sqlite_sequence"}]

    def _seat(self, address: str) -> Seat:
        seat = Seat(HandTurnedLoop(), Database(f"sqlite:///{address}&uri=true"))

        def connected(connection: sqlite3.Connection, _: object) -> None:
            connection.create_function("server_time", 0, lambda: self.server_time)
            connection.create_function("random", 0, lambda: self.dice.getrandbits(62))  # SQLite's own has no seed
            seat.connections[:] = [connection]

        event.listen(seat.database.engine.sync_engine, "connect", connected)
        return seat

    def start_anew(self, people: int) -> None:
        """So many people who follow the one case, one more who does not yet, and nothing else."""
        self.plain.execute("BEGIN IMMEDIATE")
        for table in self._tables:
            self.plain.execute(f"DELETE FROM {table}")  # noqa: S608
        hour = START.strftime("%Y-%m-%d %H:00:00.000000")
        self.plain.execute("INSERT INTO installation (id, key_check, epoch, created_at) VALUES (1, x'', 0, ?)", [hour])
        self.plain.execute("INSERT INTO cases (id, slug, status, title, summary) VALUES (1, 'a', 'open', '{}', '{}')")
        for person in range(1, people + 2):
            tag, sealed = self._keys(person)
            self.plain.execute(
                "INSERT INTO supporters"
                " (id, tag, telegram_id, locale, digits, muted_kinds, hijri, silent, consented_at, created_at)"
                " VALUES (?, ?, ?, ?, 'latin', 0, 0, 0, ?, ?)",
                [person, tag, sealed, ("en", "ar", "ur")[person % 3], hour, hour],
            )
            if person <= people:
                self.plain.execute("INSERT INTO followings (supporter_id, case_id, since) VALUES (?, 1, ?)", [person, hour])
        self.plain.execute("COMMIT")

    def close(self) -> None:
        for seat in self.seats:
            for connection in seat.connections:
                connection.close()
            seat.loop.close()
        self.plain.close()

    def _keys(self, person: int) -> tuple[bytes, bytes]:
        if person not in self._people:
            chat = str(FIRST_CHAT + person).encode()
            sealed = VAULT.seal(chat, Cell("supporters", "telegram_id", person))
            self._people[person] = VAULT.tag("supporters.telegram_id", chat), sealed
        return self._people[person]


@cache
def _template() -> sqlite3.Connection:
    """Migrated once in this process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.db"
        upgrade(f"sqlite:///{file}")
        migrated, kept = sqlite3.connect(file), sqlite3.connect(":memory:")
        migrated.backup(kept)
        migrated.close()
    return kept
