"""nida announce: publish a case update to those who follow the case."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import confirm, duration, give, people, say, table
from bot.errors import NidaError

if TYPE_CHECKING:
    from bot.announcements.service import Forecast, Readers
    from bot.delivery.account import Broadcast
    from bot.operations import Operations


def register(app: typer.Typer) -> None:
    verb(app, "announce")(announce)


def announce(
    slug: Annotated[str, typer.Argument(help="The slug of the update.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would get it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    hold_untranslated: Annotated[
        bool, typer.Option("--hold-untranslated", help="Leave out readers whose language is not translated yet.")
    ] = False,
) -> None:
    """Send a case update to those who follow the case: says to whom first, asks, and ends with what became of it."""
    import asyncio

    from bot.cli.outcomes import as_json, ensure_settled, show_account

    if dry_run:
        give(_forecast_as_json(asyncio.run(_forecast(slug, hold_untranslated))))
        return
    broadcast = asyncio.run(_announce(slug, hold_untranslated, yes=yes))
    show_account(broadcast)
    give(as_json(broadcast))
    ensure_settled(broadcast)


async def _forecast(slug: str, hold_untranslated: bool) -> "Forecast":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await _shown_forecast(operations, slug, hold_untranslated)


async def _announce(slug: str, hold_untranslated: bool, *, yes: bool) -> "Broadcast":
    from bot.cli.staff import at_work
    from bot.cli.watching import watch

    async with at_work(sends=True) as operations:
        forecast = await _shown_forecast(operations, slug, hold_untranslated)
        if forecast.already:
            say("It was announced before: nobody gets it twice; what is still owed is sent.")
            if forecast.total and forecast.adds:
                confirm(f"Send it to {people(forecast.total)} more, whose language was not ready then?", yes=yes)
        else:
            if not forecast.total:
                raise NidaError("Nobody would get it now, so nothing was sent: announce it once somebody follows the case.")
            confirm(f"Send it to {_people(forecast.total)}?", yes=yes)
        launched = await operations.launch(slug, hold_untranslated)
        return await watch(operations, launched.broadcast)


async def _shown_forecast(operations: "Operations", slug: str, hold_untranslated: bool) -> "Forecast":
    forecast = await operations.forecast(slug, hold_untranslated)
    table(
        ("language", "#people", "they get"),
        [(LANGUAGES.get(each.locale, each.locale), each.count, _what_they_get(each)) for each in forecast.readers],
        title=forecast.subject,
    )
    held = f" Held: {forecast.held:,}." if forecast.held else ""
    say(f"{_people(forecast.total)}, about {duration(forecast.seconds)}.{held}")
    return forecast


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
