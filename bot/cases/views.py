"""What services hand out about cases: plain values, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.cases.models import CaseStatus, Certainty
from bot.language import Translated, Written
from bot.storage.asking import Page
from bot.supporters.kinds import Kind

__all__ = [
    "CaseDraft",
    "CaseSummary",
    "CaseView",
    "Page",
    "UpdateDraft",
    "UpdateEntry",
    "UpdateView",
]


@dataclass(frozen=True, slots=True)
class CaseSummary:
    id: int
    slug: str
    status: CaseStatus
    title: Translated
    latest: datetime | None
    """When something happened last, in UTC."""


@dataclass(frozen=True, slots=True)
class CaseView:
    id: int
    slug: str
    status: CaseStatus
    jurisdiction: str | None
    title: Translated
    summary: Translated
    updates: int
    """Entries of the timeline so far."""
    following: bool
    """Whether the supporter asked about follows it."""
    has_events: bool = False
    """Whether there are hearings or other events of it."""
    has_petitions: bool = False
    can_be_signed_for: bool = False
    """Whether one of them can be signed."""


@dataclass(frozen=True, slots=True)
class UpdateEntry:
    """One entry of a timeline; `at` is aware, in UTC."""

    id: int
    slug: str
    kind: Kind
    at: datetime
    certainty: Certainty
    source: str | None
    headline: Translated
    body: Translated


@dataclass(frozen=True, slots=True)
class UpdateView(UpdateEntry):
    """An entry seen apart from its case's timeline."""

    case_id: int
    case_slug: str
    case_title: Translated


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case as an editor wrote it: texts by language. An empty text removes that language, one not named stays."""

    slug: str
    status: CaseStatus
    jurisdiction: str | None
    title: Mapping[str, Written]
    summary: Mapping[str, Written]


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """An entry as an editor wrote it; `case` is the case's slug, `at` is aware."""

    case: str
    slug: str
    kind: Kind
    at: datetime
    certainty: Certainty
    source: str | None
    headline: Mapping[str, Written]
    body: Mapping[str, Written]
