"""What a draft of an event must be like, whoever wrote it: an editor, or a calendar it is read from."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.daytime import instant, is_zone
from bot.events.models import EventStatus
from bot.events.views import EventDraft

LONGEST: Final = timedelta(days=31)
MOST_PLACES: Final = 1_000_000
DATED: Final = frozenset({EventStatus.LISTED, EventStatus.MOVED, EventStatus.HEARD, EventStatus.OUTCOME})
"""What an event can only be with a date."""
AT_FIRST: Final = (EventStatus.PROVISIONAL, EventStatus.LISTED, EventStatus.CANCELLED, EventStatus.HEARD)
"""What an event that nobody has heard of may be; the rest comes about by a change that people are told of, unless it is the
record of what came about elsewhere."""

Found = Iterator[tuple[str, str]]
"""The field, and a sentence that goes on from it."""


def draft_faults(draft: EventDraft) -> Found:
    """What is wrong with a draft, whatever is kept."""
    if fault := zone_fault(draft.timezone):
        yield "timezone", fault
    yield from _date_faults(draft)
    if draft.outcome is not None and draft.status is not EventStatus.OUTCOME:
        yield "outcome", f'is what came of it, but the event is {draft.status}; leave it out, or write status = "outcome".'
    if draft.capacity is not None and not 1 <= draft.capacity <= MOST_PLACES:
        yield "capacity", f"is {draft.capacity}; write how many places there are, at least 1, or leave the line out."


def zone_fault(zone: str) -> str | None:
    if is_zone(zone):
        return None
    return f"{zone!r} is not a time zone of the IANA list; write one like Europe/London."


def end_fault(starts: datetime, ends: datetime) -> str | None:
    if ends <= starts:
        return f"is not after the start, {shown(starts)}; write when it ends, or leave the end out."
    if ends - starts > LONGEST:
        return f"is more than {LONGEST.days} days after the start, {shown(starts)}; write an event for each part of it."
    return None


def _date_faults(draft: EventDraft) -> Found:
    if draft.starts is None:
        if draft.ends is not None:
            yield "ends", "stands without a start; write when it begins too."
        if draft.status in DATED:
            yield "starts", f"is missing, but the event is {draft.status}; write it, or make it provisional."
    elif draft.ends is not None and (fault := end_fault(draft.starts, draft.ends)):
        yield "ends", fault


def newcomer_faults(draft: EventDraft, now: datetime) -> Found:
    """What is wrong with a draft of an event that is not kept yet."""
    if draft.exported:
        return
    if draft.status not in AT_FIRST:
        words = ", ".join(AT_FIRST[:-1])
        yield "status", f"is {draft.status}, but there is no event {draft.slug} yet; a new one is {words} or {AT_FIRST[-1]}."
    elif draft.starts is not None and zone_fault(draft.timezone) is None:
        yield from _hour_faults(draft, draft.starts, now)


def _hour_faults(draft: EventDraft, starts: datetime, now: datetime) -> Found:
    zone = ZoneInfo(draft.timezone)
    there = f"{shown(starts)} in {draft.timezone}"
    if draft.status is EventStatus.LISTED and instant(draft.ends or starts, zone) <= now:
        yield "starts", f'is {there}, which is over; mend the date, or write status = "heard" for the record.'
    if draft.status is EventStatus.HEARD and instant(starts, zone) > now:
        yield "starts", f'is {there}, which is still to come; write status = "listed".'


def shown(wall: datetime) -> str:
    return f"{wall:%Y-%m-%d %H:%M}"
