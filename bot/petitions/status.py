"""What becomes of a petition by a command: a pure function of what it is now and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.errors import NidaError
from bot.language import Translated, Written
from bot.petitions.models import PetitionStatus
from bot.petitions.views import PetitionView


class Action(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    DELIVER = "deliver"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """`outcome` is what came of it, by language."""

    kind: Action
    outcome: Mapping[str, Written] | None = None


_BECOMES: Final = {
    Action.OPEN: PetitionStatus.OPEN,
    Action.CLOSE: PetitionStatus.CLOSED,
    Action.DELIVER: PetitionStatus.DELIVERED,
    Action.OUTCOME: PetitionStatus.OUTCOME,
}
_FROM: Final = {
    Action.OPEN: {PetitionStatus.DRAFT},
    Action.CLOSE: {PetitionStatus.OPEN},
    Action.DELIVER: {PetitionStatus.CLOSED},
    Action.OUTCOME: {PetitionStatus.OPEN, PetitionStatus.CLOSED, PetitionStatus.DELIVERED, PetitionStatus.OUTCOME},
}
_REFUSALS: Final = {
    Action.OPEN: "only a draft is opened",
    Action.CLOSE: "only an open one is closed",
    Action.DELIVER: "what is handed over is closed first, with `nida petitions close {slug}`",
    Action.OUTCOME: "nobody could sign it yet",
}


def changed(petition: PetitionView, asked: ChangeRequest, *, by: str, at: datetime, source: str) -> PetitionView:
    """Raises NidaError with one sentence when it cannot become so."""
    status = _status_at(petition, at)
    if status not in _FROM[asked.kind]:
        raise NidaError(f"{petition.slug} is {status}: {_REFUSALS[asked.kind].format(slug=petition.slug)}.")
    after = replace(petition, status=_BECOMES[asked.kind], changed_at=at)
    match asked.kind:
        case Action.OPEN:
            _ensure_not_over(petition, at)
            return after
        case Action.CLOSE:
            return replace(after, closed_at=at)
        case Action.DELIVER:
            return replace(after, closed_at=_closed_at(petition, at), delivered_at=at)
        case Action.OUTCOME:
            return replace(after, closed_at=_closed_at(petition, at), outcome=_outcome(petition, asked, by, at, source))


def _status_at(petition: PetitionView, at: datetime) -> PetitionStatus:
    """One whose last day has just passed is closed, also before that is written down."""
    is_over = petition.status is PetitionStatus.OPEN and not petition.is_open(at)
    return PetitionStatus.CLOSED if is_over else petition.status


def _closed_at(petition: PetitionView, at: datetime) -> datetime:
    """Now, unless it was closed before or its last day is over."""
    return petition.closed_at or min(at, petition.closes_at or at)


def _ensure_not_over(petition: PetitionView, at: datetime) -> None:
    if petition.closes_at is None or petition.closes_at > at:
        return
    if petition.closes is not None:
        raise NidaError(f"{petition.slug} closes on {petition.closes}, which is over; mend the day in its file first.")
    raise NidaError(f"{petition.slug} is kept until {petition.keep_until}, which is over; mend keep_until in its file first.")


def _outcome(petition: PetitionView, asked: ChangeRequest, by: str, at: datetime, source: str) -> Translated:
    if not asked.outcome:
        raise NidaError("Say what came of it.")
    outcome = (petition.outcome or Translated()).revised(asked.outcome, by=by, at=at, source=source)
    if outcome == petition.outcome:
        raise NidaError(f"That is what is told of {petition.slug} already; nothing has changed.")
    return outcome
