"""Who subscribed, and what they follow. No names, no phone numbers; times about a person are rounded to the hour."""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.language import Digits
from bot.storage.base import Base, choice
from bot.storage.types import BigId, Moment
from bot.supporters.answers import Answer

UNORDERED: Final = {"sqlite_with_rowid": False}
"""Rows lie by their random keys: in the order in which they came they would tell, beside the log of a petition, who signed it."""


class SupporterRow(Base):
    """One person, from the moment they chose something that must be remembered."""

    __tablename__ = "supporters"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """Random, so that it tells nothing about when somebody came."""
    tag: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """Blind index of the Telegram id."""
    telegram_id: Mapped[bytes] = mapped_column(LargeBinary)
    """The Telegram id, sealed."""

    locale: Mapped[str] = mapped_column(String(8))
    region: Mapped[str | None] = mapped_column(String(2), default=None)
    digits: Mapped[Digits] = mapped_column(choice(Digits, "digits"), default=Digits.latin)
    timezone: Mapped[str | None] = mapped_column(String(48), default=None)
    place: Mapped[str | None] = mapped_column(String(48), default=None)
    """Key of the place whose time zone was chosen, to show it by name."""
    hijri: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether dates are shown in the Hijri calendar too."""
    muted_kinds: Mapped[int] = mapped_column(default=0)
    """Bits of `Kind` this person does not want to hear about."""
    silent: Mapped[bool] = mapped_column(default=False, server_default=false())
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    """Minutes after midnight, their time, from when nothing that can wait is sent; with `quiet_until` or not at all."""
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    digest_days: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Updates gathered into one message every so many days: 1 or 7; 0 sends each at once."""

    consented_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    consent_version: Mapped[int | None] = mapped_column(default=None)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    paused_until: Mapped[datetime | None] = mapped_column(Moment, default=None)
    blocked_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    source: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """Which link brought them, when the link named its source; sealed."""
    asked_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When they were last asked to do something, to the hour."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class FollowingRow(Base):
    """A supporter follows a case."""

    __tablename__ = "followings"
    # In the order a fan-out walks: the followers of one case by their ids, slice after slice.
    __table_args__ = (Index(None, "case_id", "supporter_id"), UNORDERED)

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)


class AttendanceRow(Base):
    """A supporter's answer to an event, and when they want to be reminded of it."""

    __tablename__ = "attendances"
    # In the order a fan-out walks, as with followings.
    __table_args__ = (Index(None, "event_id", "supporter_id"), UNORDERED)

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[Answer | None] = mapped_column(choice(Answer, "answer"), default=None)
    """Empty for who only chose when to be reminded of what they hear of through its case."""
    reminders: Mapped[int | None] = mapped_column(default=None)
    """Bits of how long before; empty means the event's own."""
    place: Mapped[int | None] = mapped_column(default=None)
    """While waiting: the place in the queue, counted up for each event."""
    declined_date: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """Of a no: the moment the event was to begin then. The no is void once the event has another."""
    since: Mapped[datetime] = mapped_column(Moment)


class PetitionNewsRow(Base):
    """A supporter wants to hear how a petition goes. Anybody can, signed or not: it does not tell who signed."""

    __tablename__ = "petition_news"
    # In the order a fan-out walks, as with followings.
    __table_args__ = (Index(None, "petition_id", "supporter_id"), UNORDERED)

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
