"""A campaign, the calls to action it makes, and who has done which."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.language import Translated
from bot.storage.base import Base, choice
from bot.storage.types import Moment, TranslatedText
from bot.supporters.models import UNORDERED


class ActionKind(StrEnum):
    EMAIL = "email"
    CALL = "call"
    SHARE = "share"
    DONATE = "donate"
    ATTEND = "attend"
    VISIT = "visit"


class ActionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class CallOutcome(StrEnum):
    """How a call went."""

    SPOKE = "spoke"
    MESSAGE = "message"  # left one
    NOBODY = "nobody"  # answered


class CampaignRow(Base):
    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    summary: Mapped[Translated] = mapped_column(TranslatedText)
    goal: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """What it wants to reach."""
    starts: Mapped[date | None] = mapped_column(Date, default=None)
    ends: Mapped[date | None] = mapped_column(Date, default=None)
    """First and last day, in the organisation's time zone."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class CampaignCaseRow(Base):
    __tablename__ = "campaign_cases"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)


class CampaignEventRow(Base):
    __tablename__ = "campaign_events"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True)


class ActionRow(Base):
    """One thing to do. Which of the columns are filled follows from the kind."""

    __tablename__ = "actions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(50), unique=True)
    kind: Mapped[ActionKind] = mapped_column(choice(ActionKind, "action_kind"))
    status: Mapped[ActionStatus] = mapped_column(choice(ActionStatus, "action_status"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id", ondelete="SET NULL"), index=True, default=None)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    text: Mapped[Translated] = mapped_column(TranslatedText)
    minutes: Mapped[int]
    """How long it takes: the shortest is shown first."""
    ends: Mapped[date | None] = mapped_column(Date, default=None)
    target: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    """The office or organisation that is written to or called."""
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    subject: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    letter: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    letter_locale: Mapped[str | None] = mapped_column(String(8), default=None)
    """The language the target reads; empty means each writes in their own."""
    phone: Mapped[str | None] = mapped_column(String(20), default=None)
    script: Mapped[Translated | None] = mapped_column(TranslatedText, default=None)
    hours: Mapped[str | None] = mapped_column(String(120), default=None)
    """When somebody answers there, like "mon-fri 09:00-17:00"."""
    timezone: Mapped[str | None] = mapped_column(String(48), default=None)
    url: Mapped[str | None] = mapped_column(String(500), default=None)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True, default=None)
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petitions.id", ondelete="CASCADE"), index=True, default=None)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True, default=None)
    """What is shared, where it is not the campaign."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class ActionDoneRow(Base):
    """A supporter says they did it."""

    __tablename__ = "actions_done"
    __table_args__ = UNORDERED

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True, index=True)
    locale: Mapped[str] = mapped_column(String(8))
    done_at: Mapped[datetime] = mapped_column(Moment)
    """To the hour."""
    outcome: Mapped[CallOutcome | None] = mapped_column(choice(CallOutcome, "call_outcome"), default=None)
    source: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    """By which link they came to it, sealed. With the language this is where it was counted, and is taken off again."""


class ActionLaterRow(Base):
    """A supporter wants to be asked again."""

    __tablename__ = "actions_later"
    __table_args__ = (Index(None, "due_at"), UNORDERED)

    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id", ondelete="CASCADE"), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id", ondelete="CASCADE"), primary_key=True, index=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
