"""What may be done with an event, and what it is then: pure functions, which refuse with one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.daytime import is_zone
from bot.errors import NidaError
from bot.events.models import EventStatus
from bot.events.moments import begins
from bot.events.telling import GOES_AHEAD, facts_of, told
from bot.events.views import EventView
from bot.language import Translated, Written, plain


class Action(StrEnum):
    """What editors do with an event; the word of the command."""

    ADJOURN = "adjourn"  # to `starts`, or with none until a date is set
    MOVE = "move"  # to another time, place or both; gives a provisional event its date; lets a cancelled one go ahead after all
    CANCEL = "cancel"
    HEARD = "heard"  # it took place: those who came are thanked
    OUTCOME = "outcome"  # what came of it: `update` is announced


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """`starts` and `ends` are wall time at the place; None leaves things as they are (the duration too, when only `starts` is
    given; adjourning without `starts` leaves no date). Texts are by language; a venue given is the whole new venue, and the
    map of the old one goes with it. `update` is the slug of an update of the event's case."""

    kind: Action
    starts: datetime | None = None
    ends: datetime | None = None
    timezone: str | None = None
    venue: Mapping[str, Written] | None = None
    map: str | None = None
    url: str | None = None
    reason: Mapping[str, Written] | None = None
    source: str | None = None
    update: str | None = None


_FROM: Final[Mapping[Action, frozenset[EventStatus]]] = {
    Action.ADJOURN: GOES_AHEAD,
    Action.MOVE: GOES_AHEAD | {EventStatus.PROVISIONAL, EventStatus.CANCELLED},
    Action.CANCEL: GOES_AHEAD | {EventStatus.PROVISIONAL},
    Action.HEARD: GOES_AHEAD,
    Action.OUTCOME: frozenset({EventStatus.HEARD}),
}
_TO: Final[Mapping[Action, EventStatus]] = {
    Action.ADJOURN: EventStatus.ADJOURNED,
    Action.MOVE: EventStatus.MOVED,
    Action.CANCEL: EventStatus.CANCELLED,
    Action.HEARD: EventStatus.HEARD,
    Action.OUTCOME: EventStatus.OUTCOME,
}
_INSTEAD: Final[Mapping[EventStatus, str]] = {
    EventStatus.PROVISIONAL: "has no date that holds yet; `nida event move` gives it one, `nida event cancel` calls it off",
    EventStatus.CANCELLED: "is cancelled; `nida event move --to` lets it go ahead after all",
    EventStatus.HEARD: "was heard; `nida event outcome` tells what came of it",
    EventStatus.OUTCOME: "is over, and what came of it was told",
}
_NEEDS_A_TIME: Final[Mapping[EventStatus, str]] = {
    EventStatus.PROVISIONAL: "is provisional",
    EventStatus.CANCELLED: "is cancelled",
}
_SAY_WHEN: Final = "say when it takes place, like --to '2026-12-10 10:30'"


def changed(event: EventView, asked: ChangeRequest, *, by: str, at: datetime, source: str) -> EventView:
    """The event after it, by whom and when; texts fall back to `source`. Raises NidaError when that cannot be done."""
    if event.status not in _FROM[asked.kind]:
        raise NidaError(f"{event.slug} {_INSTEAD.get(event.status, f'was not heard yet; it is {event.status}')}.")
    _ensure_sensible(event, asked, at, source)
    given = {
        "starts": event.starts,
        "ends": event.ends,
        **(_new_time(event, asked) if asked.kind in {Action.ADJOURN, Action.MOVE} else {}),
        **_new_place(event, asked, by, at, source),
    }
    after = replace(event, status=_new_status(event, asked), outcome=asked.update or event.outcome, **given)
    after = replace(after, starts_at=begins(after.starts, after.timezone) if after.starts else None)
    after = replace(after, expected=None if after.starts else event.expected)  # what was known of the date before there was one
    _ensure_possible(event, after, asked, at)
    return replace(after, sequence=event.sequence + 1, changed_at=at)


def _new_status(event: EventView, asked: ChangeRequest) -> EventStatus:
    if asked.kind is Action.MOVE and event.status is EventStatus.PROVISIONAL:
        return EventStatus.LISTED
    return _TO[asked.kind]


def _new_time(event: EventView, asked: ChangeRequest) -> dict[str, Any]:
    zone = {"timezone": asked.timezone or event.timezone}
    if asked.starts is None:
        stays = asked.kind is Action.MOVE
        return {**zone, "starts": event.starts if stays else None, "ends": (asked.ends or event.ends) if stays else None}
    lasts = event.ends - event.starts if event.starts and event.ends else None
    return {**zone, "starts": asked.starts, "ends": asked.ends or (asked.starts + lasts if lasts else None)}


def _new_place(event: EventView, asked: ChangeRequest, by: str, at: datetime, source: str) -> dict[str, Any]:
    kept, url = event.venue or Translated(), asked.url or event.url
    if asked.venue is None or (source in kept.texts and plain(asked.venue[source]) == kept.texts[source].text):
        return {"map": asked.map or event.map, "url": url}
    venue = kept.revised({**dict.fromkeys(kept.texts), **asked.venue}, by=by, at=at, source=source)
    return {"venue": venue, "map": asked.map, "url": url}


def _ensure_sensible(event: EventView, asked: ChangeRequest, now: datetime, source: str) -> None:
    if asked.timezone is not None and not is_zone(asked.timezone):
        raise NidaError(f"There is no time zone {asked.timezone!r}; write one of the IANA list, like Europe/London.")
    for what, texts in (("venue", asked.venue), ("reason", asked.reason)):
        if texts is not None and source not in texts:
            raise NidaError(f"Give the {what} in the language {source} too: readers of the others fall back to it.")
    if asked.kind is Action.MOVE and asked.starts is None:
        if event.status in _NEEDS_A_TIME or event.starts_at is None:
            raise NidaError(f"{event.slug} {_NEEDS_A_TIME.get(event.status, 'has no date')}; {_SAY_WHEN}.")
        if event.starts_at <= now:
            raise NidaError(f"{event.slug} has begun; {_SAY_WHEN} now.")
    if asked.kind is Action.OUTCOME and not asked.update:
        raise NidaError("Name the update that tells what came of it.")


def _ensure_possible(event: EventView, after: EventView, asked: ChangeRequest, now: datetime) -> None:
    if asked.kind is Action.HEARD and (event.starts_at is None or event.starts_at > now):
        when = f"it begins at {_shown(event.starts)} {event.timezone}" if event.starts else "it has no date"
        raise NidaError(f"{event.slug} cannot have been heard: {when}.")
    if asked.kind not in {Action.ADJOURN, Action.MOVE}:
        return
    if after.starts_at is not None and after.ends is not None and begins(after.ends, after.timezone) <= after.starts_at:
        raise NidaError(f"It would end at {_shown(after.ends)}, before it begins at {_shown(after.starts)}.")
    if after.starts_at is not None and after.starts_at <= now:
        raise NidaError(f"{_shown(after.starts)} {after.timezone} is over; give a time that is still to come.")
    if told(facts_of(after)) == told(facts_of(event)):
        raise NidaError(f"{event.slug} is so already; give another time, place or link.")


def _shown(wall: datetime | None) -> str:
    return f"{wall:%Y-%m-%d %H:%M}" if wall else "no time"
