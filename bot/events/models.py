"""An event, what was changed about it, and when people are reminded of it. Who comes is kept with the supporters."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.language import Translated
from bot.storage.base import Base, choice
from bot.storage.types import BigId, Moment, TranslatedText


class EventKind(StrEnum):
    HEARING = "hearing"
    VIGIL = "vigil"
    MEETING = "meeting"
    WEBINAR = "webinar"
    OTHER = "other"


class EventStatus(StrEnum):
    PROVISIONAL = "provisional"  # expected, perhaps without a date
    LISTED = "listed"
    ADJOURNED = "adjourned"  # put off: to another date, or until one is set
    MOVED = "moved"  # to another time or place
    CANCELLED = "cancelled"
    HEARD = "heard"  # it took place
    OUTCOME = "outcome"  # and it is known what came of it


class ReminderState(StrEnum):
    PLANNED = "planned"
    LAUNCHED = "launched"  # written into the ledger
    WITHDRAWN = "withdrawn"  # the event was put off, moved or cancelled
    DROPPED = "dropped"  # nothing ran when it was due, and it would have come too late to be of use


class EventRow(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "event_kind"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True, default=None)
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus, "event_status"))
    title: Mapped[Translated] = mapped_column(TranslatedText)
    starts: Mapped[datetime | None] = mapped_column(DateTime, default=None)
    """Wall time at the place: it stays when the zone's rules change. Empty while no date is set."""
    ends: Mapped[datetime | None] = mapped_column(DateTime, default=None)
    timezone: Mapped[str] = mapped_column(String(48))
    starts_at: Mapped[datetime | None] = mapped_column(Moment, index=True, default=None)
    """The moment that follows from `starts` and `timezone`."""
    expected: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """What is known of the date while there is none: "in December"."""
    about: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """What is at stake."""
    venue: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """The place with its address."""
    map: Mapped[str | None] = mapped_column(String(500), default=None)
    url: Mapped[str | None] = mapped_column(String(500), default=None)
    """Where it can be followed online."""
    asked: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """Who is asked to come."""
    bring: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    arrive: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """When and where to stand."""
    access: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """Steps, lifts, hearing loops, seats."""
    phones: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """The rule of the place about phones and cameras."""
    source: Mapped[str | None] = mapped_column(String(500), default=None)
    capacity: Mapped[int | None] = mapped_column(default=None)
    remind: Mapped[int | None] = mapped_column(default=None)
    """Bits of `offsets`; empty means the configured ones of its kind."""
    uid: Mapped[str | None] = mapped_column(String(255), unique=True, default=None)
    """In calendars, where it was imported from one."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Changes so far: what calendars call SEQUENCE."""
    outcome: Mapped[str | None] = mapped_column(String(60), default=None)
    """Slug of the update that tells what came of it."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class EventChangeRow(Base):
    """A change people were told of, and what it was before."""

    __tablename__ = "event_changes"
    __table_args__ = (UniqueConstraint("event_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    """Of the event after the change."""
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(60))
    status: Mapped[EventStatus] = mapped_column(choice(EventStatus, "change_status"))
    status_before: Mapped[EventStatus] = mapped_column(choice(EventStatus, "change_status_before"))
    starts_before: Mapped[datetime | None] = mapped_column(DateTime, default=None)
    timezone_before: Mapped[str] = mapped_column(String(48))
    venue_before: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    reason: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    source: Mapped[str | None] = mapped_column(String(500), default=None)


PLANNED = text("state = 'planned'")


class ReminderRow(Base):
    """One reminder of one event: when it is due, for all who want it so long before."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("event_id", "minutes"),
        Index("ix_reminders_due_at", "due_at", sqlite_where=PLANNED, postgresql_where=PLANNED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    minutes: Mapped[int]
    """Before the event begins."""
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[ReminderState] = mapped_column(choice(ReminderState, "reminder_state"), default=ReminderState.PLANNED)


class CalendarRow(Base):
    """The private address under which a supporter's calendar asks for what they follow."""

    __tablename__ = "calendars"

    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tag: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """Blind index of the secret in the address."""
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """The secret, sealed."""
