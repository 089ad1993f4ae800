"""A petition, its signatures, and the log in which each of them is one entry. Who wants news of it is kept with the supporters.

Nothing here leads to a supporter: a signer is a tag made with a key of that petition alone, and what they said is sealed.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.language import Translated
from bot.petitions.entries import EntryKind
from bot.storage.base import Base, choice
from bot.storage.types import BigId, Document, Moment, TranslatedText


class PetitionStatus(StrEnum):
    DRAFT = "draft"  # only staff see it
    OPEN = "open"
    CLOSED = "closed"
    DELIVERED = "delivered"  # handed to those it is addressed to
    OUTCOME = "outcome"  # and it is known what came of it


class Ask(StrEnum):
    """What a signer may be asked."""

    NAME = "name"
    CITY = "city"
    COUNTRY = "country"
    COMMENT = "comment"


class Standing(StrEnum):
    COUNTED = "counted"
    SET_ASIDE = "set_aside"  # came in a suspicious burst: counted once staff say so


class CommentState(StrEnum):
    NONE = "none"
    WAITING = "waiting"  # for staff to read it
    SHOWN = "shown"
    HIDDEN = "hidden"


class BurstState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    EXCLUDED = "excluded"


class PetitionRow(Base):
    __tablename__ = "petitions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    status: Mapped[PetitionStatus] = mapped_column(choice(PetitionStatus, "petition_status"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"), index=True, default=None)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"), index=True, default=None)
    target: Mapped[Translated] = mapped_column(TranslatedText)
    """To whom: an office or an organisation."""
    title: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)
    """What is asked."""
    outcome: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    goal: Mapped[int]
    thresholds: Mapped[list[int] | None] = mapped_column(Document, default=None)
    """Counts that are milestones; empty means a quarter, half, three quarters and all of the goal."""
    asks: Mapped[list[str]] = mapped_column(Document)
    needs: Mapped[list[str]] = mapped_column(Document)
    """Of `asks`, what it cannot do without."""
    closes: Mapped[date | None] = mapped_column(Date, default=None)
    """The last day on which one can sign, in the organisation's time zone."""
    closes_at: Mapped[datetime | None] = mapped_column(Moment, index=True, default=None)
    """The moment that follows from it and from keep_until."""
    keep_until: Mapped[date] = mapped_column(Date)
    """The day after which what signers said is deleted; the log and the numbers stay."""

    size: Mapped[int] = mapped_column(default=0)
    """Entries of its log."""
    made: Mapped[int] = mapped_column(default=0)
    """Signatures that were ever made, withdrawn ones too."""
    counted: Mapped[int] = mapped_column(default=0)
    set_aside: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    """The highest milestone people were told of."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    emptied_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
    """When what signers said was deleted."""


# Said in the queries with these very words: only so do the databases know that an index serves them.
WAITING = text("comment = 'waiting'")
SHOWN = text("comment = 'shown'")
COMMENTED = text("comment <> 'none'")
COUNTED = text("standing = 'counted'")


class SignatureRow(Base):
    """One account's signature. It has no number of its own and no finer time than the hour."""

    __tablename__ = "signatures"
    __table_args__ = (
        Index("ix_signatures_comment", "petition_id", "number", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_signatures_commented", "petition_id", "number", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
        Index("ix_signatures_shown", "petition_id", "entry", sqlite_where=SHOWN, postgresql_where=SHOWN),
        Index(None, "petition_id", "entry", unique=True),
    )

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """Blind index of the Telegram id, under a key of this petition."""
    entry: Mapped[int]
    """Its number in the log, from 0."""
    number: Mapped[int]
    """Its place among all signatures that were ever made, from 1."""
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(Moment)
    """To the hour."""
    answers: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """What was answered, and the link and language it was signed in, sealed."""
    show_name: Mapped[bool] = mapped_column(default=False)
    pass_on: Mapped[bool] = mapped_column(default=False)
    standing: Mapped[Standing] = mapped_column(choice(Standing, "standing"), default=Standing.COUNTED)
    comment: Mapped[CommentState] = mapped_column(choice(CommentState, "comment_state"), default=CommentState.NONE)
    burst_id: Mapped[int | None] = mapped_column(ForeignKey("bursts.id", ondelete="SET NULL"), index=True, default=None)
    """While it is set aside: a signature that counts does not tell by which link it came."""


EVERYBODY = "*"
"""In place of a link's source, which has only letters, digits and lines: whatever link they came by."""


class BurstRow(Base):
    """More signatures by one link, or on the whole petition, within minutes than people make."""

    __tablename__ = "bursts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(32))
    """Blind index of the link's source, of none at all, or of EVERYBODY: who is set aside is known to be of a burst, and would
    be known to have come by that link."""
    began_at: Mapped[datetime] = mapped_column(Moment)
    """To the hour, as `ended_at`: no finer than anything else about who signed."""
    ended_at: Mapped[datetime] = mapped_column(Moment)
    signatures: Mapped[int] = mapped_column(default=0)
    state: Mapped[BurstState] = mapped_column(choice(BurstState, "burst_state"), default=BurstState.OPEN)
    decided_by: Mapped[str | None] = mapped_column(String(60), default=None)


class PulseRow(Base):
    """How many signed by one link, or by all, within one span of minutes; forgotten after a day."""

    __tablename__ = "pulses"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Blind index of the link's source: with few signatures, the link would tell of whom they are."""
    since: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    signatures: Mapped[int]


class EntryRow(Base):
    """One entry of a petition's log. It outlives the signature it was made for, and then means nothing."""

    __tablename__ = "petition_entries"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "entry_kind"))
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """Of what was signed: SHA-256 over salt, petition, tag and hour."""
    about: Mapped[int | None] = mapped_column(BigId, default=None)
    """The number of the entry that is withdrawn, set aside or released."""


class NodeRow(Base):
    """The hash over a whole subtree of a petition's log (RFC 6962): 2**level entries from `place` * 2**level on."""

    __tablename__ = "petition_nodes"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    place: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class HeadRow(Base):
    """What was published of a petition's log, signed: nobody can take it back."""

    __tablename__ = "petition_heads"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True)
    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    counted: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    """Ed25519, by a key derived from the installation's."""
