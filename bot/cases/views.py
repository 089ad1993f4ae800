"""What services hand out about cases: plain values, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.cases.models import CaseStatus, Certainty
from bot.language import State, Translated, Written
from bot.supporters.kinds import Kind

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`offset` is where this page really begins: an offset behind the end leads to the last page."""

    items: tuple[Item, ...]
    offset: int
    limit: int
    total: int


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


@dataclass(frozen=True, slots=True)
class Kept:
    """One text of a case or an update, in every language it is kept in."""

    what: str
    """"case" or "update"."""
    slug: str
    field: str
    texts: Translated
    case_title: Translated
    """Of the case it is about."""

    @property
    def key(self) -> str:
        return f"{self.what}/{self.slug}/{self.field}"


@dataclass(frozen=True, slots=True)
class Rendering:
    """A translation of the source text whose fingerprint is `of`."""

    of: str
    written: Written


@dataclass(frozen=True, slots=True)
class Change:
    """What applying does to one case or update. No `fields` means that it is as it was."""

    what: str
    """"case" or "update"."""
    slug: str
    new: bool
    fields: tuple[str, ...]
    """The fields that change, like `status` or `title.ur`."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that waits for a translator: missing, stale, or a draft to be reviewed."""

    what: str
    slug: str
    field: str
    locale: str
    state: State


@dataclass(frozen=True, slots=True)
class Changes:
    items: tuple[Change, ...]
    waiting: tuple[Waiting, ...]
    notes: tuple[str, ...] = ()
    """What somebody may want to look at, each with its place; nothing is refused for it."""

    @property
    def made(self) -> tuple[Change, ...]:
        return tuple(change for change in self.items if change.fields)
