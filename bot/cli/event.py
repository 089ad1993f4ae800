"""nida event: what is on, and telling people when it changes."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, user_name

if TYPE_CHECKING:
    from bot.events.account import EventAccount
    from bot.events.changing import ChangeRequest
    from bot.events.views import EventView

app = typer.Typer(help="Hearings and gatherings: what is on, and telling people when that changes.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(help="The event's slug.", show_default=False)]
To = Annotated[
    str | None, typer.Option("--to", help="When it begins, on the clocks there: 2026-12-10 10:30.", show_default=False)
]
Until = Annotated[str | None, typer.Option("--until", help="When it ends: 12:30, or with its day.", show_default=False)]
Zone = Annotated[str | None, typer.Option("--zone", help="The time zone, if it is another: Asia/Karachi.", show_default=False)]
Venue = Annotated[str | None, typer.Option("--venue", help="The new place with its address.", show_default=False)]
VenueIn = Annotated[
    list[str] | None,
    typer.Option("--venue-in", metavar="LANGUAGE=TEXT", help="The place in another language.", show_default=False),
]
Map = Annotated[str | None, typer.Option("--map", help="A web address that shows the place.", show_default=False)]
Url = Annotated[str | None, typer.Option("--url", help="Where it can be followed online.", show_default=False)]
Reason = Annotated[str | None, typer.Option("--reason", help="Why; people are told.", show_default=False)]
ReasonIn = Annotated[
    list[str] | None, typer.Option("--reason-in", metavar="LANGUAGE=TEXT", help="Why, in another language.", show_default=False)
]
Source = Annotated[str | None, typer.Option("--source", help="A web address where that stands.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who decides it; else the name of the user.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")]


@verb(app, "list")
def list_(everything: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False) -> None:
    """Show what is to come, by date, and what is over but was not said to have been heard."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.event_shown import is_current, show_list
    from bot.clock import SystemClock

    events = asyncio.run(_events())
    now = SystemClock().now()
    shown = [event for event in events if everything or is_current(event, now)]
    show_list(shown)
    give([asdict(event) for event in shown])


@verb(app, "show")
def show(slug: Slug) -> None:
    """Show an event, what was changed about it, and how many come, in which language and from where. Never who."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.event_shown import show_account

    account = asyncio.run(_account(slug))
    show_account(account, call().settings().organisation.default_locale)
    languages = [{"language": language, "people": people} for language, people in account.numbers.languages]
    places = [{"place": place, "people": people} for place, people in account.numbers.places]
    shown = {"event": asdict(account.event), "changes": [asdict(change) for change in account.changes]}
    give({**shown, "answers": account.numbers.answers, "languages": languages, "places": places})


def _change_of_date(name: str, about: str) -> None:
    def change(
        slug: Slug,
        to: To = None,
        until: Until = None,
        zone: Zone = None,
        venue: Venue = None,
        venue_in: VenueIn = None,
        map_: Map = None,
        url: Url = None,
        reason: Reason = None,
        reason_in: ReasonIn = None,
        source: Source = None,
        by: By = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        from bot.cli.event_request import DateAndPlace, Explained
        from bot.events.changing import Action

        why = Explained(reason, tuple(reason_in or ()), source)
        asked = DateAndPlace(to, until, zone, venue, tuple(venue_in or ()), map_, url, why)
        _decide(slug, asked.request(Action(name), call().settings().organisation), by, dry_run=dry_run, yes=yes)

    change.__doc__ = about
    verb(app, name)(change)


_change_of_date("adjourn", "Put an event off, to another date or until one is set, and tell everybody concerned.")
_change_of_date("move", "Give an event another time or place, or its first date, and tell everybody concerned.")


@verb(app, "cancel")
def cancel(
    slug: Slug,
    reason: Reason = None,
    reason_in: ReasonIn = None,
    source: Source = None,
    by: By = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Call an event off, and tell everybody concerned that it does NOT take place."""
    from bot.cli.event_request import Explained

    why = Explained(reason, tuple(reason_in or ()), source)
    _decide(slug, why.cancelling(call().settings().organisation), by, dry_run=dry_run, yes=yes)


@verb(app, "heard")
def heard(slug: Slug, by: By = None, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Say that an event took place: those who said that they would come are thanked."""
    from bot.events.changing import Action, ChangeRequest

    _decide(slug, ChangeRequest(Action.HEARD), by, dry_run=dry_run, yes=yes)


@verb(app, "outcome")
def outcome(
    slug: Slug,
    update: Annotated[str, typer.Argument(help="The slug of the update that tells what came of it.", show_default=False)],
    by: By = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Say what came of an event: the update is announced to those who follow its case."""
    from bot.events.changing import Action, ChangeRequest

    _decide(slug, ChangeRequest(Action.OUTCOME, update=update), by, dry_run=dry_run, yes=yes)


async def _events() -> "list[EventView]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.events()


async def _account(slug: str) -> "EventAccount":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.event(slug)


def _decide(slug: str, request: "ChangeRequest", by: str | None, *, dry_run: bool, yes: bool) -> None:
    from bot.cli.changing import Change, decide
    from bot.cli.event_shown import question, show_forecast, show_written_down

    source, who = call().settings().organisation.default_locale, by or user_name()
    change = Change(
        "event",
        forecast=lambda operations: operations.forecast_event(slug, request),
        show=lambda forecast: show_forecast(forecast, source),
        question=question,
        make=lambda operations, forecast: operations.change_event(slug, request, who, forecast.sequence),
        written_down=lambda forecast: show_written_down(forecast.before, forecast.after),
    )
    decide(change, dry_run=dry_run, yes=yes)
