"""The ledger: one row for each person a broadcast is owed to, from the launch to its final outcome."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, SmallInteger, String, exists, false, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.storage.base import Base, choice
from bot.storage.types import BigId, Document, Moment, Word


class Task(StrEnum):
    """What is done for each person."""

    SEND = "send"
    CORRECT = "correct"  # edit the copy they got of `original_id`
    RECALL = "recall"  # delete that copy, or where that is no longer possible empty it
    GATHER = "gather"  # one message for several deferred deliveries of one person


class BroadcastState(StrEnum):
    SCHEDULED = "scheduled"  # it begins at `starts_at`
    PREPARING = "preparing"  # the audience is being written down
    SENDING = "sending"
    HELD = "held"  # stopped by the program or a person; `hold_reason` says why
    DONE = "done"
    CANCELLED = "cancelled"  # by a person; what was not sent by then is not sent


class DeliveryState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"
    DEFERRED = "deferred"  # not before `due_at`, in the account still pending


CARD = "card:"
"""How the subjects begin of pages that people opened themselves: kept here only to be corrected in place."""
OF_ONE: Final = (CARD, "place:")
"""And those of what is for one person alone, who waited for a place."""


class BroadcastRow(Base):
    """One sending to many. What is sent is frozen here at launch."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    subject: Mapped[str] = mapped_column(String(120), unique=True)
    """What it is about, like `update:north-gate-five-bail`. Unique: launched twice, it is still one broadcast."""
    state: Mapped[BroadcastState] = mapped_column(choice(BroadcastState, "broadcast_state"))
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    audience: Mapped[dict[str, Any]] = mapped_column(Document)
    fanned_out_to: Mapped[int | None] = mapped_column(BigId, default=None)
    """The last supporter written down so far; an interrupted fan-out goes on behind it."""
    hold_reason: Mapped[str | None] = mapped_column(String(200), default=None)
    """A sentence: why it is held, who cancelled it, or once it is done why what it says no longer holds."""
    held_from: Mapped[BroadcastState | None] = mapped_column(Word(BroadcastState), default=None)
    """What it was when it was held and goes back to; empty means that it was being sent."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    task: Mapped[Task] = mapped_column(Word(Task), default=Task.SEND, server_default="send")
    original_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"), default=None)
    """What is corrected or recalled."""
    version: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    """Of the content: a correction raises it."""
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Goes before others and into quiet hours."""
    urgent_reason: Mapped[str | None] = mapped_column(String(200), default=None)
    starts_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    timing: Mapped[dict[str, Any] | None] = mapped_column(Document, default=None)
    """When each person may get it: a wall time in their own zone, a window of the day."""
    launched_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When the audience was drawn."""


_RECALL = aliased(BroadcastRow)
WAS_RECALLED = exists().where(_RECALL.original_id == BroadcastRow.id, _RECALL.task == Task.RECALL)
"""In a statement about a broadcast: whether it was taken back, or is being."""

LAST_PLACE: Final = 2**15 - 1
"""Where a doubtful row goes on: behind all others, when whatever swallowed the reply may be over."""

OPEN = text("state IN ('pending', 'leased')")
DEFERRED = text("state = 'deferred'")
CARRIED = text("carried_by IS NOT NULL")


class DeliveryRow(Base):
    __tablename__ = "deliveries"
    __table_args__ = (
        PrimaryKeyConstraint("broadcast_id", "supporter_id"),
        Index("ix_deliveries_open", "broadcast_id", "place", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_deliveries_deferred", "broadcast_id", "due_at", sqlite_where=DEFERRED, postgresql_where=DEFERRED),
        Index("ix_deliveries_carried_by", "carried_by", "supporter_id", sqlite_where=CARRIED, postgresql_where=CARRIED),
    )

    # In an order that leaves no gaps in a row of PostgreSQL's: there are millions.
    supporter_id: Mapped[int] = mapped_column(BigId)
    """Negative once the person had themselves erased, and by chance: the account still adds up, and says nothing about anyone.
    No foreign key: whoever erases changes it, and whoever writes people down holds that off meanwhile
    (`bot.supporters.erasing`). No index either: a person is looked for in the broadcasts that may concern them."""
    broadcast_id: Mapped[int]
    """No foreign key: broadcasts are never deleted, and to look each row's up took two fifths of a fan-out on PostgreSQL."""
    place: Mapped[int] = mapped_column(SmallInteger)
    """Random place in the order of sending, so that an interruption does not always hurt the same people."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Sends that were begun: each may have been delivered."""
    owner: Mapped[int | None] = mapped_column(default=None)
    """The epoch of the sender that holds the lease."""
    carried_by: Mapped[int | None] = mapped_column(default=None)
    """The gathering whose one message to this person is this one's too, and whose outcome becomes this one's: the database sees
    to it (migration 0006), and knows a gathering's own delivery by its carrying itself."""
    version: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    """Of the content that was sent."""
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState, "delivery_state"), default=DeliveryState.PENDING)
    locale: Mapped[str | None] = mapped_column(String(8), default=None)
    """The language that was sent."""
    leased_until: Mapped[datetime | None] = mapped_column(Moment, default=None)
    due_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """While deferred: until when."""
    message_id: Mapped[int | None] = mapped_column(BigId, default=None)
    reason: Mapped[str | None] = mapped_column(String(80), default=None)
