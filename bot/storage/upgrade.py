"""Bringing the database to the shape the code expects, and saying whether it has it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import Misuse, NidaError
from bot.storage import postgresql
from bot.storage.database import engine_of_command
from bot.storage.sqlite import DAMAGED, is_damaged

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_KEY = 0x6E696461  # "nida": one upgrade at a time on one PostgreSQL database


def head() -> str:
    """The revision this code expects."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if revision is None:
        raise NidaError("There are no migrations; the installation is incomplete.")
    return revision


def upgrade(url: str, revision: str = "head") -> None:
    """Apply what is pending. On SQLite foreign keys are off meanwhile: rebuilding a parent table would delete its children."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    _run(url, lambda config: command.downgrade(config, revision))


def current(url: str) -> str | None:
    """The revision of the database; None for an empty one. Raises Misuse when it cannot be reached."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def ensure_current(url: str) -> None:
    """Raises Misuse when migrations are pending, or the database is newer than the code."""
    found = current(url)
    if found == head():
        return
    if found is not None and found not in {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}:
        raise Misuse(f"The database was made by a newer Nida (revision {found}); install that version or restore a backup.")
    raise Misuse("The database is not up to date; run `nida db upgrade`.")


def differences(url: str, metadata: MetaData) -> list[str]:
    """What the tables of the database and those of the code disagree on; empty when they are alike."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - slow to import, only for this check

    with _connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(difference) for difference in compare_metadata(context, metadata)]


def _run(url: str, work: Callable[[Config], None]) -> None:
    with _connected(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.execute(text("PRAGMA foreign_keys=OFF"))
        else:
            _wait_for_its_turn(connection)
        connection.commit()
        work(config)
        if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()):
            raise NidaError(f"The upgrade left {len(broken)} rows without their parents; restore the backup.")


def _wait_for_its_turn(connection: Connection) -> None:
    """For as long as somebody is behind the other upgrade: one that was cut off would keep its lock."""
    while not connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK_KEY})")):
        connection.exec_driver_sql(*postgresql.ending())
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
        connection.commit()  # within a transaction the server goes on showing whom it showed first


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = engine_of_command(url)
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        if is_damaged(error):
            raise Misuse(DAMAGED) from None
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Misuse(f"The database cannot be used: {cause}. Check [database] url.") from None
    finally:
        engine.dispose()
