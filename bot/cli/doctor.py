"""nida doctor: is everything in order here, and if not, what to do."""

from typing import TYPE_CHECKING

import typer

from bot.cli.call import call, verb

if TYPE_CHECKING:
    from bot.cli.report import Finding


def register(app: typer.Typer) -> None:
    verb(app, "doctor")(doctor)


def doctor() -> None:
    """Check the token, webhook, database, key, catalogues, fonts, clock, disk and port; say how to mend what is wrong."""
    import asyncio

    from bot.cli.report import show_report

    show_report(asyncio.run(_findings()))


async def _findings() -> "list[Finding]":
    from bot.cli import checks
    from bot.cli.telegram_checks import telegram_checks
    from bot.config import configuration_file

    settings = call().settings()
    return [
        *checks.organisation_checks(settings),
        *await telegram_checks(settings),
        *await checks.database_checks(settings),
        *await checks.key_checks(settings),
        *await checks.locale_checks(settings),
        *checks.font_checks(),
        *await checks.file_checks(settings, configuration_file(call().config)),
        *await checks.port_checks(settings),
    ]
