"""What a draft of a petition must be like, by itself and when it is new."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bot.daytime import instant
from bot.petitions.models import PetitionStatus
from bot.petitions.views import PetitionDraft

MOST: Final = 100_000_000
MOST_THRESHOLDS: Final = 12
KEPT: Final = timedelta(days=365)
"""How long what signers said is kept after a petition closes, where its file does not say."""
AT_FIRST: Final = (PetitionStatus.DRAFT, PetitionStatus.OPEN)
"""What a petition that nobody has seen may be, unless it is the record of one that was seen elsewhere."""

Found = Iterator[tuple[str, str]]
"""The field, and a sentence that goes on from it."""


def draft_faults(draft: PetitionDraft) -> Found:
    """What is wrong with a draft, whatever is kept."""
    if not 1 <= draft.goal <= MOST:
        yield "goal", f"is {draft.goal}; write how many signatures you want to reach, at least 1 and at most {MOST:,}."
    if draft.thresholds is not None and (fault := _thresholds_fault(draft.thresholds)):
        yield "thresholds", fault
    for field in ("asks", "needs"):
        given = getattr(draft, field)
        if len(set(given)) < len(given):
            yield field, "names something twice; name each once."
    for ask in draft.needs:
        if ask not in draft.asks:
            yield "needs", f"names {ask}, which is not asked; put it into asks too, or take it out here."
    if draft.closes and draft.keep_until and draft.keep_until <= draft.closes:
        yield "keep_until", f"is {draft.keep_until}, and it closes on {draft.closes}; write a later day, for handing it over."


def _thresholds_fault(thresholds: Sequence[int]) -> str | None:
    if not thresholds:
        return "is empty; write the counts that people are told of, or leave the line out for each quarter of the goal."
    if len(thresholds) > MOST_THRESHOLDS:
        return f"has {len(thresholds)} counts; people would be told too often, so write at most {MOST_THRESHOLDS}."
    if thresholds[0] < 1 or any(later <= earlier for earlier, later in pairwise(thresholds)):
        return "must be counts of at least 1, each greater than the one before it, like [1000, 5000]."
    return None


def newcomer_faults(draft: PetitionDraft, now: datetime, zone: ZoneInfo) -> Found:
    """What is wrong with a draft of a petition that is not kept yet."""
    if draft.exported:
        if (draft.outcome is not None) is not (draft.status is PetitionStatus.OUTCOME):
            yield "status", 'is "outcome" where an outcome is told, and only there; mend one of them.'
        return
    if draft.status not in {None, *AT_FIRST}:
        yield "status", f"is {draft.status}, but there is no petition {draft.slug} yet; a new one is {' or '.join(AT_FIRST)}."
    if draft.outcome is not None:
        yield "outcome", f"cannot be known yet; `nida petitions outcome {draft.slug}` tells it to people when it is."
    yield from closing_faults(draft.closes, now, zone)
    if draft.keep_until and draft.keep_until <= now.astimezone(zone).date():
        yield "keep_until", f"is {draft.keep_until}, which is over; write until which day what signers say is to be kept."


def closing_faults(closes: date | None, now: datetime, zone: ZoneInfo) -> Found:
    if closes and _end_of(closes, zone) <= now:
        yield "closes", f"is {closes}, which is over; write a later day, or leave the line out."


def closing_moment(closes: date | None, keep_until: date, zone: ZoneInfo) -> datetime:
    """When the last day is over; at the latest with the day until which what signers say is kept, as later nothing would be."""
    return _end_of(min(closes or keep_until, keep_until), zone)


def _end_of(last: date, zone: ZoneInfo) -> datetime:
    return instant(datetime.combine(last + timedelta(days=1), time()), zone)


def kept_until(draft: PetitionDraft, kept: date | None, today: date) -> date:
    """As its file says, else as it was; of a new one a year after it closes, or two years from now. It never is before it
    closes."""
    if draft.keep_until is not None:
        return draft.keep_until
    usual = draft.closes + KEPT if draft.closes else today + 2 * KEPT
    if kept is None:
        return usual
    return usual if draft.closes and kept <= draft.closes else kept
