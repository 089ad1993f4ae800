"""Events, and what a change of one would do, shown to a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.cli.announcing import LANGUAGES
from bot.cli.screen import duration, people, say, table
from bot.events.account import EventAccount, PastChange
from bot.events.changing import ChangeForecast
from bot.events.models import EventStatus
from bot.events.numbers import Numbers
from bot.events.offsets import offsets_of, written
from bot.events.views import OVER, EventView
from bot.language import Translated, place_by_key
from bot.supporters.answers import Answer

ANSWERS: Final = {
    Answer.COMING: "come",
    Answer.ONLINE: "follow it online",
    Answer.WAITING: "wait for a place",
    Answer.FOLLOWING: "want to hear of it",
    Answer.DECLINED: "do not come",
}
NOTICES: Final = {
    "change": "are told what changes",
    "thanks": "are thanked for coming",
    "update": "get the update",
}


def is_current(event: EventView, now: datetime) -> bool:
    """Whether it is still to come, or somebody has still to say that it took place."""
    if event.starts_at is None:
        return event.status is not EventStatus.CANCELLED and event.status not in OVER
    return event.is_going_ahead or event.starts_at >= now


def show_list(events: Sequence[EventView]) -> None:
    if not events:
        say("Nothing is on. `nida content apply` brings in the events of your files.")
        return
    rows = [(event.slug, event.status, _when(event), event.kind, event.case_slug or "") for event in events]
    table(("event", "status", "when", "kind", "case"), rows)


def show_account(account: EventAccount, source: str) -> None:
    event = account.event
    facts = [("kind", event.kind), ("case", event.case_slug or "none"), *_facts(event, source)]
    reminders = ", ".join(written(minutes) for minutes in offsets_of(event.remind)) or "none"
    table(("what", "it is"), [*facts, ("reminders", reminders)], title=f"{event.slug}: {event.title.choose(source, source).text}")
    answers = [(ANSWERS[answer], account.numbers.answers.get(answer, 0)) for answer in ANSWERS]
    table(("answer", "#people"), answers)
    if account.numbers.languages:
        table(("of those who come", "#people"), [*_named(account.numbers)])
    if account.changes:
        table(("changed", "to", "it was", "by", "why"), [_past(change, source) for change in account.changes])


def _named(numbers: Numbers) -> Iterator[tuple[str, int]]:
    for locale, count in numbers.languages:
        yield LANGUAGES.get(locale, locale) if locale else "other languages, a few each", count
    for key, count in numbers.places:
        place = place_by_key(key) if key else None
        yield (place.name if place else key or "elsewhere, or no place given", count)


def _past(change: PastChange, source: str) -> tuple[str, ...]:
    before = f"{change.status_before}, {_shown(change.starts_before, change.timezone_before)}"
    reason = _text(change.reason, source)
    return f"{change.at:%Y-%m-%d %H:%M} UTC", change.status, before, change.by, reason


def show_forecast(forecast: ChangeForecast, source: str) -> None:
    before, after = dict(_facts(forecast.before, source)), dict(_facts(forecast.after, source))
    rows = [(fact, before[fact], "the same" if before[fact] == after[fact] else after[fact]) for fact in before]
    table(("what", "now", "then"), rows, title=forecast.before.slug)
    if forecast.readers:
        told = NOTICES.get(forecast.notice or "", "are told")
        counts = [(LANGUAGES.get(locale, locale), count, told) for locale, count in forecast.readers.items()]
        table(("language", "#people", "they"), counts)
    if forecast.notice is None:
        say("Nobody has heard yet of what is taken back by this, so nothing is sent.")
    elif forecast.announced_at is not None:
        say(_as_announced(forecast, forecast.announced_at))
    elif not forecast.total:
        say("It concerns nobody yet.")
    else:
        say(f"{people(forecast.total)}, about {duration(forecast.seconds)}, {_from_when(forecast)}.")
    for line in _besides(forecast):
        say(line)


def _as_announced(forecast: ChangeForecast, moment: datetime) -> str:
    if moment > forecast.at:
        return f"The update is scheduled: it goes at {moment:%Y-%m-%d %H:%M} UTC, and not before."
    return f"The update was announced at {moment:%Y-%m-%d %H:%M} UTC already: nobody is told again."


def _from_when(forecast: ChangeForecast) -> str:
    if forecast.at_once:
        return "at once, also in quiet hours"
    if forecast.notice == "change":
        return f"from {forecast.at:%H:%M} UTC on, together with what you change until then; outside quiet hours"
    return "now"


def _besides(forecast: ChangeForecast) -> Iterator[str]:
    if forecast.untranslated:
        missing = ", ".join(LANGUAGES.get(locale, locale) for locale in forecast.untranslated)
        say_how = "--venue-in and --reason-in give it" if forecast.notice == "change" else "translate it first to give it"
        yield f"Not all of it is in {missing}: these readers get the source text and are told so; {say_how}."
    if forecast.withdrawn:
        yield f"Reminders taken back: {', '.join(map(written, forecast.withdrawn))}."
    if forecast.planned:
        yield f"Reminders for the new date: {', '.join(map(written, forecast.planned))}."
    if forecast.copies:
        yield f"Messages edited in chats: {forecast.copies:,}."


def question(forecast: ChangeForecast) -> str:
    after = forecast.after
    if forecast.notice is None or not forecast.total or forecast.announced_at is not None:
        return f"Make {after.slug} {after.status}? Nobody is told now."
    return f"Make {after.slug} {after.status}, and tell {people(forecast.total)}?"


def show_written_down(before: EventView, after: EventView) -> None:
    """A file that still says what it was would be refused from now on."""
    say(f"Write it into your content file too: {', '.join(_lines_of(before, after))}.")


def _lines_of(before: EventView, after: EventView) -> Iterator[str]:
    yield f'status = "{after.status}"'
    for name in ("starts", "ends"):
        if (wall := getattr(after, name)) != getattr(before, name):
            yield f"{name} = {wall.isoformat()}" if wall else f"no {name}"
    if after.timezone != before.timezone:
        yield f'timezone = "{after.timezone}"'
    yield from (f"the new {name}" for name in ("venue", "map", "url") if getattr(after, name) != getattr(before, name))


def _facts(event: EventView, source: str) -> Iterator[tuple[str, str]]:
    yield "status", event.status
    yield "begins", _when(event)
    yield "ends", _shown(event.ends, event.timezone)
    yield "place", _text(event.venue, source) or "none"
    yield "map", event.map or "none"
    yield "online", event.url or "none"


def _when(event: EventView) -> str:
    return _shown(event.starts, event.timezone)


def _shown(wall: datetime | None, zone: str) -> str:
    return f"{wall:%Y-%m-%d %H:%M} {zone}" if wall else "no date"


def _text(text: Translated | None, source: str) -> str:
    return text.choose(source, source).text if text else ""
