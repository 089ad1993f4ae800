"""Telling a database that is away for now from one that will not do until somebody mends it."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import NidaError

_OTHER_SHAPE = ("no such table", "no such column", "has no column named")
"""What SQLite says; PostgreSQL has codes."""
_OTHER_SHAPE_CODES = frozenset({"42P01", "42703"})
_LEFT_WAITING = "25P03"
"""A transaction that the server ended, as nothing was asked in it for long."""
_DAMAGED = ("malformed", "not a database")


class Unusable(NidaError):
    """Waiting does not help."""


def is_passing(error: BaseException) -> bool:
    """Whether the database is away for now, so that the same is worth another try."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _LEFT_WAITING:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout) and lasting(error) is None


def lasting(error: BaseException) -> Unusable | None:
    """What to say when trying again never helps, whatever was asked."""
    if not isinstance(error, DBAPIError):
        return None
    said, code = str(error.orig), getattr(error.orig, "sqlstate", None)
    if code in _OTHER_SHAPE_CODES or any(words in said for words in _OTHER_SHAPE):
        return Unusable(
            "The database has not the shape this version expects; `nida db check` says more. Stop, and run `nida db upgrade`."
        )
    if any(words in said for words in _DAMAGED):
        return Unusable("The database file is damaged; stop, and restore a copy with `nida db restore`.")
    return None
