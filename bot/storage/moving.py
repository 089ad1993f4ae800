"""Moving a SQLite database to PostgreSQL. It may be interrupted anywhere, and goes on where it was when it is done again.

At no moment can Nida start on both: the source is marked before the first row is copied, so that it stands still meanwhile; the
target is marked until the last one is there and counted. What was owed is owed there: leased rows are taken up as after a crash.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Row,
    Table,
    column,
    func,
    make_url,
    select,
    table,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.expression import TableClause

from bot.errors import Misuse, NidaError
from bot.storage import upgrade
from bot.storage.database import engine_of_command
from bot.storage.models import InstallationRow, Move
from bot.storage.tables import all_tables
from bot.storage.types import TranslatedText

CHUNK: Final = 5_000
INSTALLATION: Final = "installation"
Show = Callable[[int, int], None]
"""Told how many rows are there, and of how many."""
_DOCUMENT: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def move(source: str, target: str, show: Show) -> dict[str, int]:
    """Copy everything to `target` and give it over. Returns how many rows each table has. Raises Misuse when that cannot be
    the place, NidaError when there is nothing to move or it came out wrong."""
    upgrade.ensure_current(source)
    upgrade.upgrade(target)
    name = make_url(target).set(password=None).render_as_string()
    with _engine(source) as here, _engine(target) as there:
        if _begin(here, there, name):
            with there.begin() as connection:
                _copy_installation(here, connection)
            _copy_all(here, there, show)
            _count_up_from_there(there)
            _ensure_complete(here, there)
            _mark(here, Move.LEFT, name)
        _mark(there, None, None)
        return _counts(there)


def give_up(source: str) -> None:
    """Use the source again; what was copied is copied anew when it is moved once more."""
    with _engine(source) as here:
        found = _installation(here)
        if found is None or found.move is not Move.LEAVING:
            raise NidaError("It is not being moved, so there is nothing to give up.")
        _mark(here, None, None)


def _begin(here: Engine, there: Engine, name: str) -> bool:
    """Mark the source. False when all is there already, and only the target's mark was left."""
    ours, theirs = _installation(here), _installation(there)
    if ours is None:
        raise NidaError("The database is empty: there is nothing to move. Point [database] url at the new one.")
    if ours.move is not None and ours.moved_to != name:
        raise Misuse(f"It was moved to {ours.moved_to}, or is on the way there; name that one with --to.")
    if theirs is not None and theirs.key_check != ours.key_check:
        raise Misuse(f"{name} holds another installation; name an empty database.")
    if theirs is not None and theirs.move is not Move.ARRIVING:
        raise Misuse(f"{name} is in use already, so nothing was changed; set [database] url to it.")
    if ours.move is Move.LEFT:
        return False
    if ours.move is None:
        _mark(here, Move.LEAVING, name)
        if theirs is not None:  # from an attempt that was given up: the source has gone on since
            _empty(there)
    return True


def _copy_installation(here: Engine, there: Connection) -> None:
    plain = _plain(InstallationRow.__table__)  # type: ignore[arg-type]
    with here.connect() as connection:
        row = dict(connection.execute(select(plain)).one()._mapping)
    there.execute(insert(plain).on_conflict_do_nothing(), {**row, "move": Move.ARRIVING})


def _copy_all(here: Engine, there: Engine, show: Show) -> None:
    total, done = sum(_counts(here).values()), sum(_counts(there).values())
    show(done, total)
    for each in _tables():
        for count in _copy(each, here, there):
            done += count
            show(min(done, total), total)


def _copy(each: Table, here: Engine, there: Engine) -> Iterator[int]:
    """Where rows are numbered, behind the last one that is there; else from the beginning, passing over what is there."""
    plain = _plain(each)
    key = [plain.c[part.name] for part in each.primary_key]
    rows = select(plain).order_by(*key).execution_options(yield_per=CHUNK)
    if all(part.type.python_type is int for part in each.primary_key):
        with there.connect() as connection:
            last = connection.execute(select(*key).order_by(*(part.desc() for part in key)).limit(1)).one_or_none()
        rows = rows.where(tuple_(*key) > tuple_(*last)) if last is not None else rows
    with here.connect() as reading:
        for chunk in reading.execute(rows).partitions():
            with there.begin() as connection:
                connection.execute(insert(plain).on_conflict_do_nothing(), [dict(row._mapping) for row in chunk])
            yield len(chunk)


def _count_up_from_there(there: Engine) -> None:
    """What is added later gets numbers behind those that were copied."""
    with there.begin() as connection:
        for each in _tables():
            if (number := _numbered(each)) is not None:
                names = {"table": each.name, "column": number.name}
                sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), names)
                last = connection.scalar(select(func.max(number)))
                if sequence and last is not None:
                    connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _ensure_complete(here: Engine, there: Engine) -> None:
    ours, theirs = _counts(here), _counts(there)
    if wrong := [name for name in ours if ours[name] != theirs[name]]:
        raise NidaError(
            f"Not all is there as it was ({', '.join(wrong)}), so nothing was given over. "
            "`nida db move --give-up`, then begin with an empty database."
        )


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {each.name: connection.scalar(select(func.count()).select_from(each)) or 0 for each in _tables()}


def _tables() -> Sequence[Table]:
    """Parents first; the installation by itself."""
    return [each for each in all_tables().sorted_tables if each.name != INSTALLATION]


def _numbered(each: Table) -> Column[Any] | None:
    key = list(each.primary_key)
    return key[0] if len(key) == 1 and key[0].type.python_type is int else None


def _plain(each: Table) -> TableClause:
    """Documents as they are kept, and none is none on both sides."""
    documents = (JSON, TranslatedText)
    return table(each.name, *(column(c.name, _DOCUMENT if isinstance(c.type, documents) else c.type) for c in each.columns))


def _installation(engine: Engine) -> Row[bytes, Move | None, str | None] | None:
    with engine.connect() as connection:
        chosen = select(InstallationRow.key_check, InstallationRow.move, InstallationRow.moved_to)
        return connection.execute(chosen).one_or_none()


def _mark(engine: Engine, standing: Move | None, moved_to: str | None) -> None:
    with engine.begin() as connection:
        connection.execute(update(InstallationRow).values(move=standing, moved_to=moved_to))


def _empty(there: Engine) -> None:
    names = ", ".join(each.name for each in all_tables().sorted_tables)
    with there.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = engine_of_command(url)
    try:
        yield engine
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise NidaError(f"It stopped in the middle: {cause}. Do it again: it goes on where it was.") from None
    finally:
        engine.dispose()
