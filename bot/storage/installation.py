"""Which key a database belongs to, and how often a sender was started on it."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, to_the_hour
from bot.errors import Misuse, NidaError
from bot.storage.database import Database
from bot.storage.models import InstallationRow, Move
from bot.storage.vault import Cell, Vault

ONLY = 1
_WORD = b"nida"
_KEY_CHECK = Cell("installation", "key_check", ONLY)


async def ensure_key_matches(database: Database, vault: Vault, clock: Clock) -> None:
    """Bind a new database to the key; raise Misuse when an existing one belongs to another."""
    async with database.write() as session:
        # PostgreSQL's INSERT … ON CONFLICT is written the same for SQLite; two first starts at once agree on one row.
        row = {"id": ONLY, "key_check": vault.seal(_WORD, _KEY_CHECK), "epoch": 0, "created_at": to_the_hour(clock.now())}
        await session.execute(insert(InstallationRow).values(row).on_conflict_do_nothing())
        kept = select(InstallationRow.key_check, InstallationRow.move, InstallationRow.moved_to).where(InstallationRow.id == ONLY)
        sealed, move, moved_to = (await session.execute(kept)).one()
    _ensure_in_use(move, moved_to)
    _ensure_opens(vault, sealed)


def _ensure_in_use(move: Move | None, moved_to: str | None) -> None:
    """Raises Misuse for a database that was moved, or is being moved: nobody is to be written to from two."""
    match move:
        case Move.LEFT:
            raise Misuse(f"This database was moved to {moved_to}; set [database] url to that one.")
        case Move.LEAVING:
            raise Misuse(
                f"This database is being moved to {moved_to}: do `nida db move` again to finish it, or `nida db move --give-up`."
            )
        case Move.ARRIVING:
            raise Misuse("This database is being filled from another one: do `nida db move` again to finish it.")


def _ensure_opens(vault: Vault, sealed: bytes) -> None:
    try:
        vault.open(sealed, _KEY_CHECK)
    except NidaError:
        raise Misuse(
            "The key file belongs to another database: what is kept here was encrypted with a different key. "
            "Put the key of this database at [security] key_file, or point [database] url at the other one."
        ) from None


async def next_epoch(session: AsyncSession) -> int:
    """Count one more start of a sender and return its number; what an earlier number claimed is this one's to take over."""
    counted = update(InstallationRow).where(InstallationRow.id == ONLY).values(epoch=InstallationRow.epoch + 1)
    return (await session.execute(counted.returning(InstallationRow.epoch))).scalar_one()
