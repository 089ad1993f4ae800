"""nida campaigns: what people can do, and how many did it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import give, say, table
from bot.cli.sources import named

if TYPE_CHECKING:
    from bot.campaigns.account import ActionAccount, CampaignAccount

app = typer.Typer(help="Campaigns and their actions, with numbers; never who.", no_args_is_help=True)
OUTCOMES = {"spoke": "spoke to somebody", "message": "left a message", "nobody": "reached nobody"}


@app.callback()
def campaigns() -> None:
    """Campaigns and their actions, with numbers; never who."""


@verb(app, "list")
def list_() -> None:
    """Show all campaigns and actions, and how many people did each."""
    import asyncio
    from dataclasses import asdict

    accounts = asyncio.run(_accounts())
    give([asdict(account) for account in accounts])
    if not accounts:
        say("There are no campaigns or actions. `nida content apply` brings in those of your files.")
        return
    rows = [(_name(account), *_action(each)) for account in accounts for each in account.actions]
    empty = [(_name(account), "", "", "", 0) for account in accounts if not account.actions]
    table(("campaign", "action", "kind", "status", "#people"), [*rows, *empty])


@verb(app, "show")
def show(slug: Annotated[str, typer.Argument(help="The campaign's slug.", show_default=False)]) -> None:
    """Show a campaign: what it gathers, and how many did its actions, by language and by the link they came by."""
    import asyncio
    from dataclasses import asdict

    account = asyncio.run(_account(slug))
    give(asdict(account))
    table(("what", "it is"), _facts(account), title=slug)
    table(("action", "kind", "status", "#people"), [_action(each) for each in account.actions])
    counted = [
        (each.action.slug, named(row.locale), named(row.source), row.people) for each in account.actions for row in each.counted
    ]
    if counted:
        table(("action", "language", "source", "#counted"), counted)
    calls = [(each.action.slug, OUTCOMES[outcome], n) for each in account.actions for outcome, n in each.outcomes.items()]
    if calls:
        table(("call", "how it went", "#people"), calls)


def _name(account: "CampaignAccount") -> str:
    return account.campaign.slug if account.campaign else "(none)"


def _action(account: "ActionAccount") -> tuple[str, str, str, int]:
    return account.action.slug, account.action.kind, account.action.status, account.people


def _facts(account: "CampaignAccount") -> Iterator[tuple[str, str]]:
    campaign = account.campaign
    if campaign is None:
        return
    yield "days", f"{campaign.starts or 'any'} to {campaign.ends or 'any'}"
    for what, slugs in (("cases", campaign.cases), ("events", campaign.events), ("petitions", account.petitions)):
        yield what, ", ".join(slugs) or "none"
    yield "actions taken", f"{account.people:,}"


async def _accounts() -> "list[CampaignAccount]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.campaigns()


async def _account(slug: str) -> "CampaignAccount":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.campaign(slug)
