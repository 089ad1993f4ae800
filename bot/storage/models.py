"""The installation itself: which key it belongs to, and how often it was started."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base
from bot.storage.types import Moment, Word


class Move(StrEnum):
    LEAVING = "leaving"  # being copied to `moved_to`
    LEFT = "left"  # all of it is there
    ARRIVING = "arriving"  # being filled from elsewhere


class InstallationRow(Base):
    """One row, with id 1."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    key_check: Mapped[bytes] = mapped_column(LargeBinary)
    """A known word sealed with the key: it opens only with the key this database belongs to."""
    epoch: Mapped[int] = mapped_column(default=0)
    """Counts the starts of a sender: what an earlier start had claimed, a later one may take over."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    move: Mapped[Move | None] = mapped_column(Word(Move), default=None)
    """Set while the database is not to be used: it is being moved, or it was."""
    moved_to: Mapped[str | None] = mapped_column(String(300), default=None)
    """Where it is moved to, without the password."""
