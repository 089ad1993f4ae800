"""A case and its timeline."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.language import Translated
from bot.storage.base import Base, choice
from bot.storage.types import Moment, TranslatedText
from bot.supporters.kinds import Kind


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Certainty(StrEnum):
    CONFIRMED = "confirmed"
    REPORTED = "reported"


class CaseRow(Base):
    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus, "case_status"))
    jurisdiction: Mapped[str | None] = mapped_column(String(120), default=None)
    title: Mapped[Translated] = mapped_column(TranslatedText)
    summary: Mapped[Translated] = mapped_column(TranslatedText)


class CaseUpdateRow(Base):
    """One entry of a case's timeline."""

    __tablename__ = "case_updates"
    __table_args__ = (Index(None, "case_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "update_kind"))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    certainty: Mapped[Certainty] = mapped_column(choice(Certainty, "certainty"))
    source: Mapped[str | None] = mapped_column(String(500), default=None)
    headline: Mapped[Translated] = mapped_column(TranslatedText)
    body: Mapped[Translated] = mapped_column(TranslatedText)
