"""nida sources: which links brought people, and what they did then."""

from typing import TYPE_CHECKING

import typer

from bot.cli.call import verb
from bot.cli.screen import give, say, table

if TYPE_CHECKING:
    from bot.sources.service import Total


def register(app: typer.Typer) -> None:
    verb(app, "sources")(sources)


def sources() -> None:
    """Show what came of each link: how many opened it, subscribed, followed, signed, acted and shared. Never who."""
    import asyncio

    totals = asyncio.run(_totals())
    give([_as_json(total) for total in totals])
    if totals:
        _show(totals)
    else:
        say("Nobody has come by a link yet; docs/publishing.md says how to make links that are counted apart.")


async def _totals() -> "list[Total]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.sources()


def _show(totals: "list[Total]") -> None:
    from bot.sources.models import Step

    rows = [(named(total.source), total.subject or "(start)", *[total.steps.get(step, 0) for step in Step]) for total in totals]
    table(("source", "about", *[f"#{step}" for step in Step]), rows)


def named(source: str | None) -> str:
    return "(few)" if source is None else source or "(none)"


def _as_json(total: "Total") -> dict[str, object]:
    locales = {locale or "few": steps for locale, steps in total.locales}
    return {"source": total.source, "subject": total.subject, "steps": total.steps, "locales": locales}
