"""nida events import: what stands in somebody's calendar, taken in as events."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import confirm, give, people, say, table, user_name

if TYPE_CHECKING:
    from pathlib import Path

    from bot.events.importing import CalendarFile, Wishes
    from bot.events.views import EventView
    from bot.language.edited import Changes
    from bot.operations.importing import Imported, ImportForecast

app = typer.Typer(help="Events from calendars.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """Events from calendars."""


@verb(app, "import")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="An .ics file, or the https address of one.", show_default=False)
    ],
    case: Annotated[str | None, typer.Option(help="The case that new ones are of, by its slug.", show_default=False)] = None,
    kind: Annotated[str, typer.Option(help="What new ones are: hearing, vigil, meeting, webinar, other.")] = "hearing",
    zone: Annotated[
        str | None,
        typer.Option(
            help="Whose clocks are meant where the file does not say, or names a zone nobody knows.", show_default=False
        ),
    ] = None,
    dates_only: Annotated[bool, typer.Option("--dates-only", help="Leave the texts of known ones as they are.")] = False,
    by: Annotated[str | None, typer.Option(help="Who decides it; else the name of the user.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take in the events of a calendar; those known by their UID are brought up to date, and people told of new dates."""
    import asyncio

    organisation = call().settings().organisation
    read = asyncio.run(_read(file, zone, organisation.timezone))
    wishes = _wishes(kind, case, organisation.default_locale, dates_only=dates_only)
    if dry_run:
        forecast = asyncio.run(_forecast(read, wishes, by or user_name()))
        give({"applied": _applied(forecast.content), "told": _told(forecast), "left_out": [*read.notes, *forecast.notes]})
        return
    done = asyncio.run(_take_in(read, wishes, by or user_name(), yes=yes))
    if done.content.made or done.subjects:
        say("Taken in.")
    if done.subjects:
        say("The running bot tells people; `nida deliveries list` shows how far it is.")
    give({"applied": _applied(done.content), "told": list(done.subjects), "left_out": [*read.notes, *done.notes]})


async def _read(name: str, zone: str | None, usual: str) -> "CalendarFile":
    from bot.clock import SystemClock
    from bot.events.ical_reading import read

    content = await _content(name)
    shown = name if "://" in name else name.rpartition("/")[2]
    return read(content, shown, _known(zone) or usual, SystemClock().now(), insist=zone is not None)


async def _content(name: str) -> bytes:
    from pathlib import Path

    from bot.cli.fetching import fetch
    from bot.events.ical_reading import MOST_BYTES

    if "://" in name:
        return await fetch(name, MOST_BYTES)
    return _start_of(Path(name), MOST_BYTES + 1)


def _start_of(file: "Path", size: int) -> bytes:
    from bot.errors import Misuse

    try:
        with file.open("rb") as opened:
            return opened.read(size)
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}.") from None


def _known(zone: str | None) -> str | None:
    from bot.errors import Misuse
    from bot.events.rules import zone_fault

    if zone is not None and (fault := zone_fault(zone)):
        raise Misuse(f"--zone {fault}")
    return zone


def _wishes(kind: str, case: str | None, locale: str, *, dates_only: bool) -> "Wishes":
    from bot.errors import Misuse
    from bot.events.importing import Wishes
    from bot.events.models import EventKind

    if kind not in list(EventKind):
        raise Misuse(f"--kind {kind} is none of {', '.join(EventKind)}.")
    return Wishes(EventKind(kind), case, locale, dates_only)


async def _forecast(read: "CalendarFile", wishes: "Wishes", by: str) -> "ImportForecast":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        forecast = await operations.forecast_import(read.events, wishes, by)
    _show(read, forecast)
    return forecast


async def _take_in(read: "CalendarFile", wishes: "Wishes", by: str, *, yes: bool) -> "Imported":
    """Between the question and the answer somebody else may change an event too: then nothing is done."""
    from bot.cli.staff import at_work

    async with at_work() as operations:
        forecast = await operations.forecast_import(read.events, wishes, by)
        _show(read, forecast)
        if forecast.content.made or forecast.told:
            confirm(_question(forecast), yes=yes)
        return await operations.import_events(read.events, wishes, by, forecast.sequences)


def _show(read: "CalendarFile", forecast: "ImportForecast") -> None:
    say(f"{len(read.events)} events in the calendar.")
    if forecast.content.made:
        rows = [(each.slug, "new" if each.new else ", ".join(each.fields)) for each in forecast.content.made]
        table(("event", "what is written"), rows)
    if forecast.told:
        shown = [(each.before.slug, _state(each.before), _state(each.after), each.total) for each in forecast.told]
        table(("event", "it is", "it becomes", "#people told"), shown)
    for note in (*read.notes, *forecast.notes):
        say(note)
    if not forecast.content.made and not forecast.told:
        say("Nothing of it is new.")


def _state(event: "EventView") -> str:
    return f"{event.status}, {event.starts:%Y-%m-%d %H:%M} {event.timezone}" if event.starts else f"{event.status}, no date"


def _question(forecast: "ImportForecast") -> str:
    new = sum(each.new for each in forecast.content.made)
    kept, told = len(forecast.content.made) - new, sum(each.total for each in forecast.told)
    return (
        f"Take in: {new} new, {kept} otherwise worded, {len(forecast.told)} with another date or place; and tell {people(told)}?"
    )


def _applied(content: "Changes") -> list[dict[str, object]]:
    return [{"event": each.slug, "new": each.new, "fields": list(each.fields)} for each in content.made]


def _told(forecast: "ImportForecast") -> list[dict[str, object]]:
    return [
        {"event": each.before.slug, "before": _state(each.before), "after": _state(each.after), "people": each.total}
        for each in forecast.told
    ]
