"""nida petitions: opening and ending them, what waits for somebody to decide, and what anybody can check. Never who signed."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import petition_card, petition_export, petition_verify
from bot.cli.call import call, verb
from bot.cli.screen import give, say, user_name
from bot.errors import Misuse

if TYPE_CHECKING:
    from bot.language import Written
    from bot.petitions.account import PetitionAccount
    from bot.petitions.changing import ChangeRequest
    from bot.petitions.comments import Comment
    from bot.petitions.deciding import Burst
    from bot.petitions.views import PetitionView

app = typer.Typer(help="Petitions: what is signed, and what anybody can check of it.", no_args_is_help=True)
for verbs in (petition_card, petition_export, petition_verify):
    verbs.register(app)

Slug = Annotated[str, typer.Argument(help="The petition's slug.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who decides it; else the name of the user.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")]


@verb(app, "list")
def list_() -> None:
    """Show all petitions: drafts, open ones, and those that are over, with how many signed."""
    import asyncio

    from bot.cli.petitions_shown import given, show_list

    petitions = asyncio.run(_petitions())
    show_list(petitions)
    give([given(petition) for petition in petitions])


@verb(app, "show")
def show(slug: Slug) -> None:
    """Show a petition: how far it is, and what waits for somebody to decide. Never who signed."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.petitions_shown import given, show_account

    account = asyncio.run(_petition(slug))
    show_account(account, call().settings().organisation.default_locale)
    give(asdict(account) | {"petition": given(account.petition)})


@verb(app, "preview")
def preview(
    slug: Slug,
    locale: Annotated[
        str | None, typer.Option("--locale", metavar="LANGUAGE", help="This language alone.", show_default=False)
    ] = None,
    of: Annotated[str, typer.Option("--of", help="page, or what is sent: call, milestone, delivered, outcome.")] = "page",
) -> None:
    """Show how a petition, also a draft, or what is sent about it reads in each language. Nothing is sent."""
    import asyncio

    from bot.cli.petitions_shown import previews

    organisation = call().settings().organisation
    if locale is not None and locale not in organisation.locales:
        raise Misuse(f"--locale: {locale!r} is not one of {', '.join(organisation.locales)}.")
    petition = asyncio.run(_petition(slug)).petition
    shown = previews(petition, of, [locale] if locale else organisation.locales, organisation)
    for language, text in shown.items():
        say(f"── {language} ──\n{text}\n")
    give(shown)


@verb(app, "open")
def open_(slug: Slug, by: By = None, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Open a draft: from then on everybody sees it and can sign."""
    _decide(slug, _request("open"), by, dry_run=dry_run, yes=yes)


@verb(app, "close")
def close(slug: Slug, by: By = None, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Close a petition before its last day: nobody can sign any more. It cannot be opened again."""
    _decide(slug, _request("close"), by, dry_run=dry_run, yes=yes)


@verb(app, "deliver")
def deliver(slug: Slug, by: By = None, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Say that a closed petition was handed over: those who want to hear how it goes are told."""
    _decide(slug, _request("deliver"), by, dry_run=dry_run, yes=yes)


@verb(app, "outcome")
def outcome(
    slug: Slug,
    text: Annotated[str, typer.Option("--outcome", help="What came of it.", show_default=False)],
    text_in: Annotated[
        list[str] | None,
        typer.Option("--outcome-in", metavar="LANGUAGE=TEXT", help="The same in another language.", show_default=False),
    ] = None,
    by: By = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Say what came of a petition: those who want to hear of it are told. Said again, what they have is put right."""
    from bot.cli.written import texts_of

    texts = texts_of("outcome", text, text_in or (), call().settings().organisation)
    _decide(slug, _request("outcome", texts), by, dry_run=dry_run, yes=yes)


@verb(app, "comments")
def comments(
    slug: Slug,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are shown or hidden, the latest 50.")] = False,
    show: Annotated[
        list[str] | None, typer.Option("--show", metavar="MARK", help="Let everybody see this one.", show_default=False)
    ] = None,
    hide: Annotated[
        list[str] | None, typer.Option("--hide", metavar="MARK", help="Let nobody see this one.", show_default=False)
    ] = None,
    by: By = None,
) -> None:
    """List what signers wrote and nobody has looked at yet, or say which of it is shown. A changed one waits again."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.petitions_shown import show_comments

    if show or hide:
        asyncio.run(_decide_comments(slug, show or [], hide or [], by or user_name()))
        say(f"Shown from now on: {len(show or ())}. Hidden: {len(hide or ())}.")
    read = asyncio.run(_comments(slug, by or user_name(), everything))
    show_comments(slug, read)
    give([asdict(comment) for comment in read])


@verb(app, "bursts")
def bursts(
    slug: Annotated[str | None, typer.Argument(help="Only of this petition.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were decided on.")] = False,
    release: Annotated[
        int | None, typer.Option("--release", metavar="NUMBER", help="These are people: count them.", show_default=False)
    ] = None,
    exclude: Annotated[
        int | None, typer.Option("--exclude", metavar="NUMBER", help="Leave these set aside.", show_default=False)
    ] = None,
    by: By = None,
) -> None:
    """List signatures that came faster by one link than people sign and were set aside, or decide whether they count."""
    import asyncio
    from dataclasses import asdict

    from bot.cli.petitions_shown import show_bursts

    if release is not None and exclude is not None:
        raise Misuse("Decide on one burst at a time: --release or --exclude.")
    if (number := exclude if release is None else release) is not None:
        decided = asyncio.run(_decide_burst(number, by or user_name(), release=release is not None))
        left = f"{decided.set_aside} of its {decided.signatures} set aside"
        say(f"Burst {decided.id} of {decided.petition} is {decided.state}: {left}.")
        give(asdict(decided))
        return
    found = asyncio.run(_bursts(slug, everything))
    show_bursts(found)
    give([asdict(burst) for burst in found])


def _request(kind: str, texts: "dict[str, Written] | None" = None) -> "ChangeRequest":
    from bot.petitions.changing import Action, ChangeRequest

    return ChangeRequest(Action(kind), texts)


async def _petitions() -> "list[PetitionView]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.petitions()


async def _petition(slug: str) -> "PetitionAccount":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.petition(slug)


async def _comments(slug: str, by: str, everything: bool) -> "list[Comment]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.comments(slug, by, everything)


async def _decide_comments(slug: str, show: list[str], hide: list[str], by: str) -> None:
    from bot.cli.staff import at_work

    async with at_work() as operations:
        await operations.decide_comments(slug, show, hide, by)


async def _bursts(slug: str | None, everything: bool) -> "list[Burst]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.bursts(slug, everything)


async def _decide_burst(number: int, by: str, *, release: bool) -> "Burst":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.decide_burst(number, release, by)


def _decide(slug: str, request: "ChangeRequest", by: str | None, *, dry_run: bool, yes: bool) -> None:
    from bot.cli.changing import Change, decide
    from bot.cli.petitions_shown import question, show_forecast

    who = by or user_name()
    change = Change(
        "petition",
        forecast=lambda operations: operations.forecast_petition(slug, request),
        show=show_forecast,
        question=question,
        make=lambda operations, forecast: operations.change_petition(slug, request, who, forecast.before.changed_at),
        written_down=lambda forecast: say(f'Write it into your content file too: status = "{forecast.after.status}".'),
    )
    decide(change, dry_run=dry_run, yes=yes)
