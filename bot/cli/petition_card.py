"""nida petitions card: a picture to pass on, with a code that leads to the petition."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.call import call, verb
from bot.cli.screen import give, say
from bot.errors import Misuse, NidaError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.petitions.views import PetitionView

_LINKED = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Telegram lets a link carry."""
SIZES = ("square", "wide")
SOURCE = "card"
"""What a link in a picture is counted under, if nothing else is said."""


def register(app: typer.Typer) -> None:
    verb(app, "card")(card)


def card(
    slug: Annotated[str, typer.Argument(help="The petition's slug.", show_default=False)],
    locale: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="The reader's language; else the default one.", show_default=False)
    ] = None,
    size: Annotated[str, typer.Option(metavar="square|wide", help="1080 by 1080, or 1200 by 630.")] = "square",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to; else SLUG-LANGUAGE-SIZE.png.", show_default=False),
    ] = None,
    source: Annotated[str, typer.Option(help="What those who scan it are counted under; see `nida sources`.")] = SOURCE,
) -> None:
    """Draw a picture of a petition to pass on, in one language, with a code to scan."""
    import asyncio

    from bot.cli.petition_handover import chosen_locale, ensure_free, write_private

    settings = call().settings()
    reader = chosen_locale(locale, settings.organisation)
    if size not in SIZES:
        raise Misuse(f"--size {size} is none of {', '.join(SIZES)}.")
    payload = _payload(slug, source)
    file = out or Path(f"{slug}-{reader}-{size}.png")
    ensure_free(file)
    petition, link = asyncio.run(_petition(settings, slug, payload))
    write_private(file, _drawn(settings, petition, reader, size, link))
    say(f"Wrote {file}. Its code leads to {link}")
    if petition.status == "draft":
        say(f"It is a draft: the code leads nowhere until `nida petitions open {slug}`.")
    if not petition.is_counted_here():
        say("It tells no count: it was over when it was taken in, and how many signed it elsewhere is not known here.")
    give({"file": str(file), "link": link})


def _payload(slug: str, source: str) -> str:
    payload = f"petition-{slug}__{source}" if source else f"petition-{slug}"
    if not _LINKED.fullmatch(payload):
        raise Misuse("--source takes Latin letters, digits and -, and with the slug at most 53 of them; or nothing at all.")
    return payload


async def _petition(settings: "Settings", slug: str, payload: str) -> "tuple[PetitionView, str]":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        petition = (await operations.petition(slug)).petition
    return petition, f"https://t.me/{await _bot_name(settings)}?start={payload}"


async def _bot_name(settings: "Settings") -> str:
    """Raises NidaError when Telegram cannot be asked."""
    import aiohttp

    from bot.cli.telegram_checks import ask

    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
            name = (await ask(session, settings, "getMe")).result.get("username")
    except (aiohttp.ClientError, TimeoutError):
        name = None
    if not isinstance(name, str):
        raise NidaError("Telegram does not say what the bot is called, and the code has to lead to it; `nida doctor` says more.")
    return name


def _drawn(settings: "Settings", petition: "PetitionView", locale: str, size: str, link: str) -> bytes:
    from bot.language import Catalogues, Reader
    from bot.petitions.wording import PetitionWording
    from bot.pictures.cards import Card, Size, picture

    organisation = settings.organisation
    words = Catalogues.load([locale]).words(Reader(locale, timezone=organisation.timezone))
    wording = PetitionWording(words, petition, organisation.default_locale)
    line = wording.count() if petition.is_counted_here() else wording.status() or wording.count()
    shown = Card(wording.title().plain, line.plain, organisation.name, locale, link, wording.reached())
    return picture(shown, Size[size.upper()])
