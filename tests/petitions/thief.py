"""Somebody who has the database and not the key, and tries what one would try.

They know everything else: how the program works, whom they suspect, what these people are called and would have written.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, literal_column, select
from sqlalchemy import table as sql_table
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database, sqlite_path

TOTALS = {"source_steps"}
"""How many came by a link: nobody is in them, and links stand there by their names."""
PEOPLE = {"supporters", "actions_done", "actions_later", "followings", "attendances", "petition_news", "deliveries"}
"""Where rows belong to a supporter, or are one."""
ORDERED_BY_SUPPORTER = PEOPLE - {"supporters", "deliveries"}
"""A supporter's rowid is their random id, and a delivery has its place in a sending."""
CONTENT = {"petitions", "cases", "case_updates", "events", "campaigns", "actions", "alembic_version"}
"""What everybody may read anyway."""


@dataclass(frozen=True)
class Suspect:
    """Whom the thief looks for, and what they would say."""

    telegram_id: int
    said: tuple[str, ...] = ()
    source: str | None = None
    country: str | None = None


@dataclass
class Loot:
    """Every row of every table, and the bytes of the files where there are any."""

    rows: dict[str, list[dict[str, Any]]]
    files: bytes = b""
    tried: int = field(default=0, init=False)

    def cells(self, *, leave_out: Iterable[str] = ()) -> Iterator[tuple[str, Any]]:
        """With the name of table and column."""
        for table, rows in self.rows.items():
            if table not in leave_out:
                yield from ((f"{table}.{column}", value) for row in rows for column, value in row.items())


async def steal(database: Database) -> Loot:
    """While it is in use: what was written last is in the file beside it."""
    async with database.read() as session:
        connection = await session.connection()
        found = MetaData()
        await connection.run_sync(found.reflect)
        rows = {
            table.name: [dict(row) for row in (await session.execute(select(table))).mappings().all()]
            for table in found.sorted_tables
        }
    return Loot(rows, _files(sqlite_path(database.url)) if database.is_sqlite else b"")


def _files(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")) if file.suffix != ".lock")


def found_in_clear(loot: Loot, suspect: Suspect) -> list[str]:
    """Where something of this person can simply be read."""
    written = [str(suspect.telegram_id), *suspect.said]
    number = suspect.telegram_id
    binary = [number.to_bytes(size, order) for size in (6, 8) for order in ("big", "little")]
    looked_for = [*(text.encode() for text in written), *binary]
    found = [where for where, value in loot.cells() if any(known in _bytes(value) for known in looked_for) or value == number]
    found += ["the file" for known in looked_for if known in loot.files]
    people = list(loot.cells(leave_out=TOTALS | CONTENT))
    found += [where for where, value in people if value == suspect.country is not None and not where.startswith("supporters.")]
    return found + [where for where, value in people if value == suspect.source is not None]


def found_by_hashing(loot: Loot, suspects: Iterable[Suspect]) -> list[str]:
    """Where a hash of a known id stands, under whatever is in the database as a key or a salt."""
    kept = {_bytes(value): where for where, value in loot.cells() if len(_bytes(value)) >= 8}
    starts = {value[:8] for value in kept}
    found = []
    for suspect in suspects:
        for guess in _guesses(loot, suspect.telegram_id):
            loot.tried += 1
            if guess[:8] in starts:
                found += [where for value, where in kept.items() if value[: len(guess)] == guess[: len(value)]]
    return found


def found_joined(loot: Loot) -> list[str]:
    """What stands both in a signature and in another petition's, or with a supporter, or anywhere else."""
    owners: dict[str, set[bytes]] = {}
    for row in loot.rows["signatures"]:
        owners.setdefault(f"petition {row['petition_id']}", set()).update(_long(row.values()))
    for table, rows in loot.rows.items():
        if table != "signatures":
            owners[table] = {value for row in rows for value in _long(row.values())}
    shared = combinations(owners.items(), 2)
    found = [f"{one} and {other}" for (one, mine), (other, theirs) in shared if _shared(one, mine, theirs)]
    return found + _by_link(loot)


def found_in_time(loot: Loot) -> list[str]:
    """Where a signature leads to something finer than its hour."""
    fine = {row["id"] for row in loot.rows["bursts"] if row["began_at"].minute or row["ended_at"].minute}
    signed = loot.rows["signatures"]
    return [f"signature {row['entry']} and burst {row['burst_id']}" for row in signed if row["burst_id"] in fine]


async def found_in_order(database: Database) -> list[str]:
    """Tables about supporters whose rows lie in the order in which they came: the log says in which order people signed."""
    found = []
    async with database.read() as session:
        for table in sorted(ORDERED_BY_SUPPORTER):
            try:
                await session.execute(select(literal_column("rowid")).select_from(sql_table(table)))
            except OperationalError:
                continue
            found.append(table)
    return found


def _by_link(loot: Loot) -> list[str]:
    """Whose link stands with them as it does with the totals: what one person did by it is what they did."""
    links = {row["source"] for row in loot.rows.get("source_steps", ()) if row["source"]}
    people = (table for table in loot.rows if table in PEOPLE)
    return [f"{table} and source_steps" for table in people if any(links & _texts(row) for row in loot.rows[table])]


def _texts(row: Mapping[str, Any]) -> set[Any]:
    return {value for value in row.values() if isinstance(value, str)}


def lengths_of_answers(loot: Loot) -> set[int]:
    return {len(row["answers"]) for row in loot.rows["signatures"] if row["answers"] is not None}


def _shared(one: str, mine: set[bytes], theirs: set[bytes]) -> bool:
    return one.startswith("petition ") and bool(mine & theirs)


def _long(values: Iterable[Any]) -> Iterator[bytes]:
    """What is long enough to stand for somebody; a moment to the hour, or a number of a petition, is not."""
    return (_bytes(value) for value in values if isinstance(value, bytes | str) and len(_bytes(value)) >= 12)


def _guesses(loot: Loot, telegram_id: int) -> Iterator[bytes]:
    forms = [str(telegram_id).encode(), telegram_id.to_bytes(8, "big"), telegram_id.to_bytes(8, "little")]
    known = {b"", b"nida", *(_bytes(value) for row in loot.rows["petitions"] for value in (row["id"], row["slug"]))}
    salts = {_bytes(row[column]) for row in loot.rows["signatures"] for column in ("salt", "tag")}
    hours = {_bytes(row["signed_at"]) for row in loot.rows["signatures"]}
    for form in forms:
        for name in ("sha256", "sha1", "md5", "sha512", "blake2b"):
            for key in known | salts:
                yield hashlib.new(name, key + form).digest()
                yield hashlib.new(name, form + key).digest()
                yield hmac.digest(key, form, name if name != "blake2b" else "sha3_256")
        for salt in salts:
            yield from (hashlib.sha256(salt + key + form + hour).digest() for key in known for hour in hours)


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode()


def everything_found(loot: Loot, suspects: list[Suspect]) -> Mapping[str, list[str]]:
    return {
        "in clear": [where for suspect in suspects for where in found_in_clear(loot, suspect)],
        "by hashing": found_by_hashing(loot, suspects),
        "joined": found_joined(loot),
    }
