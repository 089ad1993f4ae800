"""What services hand out about campaigns and actions: plain values, read at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.campaigns.models import ActionKind, ActionStatus, CallOutcome
from bot.language import Translated, Written
from bot.storage.asking import Page

__all__ = [
    "Acted",
    "ActionCard",
    "ActionDraft",
    "ActionView",
    "CampaignDraft",
    "CampaignView",
    "Gathered",
    "Page",
    "Reply",
    "Undone",
]


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action as anybody sees it. `ends` is a day in the organisation's time zone; what is about is named by id and slug."""

    id: int
    slug: str
    kind: ActionKind
    status: ActionStatus
    title: Translated
    text: Translated
    minutes: int
    ends: date | None
    target: Translated | None
    email: str | None
    subject: Translated | None
    letter: Translated | None
    letter_locale: str | None
    phone: str | None
    script: Translated | None
    hours: str | None
    timezone: str | None
    url: str | None
    event_id: int | None
    petition_id: int | None
    case_id: int | None
    campaign_id: int | None
    campaign_title: Translated | None
    campaign_starts: date | None
    campaign_ends: date | None
    stopped: bool
    """Its event was called off or is over, its petition cannot be signed."""
    event_until: date | None
    petition_until: date | None

    @property
    def until(self) -> date | None:
        """The last day on which it is of use: its own, its campaign's, or that of what it is about."""
        return min(filter(None, (self.ends, self.campaign_ends, self.event_until, self.petition_until)), default=None)

    def is_open(self, today: date) -> bool:
        """Whether one can do it. `today` is the day where the organisation is."""
        begun = self.campaign_starts is None or self.campaign_starts <= today
        over = self.until is not None and self.until < today
        return self.status is ActionStatus.OPEN and begun and not over and not self.stopped


@dataclass(frozen=True, slots=True)
class Gathered:
    """Something that belongs to a campaign; `kind` is that of its link."""

    kind: str
    id: int
    title: Translated


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as anybody sees it, with what belongs to it and is open to them."""

    id: int
    title: Translated
    summary: Translated
    goal: Translated | None
    ends: date | None
    belongs: tuple[Gathered, ...]


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action as one person sees it. `people` is how many have done it, `outcome` how their own call went, where they said
    so; `later` that they are to be asked again."""

    action: ActionView
    done: bool
    people: int
    outcome: CallOutcome | None = None
    later: bool = False


class Reply(StrEnum):
    """What became of what somebody says of an action."""

    KEPT = "kept"
    CLOSED = "closed"  # one can do it no longer
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Acted:
    """`next` is what they could do after that."""

    reply: Reply
    card: ActionCard | None
    next: ActionView | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """`source` is the link they came by when they did it: should they do it after all, it counts by that again."""

    card: ActionCard | None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """What an editor's file says of a campaign; cases and events by their slugs."""

    slug: str
    title: Mapping[str, Written]
    summary: Mapping[str, Written]
    goal: Mapping[str, Written] | None = None
    starts: date | None = None
    ends: date | None = None
    cases: Sequence[str] = field(default_factory=tuple)
    events: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """What an editor's file says of an action; what it is about by slugs. `minutes` None is what is usual for the kind."""

    slug: str
    kind: ActionKind
    title: Mapping[str, Written]
    text: Mapping[str, Written]
    status: ActionStatus = ActionStatus.OPEN
    campaign: str | None = None
    minutes: int | None = None
    ends: date | None = None
    target: Mapping[str, Written] | None = None
    email: str | None = None
    subject: Mapping[str, Written] | None = None
    letter: Mapping[str, Written] | None = None
    letter_locale: str | None = None
    phone: str | None = None
    script: Mapping[str, Written] | None = None
    hours: str | None = None
    timezone: str | None = None
    url: str | None = None
    event: str | None = None
    petition: str | None = None
    case: str | None = None
