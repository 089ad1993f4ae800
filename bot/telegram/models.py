"""What came in and what a conversation is in the middle of; both encrypted, both short-lived."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base
from bot.storage.types import BigId, Moment

KNOWN = text("person IS NOT NULL")


class InboundUpdateRow(Base):
    """An update Telegram was told we have. The body is wiped once it was handled; the number stays to know a repeat."""

    __tablename__ = "inbound_updates"
    __table_args__ = (Index("ix_inbound_updates_person", "person", sqlite_where=KNOWN, postgresql_where=KNOWN),)

    update_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    receiver: Mapped[int | None] = mapped_column(default=None)
    """On PostgreSQL: which bot took it in, or took it over."""
    person: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """On PostgreSQL: a blind index, so that two bots keep one person's updates in order. Wiped with the body."""


class ReceiverRow(Base):
    """A bot that takes in updates, while it lives."""

    __tablename__ = "receivers"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    beat_at: Mapped[datetime] = mapped_column(Moment)


class ConversationRow(Base):
    """The step a person is at, and what they answered so far."""

    __tablename__ = "conversations"

    tag: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    state: Mapped[str | None] = mapped_column(String(120), default=None)
    answers: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    touched_at: Mapped[datetime] = mapped_column(Moment, index=True)
