"""Totals for each link: nobody is in them."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, choice

SOURCE_LENGTH = 32
"""Letters of a link's source that are kept: so many fit into a button beside what else it carries."""


class Step(StrEnum):
    OPENED = "opened"
    SUBSCRIBED = "subscribed"
    FOLLOWED = "followed"
    SIGNED = "signed"
    ACTED = "acted"
    SHARED = "shared"


class StepRow(Base):
    """How many took a step, having come by a link that names this source."""

    __tablename__ = "source_steps"

    source: Mapped[str] = mapped_column(String(SOURCE_LENGTH), primary_key=True)
    """Empty for those whose link named none."""
    step: Mapped[Step] = mapped_column(choice(Step, "step"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(70), primary_key=True)
    """What it was about, like petition:open-justice; empty for the start page."""
    locale: Mapped[str] = mapped_column(String(8), primary_key=True)
    people: Mapped[int]
