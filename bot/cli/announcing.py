"""nida announce: publish a case update to those who follow the case, or call people to an action or a petition."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import confirm, duration, give, people, say, table
from bot.errors import NidaError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.announcements.forecast import Forecast, Readers
    from bot.announcements.plan import Plan
    from bot.delivery.account import Broadcast
    from bot.operations import Operations


def register(app: typer.Typer) -> None:
    verb(app, "announce")(announce)


def announce(
    slug: Annotated[
        str, typer.Argument(help="The slug of the update; action:SLUG or petition:SLUG for a call to it.", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would get it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    hold_untranslated: Annotated[
        bool, typer.Option("--hold-untranslated", help="Leave out readers whose language is not translated yet.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Of a call: to everybody who wants calls, not only to followers of its cases.")
    ] = False,
    at: Annotated[
        str | None,
        typer.Option("--at", help="Begin then, like 2026-12-01 18:00, on the organisation's clock or with a zone."),
    ] = None,
    at_local: Annotated[str | None, typer.Option("--at-local", help="At that time on each reader's own clock.")] = None,
    window: Annotated[
        str | None, typer.Option("--window", help="Only at these hours of each reader's own clock: 09:00-21:00.")
    ] = None,
    urgent: Annotated[
        str | None,
        typer.Option("--urgent", help="Before all others, also in quiet hours; say why.", metavar="REASON"),
    ] = None,
) -> None:
    """Send a case update to those who follow the case, or call people to do something: says to whom first, asks, and ends with
    what became of it."""
    import asyncio

    from bot.cli.outcomes import as_json, ensure_settled, show_account

    wish = _Wish(slug, hold_untranslated, _plan(at, at_local, window, urgent), everybody)
    if dry_run:
        give(asyncio.run(_forecast(wish)))
        return
    broadcast = asyncio.run(_announce(wish, yes=yes))
    show_account(broadcast)
    give(as_json(broadcast))
    ensure_settled(broadcast)


@dataclass(frozen=True)
class _Wish:
    """What is to be sent, and how."""

    slug: str
    hold_untranslated: bool
    plan: "Plan"
    everybody: bool

    @property
    def is_call(self) -> bool:
        return ":" in self.slug


def _plan(at: str | None, at_local: str | None, window: str | None, urgent: str | None) -> "Plan":
    from bot.announcements.plan import Plan

    return Plan.parse(at, at_local, window, urgent, call().settings().organisation.zone)


async def _forecast(wish: _Wish) -> "dict[str, object]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        forecast, starts_at = await _foreseen(operations, wish)
    _show_forecast(forecast)
    _show_start(wish.plan, starts_at)
    return {**_forecast_as_json(forecast), "starts_at": starts_at}


async def _announce(wish: _Wish, *, yes: bool) -> "Broadcast":
    from bot.cli.staff import at_work
    from bot.cli.watching import watch

    async with at_work(sends=True) as operations:
        forecast, starts_at = await _foreseen(operations, wish)
        if not (forecast.already or forecast.total or starts_at):
            raise NidaError(f"Nobody would get it now, so nothing was sent: {_why_nobody(wish, forecast)}.")
        _show_forecast(forecast)
        if forecast.already:
            say("It is announced already: nobody gets it twice; what is still owed is sent.")
            if forecast.total and forecast.adds:
                who = "who could not be asked then" if wish.is_call else "whose language was not ready then"
                confirm(f"Send it to {people(forecast.total)} more, {who}?", yes=yes)
        else:
            _show_start(wish.plan, starts_at)
            if forecast.total:
                confirm(f"Send it to {_people(forecast.total)}?", yes=yes)
            else:
                later = "wants calls" if wish.is_call else "follows the case"
                say(f"Nobody would get it now; whoever {later} when it begins will.")
                confirm("Schedule it?", yes=yes)
        launched = await operations.launch(wish.slug, wish.hold_untranslated, wish.plan, wish.everybody)
        return await watch(operations, launched.broadcast)


async def _foreseen(operations: "Operations", wish: _Wish) -> "tuple[Forecast, datetime | None]":
    """Who would get it, and when it begins: both before anything is shown, as either may be refused."""
    forecast = await operations.forecast(wish.slug, wish.hold_untranslated, wish.everybody)
    return forecast, await operations.starts_at(wish.slug, wish.plan, wish.everybody)


def _why_nobody(wish: _Wish, forecast: "Forecast") -> str:
    if forecast.held:
        return f"it is not translated yet for the {people(forecast.held)} it is for"
    if wish.is_call:
        return "nobody it is for wants calls, or all of them were asked something in the days before"
    return "announce it once somebody follows the case"


def _show_start(plan: "Plan", starts_at: "datetime | None") -> None:
    if starts_at is not None:
        zone = call().settings().organisation.zone
        there = f"{starts_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
        say(f"It begins at {there}" + (", and goes on as it gets that late in other zones." if plan.at_local else "."))
    if plan.window is not None:
        say(f"Nobody gets it outside {plan.window} of their own clock: it waits.")
    if plan.urgent_reason is not None:
        say(f"Urgent, so also in quiet hours: {plan.urgent_reason}")


def _show_forecast(forecast: "Forecast") -> None:
    table(
        ("language", "#people", "they get"),
        [(LANGUAGES.get(each.locale, each.locale), each.count, _what_they_get(each)) for each in forecast.readers],
        title=forecast.subject,
    )
    held = f" Held: {forecast.held:,}." if forecast.held else ""
    say(f"{_people(forecast.total)}, about {duration(forecast.seconds)}.{held}")
    if forecast.rested:
        say(f"Left out, as they were asked something in the days before: {_people(forecast.rested)}.")


def _people(count: int) -> str:
    return f"{count:,} {'person' if count == 1 else 'people'}"


LANGUAGES = {"en": "English", "ar": "Arabic", "ur": "Urdu"}


def _what_they_get(readers: "Readers") -> str:
    standing = "a draft" if readers.state == "draft" else readers.state
    if readers.held:
        return f"nothing: the translation is {standing}"
    if readers.falls_back:
        return f"the source text, and are told so: the translation is {standing}"
    return "their own language"


def _forecast_as_json(forecast: "Forecast") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(forecast)
