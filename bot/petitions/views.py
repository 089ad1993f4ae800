"""What services hand out about petitions: plain values, read at one moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from bot.language import Translated, Written
from bot.petitions.models import Ask, CommentState, PetitionStatus, Standing
from bot.storage.asking import Page

__all__ = ["Answers", "Mine", "Page", "PetitionCard", "PetitionDraft", "PetitionView", "Reply", "Signed", "Signer"]


@dataclass(frozen=True, slots=True)
class PetitionView:
    """A petition as anybody sees it. Moments are aware, in UTC; `closes` and `keep_until` are days in the organisation's time
    zone. `counted` is how many signatures stand now."""

    id: int
    slug: str
    status: PetitionStatus
    target: Translated
    title: Translated
    text: Translated
    outcome: Translated | None
    goal: int
    thresholds: tuple[int, ...]
    asks: tuple[Ask, ...]
    needs: frozenset[Ask]
    closes: date | None
    closes_at: datetime | None
    keep_until: date
    size: int
    counted: int
    set_aside: int
    closed_at: datetime | None
    delivered_at: datetime | None
    changed_at: datetime
    case_id: int | None
    case_slug: str | None
    case_title: Translated | None
    campaign_id: int | None

    def to_json(self) -> dict[str, Any]:
        """As it is frozen into what is sent."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _plain(value) for name, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PetitionView":
        return cls(**{field.name: _read(field.name, stored.get(field.name)) for field in fields(cls)})

    def is_counted_here(self) -> bool:
        """Not so where it was over when it was taken in: how many signed it elsewhere is not known, and nobody would be wrong."""
        return bool(self.size or self.counted) or self.status in {PetitionStatus.DRAFT, PetitionStatus.OPEN}

    def is_open(self, now: datetime) -> bool:
        """Whether one can sign."""
        return self.status is PetitionStatus.OPEN and (self.closes_at is None or now < self.closes_at)


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "status": PetitionStatus,
    **dict.fromkeys(("target", "title", "text", "outcome", "case_title"), Translated.from_json),
    "asks": lambda held: tuple(map(Ask, held)),
    "needs": lambda held: frozenset(map(Ask, held)),
    "thresholds": tuple,
    **dict.fromkeys(("closes", "keep_until"), date.fromisoformat),
    **dict.fromkeys(("closes_at", "closed_at", "delivered_at", "changed_at"), datetime.fromisoformat),
}


def _plain(value: Any) -> Any:
    if isinstance(value, Translated):
        return value.to_json()
    if isinstance(value, tuple | frozenset):
        return list(value) if isinstance(value, tuple) else sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, value: Any) -> Any:
    return _READ[name](value) if value is not None and name in _READ else value


@dataclass(frozen=True, slots=True)
class Answers:
    """What a signer said, cleaned of marks; None where nothing was asked or it was left out. `country` is a code of two
    letters."""

    name: str | None = None
    city: str | None = None
    country: str | None = None
    comment: str | None = None

    def is_left_of(self, before: "Answers") -> bool:
        """Whether nothing was added or changed, only taken out."""
        return all(getattr(self, each.name) in {None, getattr(before, each.name)} for each in fields(self))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. Nothing of it is kept as it is. `source` is the link they came by; `supporter_id` only tells what the card
    shows of the news they get."""

    telegram_id: int
    locale: str
    source: str | None = None
    supporter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own signature. `number` is its place among all that were ever made, from 1; `signed_at` is to the hour."""

    number: int
    signed_at: datetime
    answers: Answers
    show_name: bool
    pass_on: bool
    standing: Standing
    comment: CommentState


@dataclass(frozen=True, slots=True)
class PetitionCard:
    """A petition as one person sees it. `comments` are shown ones with the names of those who want theirs shown."""

    petition: PetitionView
    mine: Mine | None = None
    gets_news: bool = False
    comments: tuple[Answers, ...] = ()


class Reply(StrEnum):
    """What became of a wish to sign, change or withdraw."""

    DONE = "done"
    ALREADY = "already"  # signed before: nothing was changed
    NOT_SIGNED = "not_signed"
    CLOSED = "closed"
    INCOMPLETE = "incomplete"  # what the petition cannot do without is missing
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Signed:
    reply: Reply
    card: PetitionCard | None


@dataclass(frozen=True, slots=True)
class PetitionDraft:
    """What an editor's file says of a petition."""

    slug: str
    target: Mapping[str, Written]
    title: Mapping[str, Written]
    text: Mapping[str, Written]
    goal: int
    status: PetitionStatus | None = None
    """None for as it is: a new one is a draft."""
    case: str | None = None
    campaign: str | None = None
    outcome: Mapping[str, Written] | None = None
    thresholds: Sequence[int] | None = None
    asks: Sequence[Ask] = field(default_factory=tuple)
    needs: Sequence[Ask] = field(default_factory=tuple)
    closes: date | None = None
    keep_until: date | None = None
    """None for as it is: of a new one, a year after it closes, or two years from now."""
    exported: bool = field(default=False, compare=False)
    """It is the record of what was kept once, and may be over by now."""
