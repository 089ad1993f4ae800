"""nida petitions export --format: what is handed to those a petition is addressed to. The running bot gives it out and records
that; the file is made here."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.call import call
from bot.cli.screen import busy, give, people, say
from bot.errors import Misuse

if TYPE_CHECKING:
    from bot.config import Organisation
    from bot.petitions.handing_over import Handover

FORMATS = ("csv", "xlsx", "pdf")


def hand_over(slug: str, form: str, locale: str | None, to: Path | None, by: str, *, only_sums: bool) -> None:
    """Raises Misuse before anything is given out or recorded, as far as that can be known."""
    import asyncio

    organisation = call().settings().organisation
    chosen = chosen_locale(locale, organisation)
    if form not in FORMATS:
        raise Misuse(f"--format {form} is none of {', '.join(FORMATS)}.")
    if form == "pdf":
        _ensure_fonts()
    file = to or Path(f"{slug}.{form}")
    ensure_free(file)
    with busy("Reading signatures"):
        handover = asyncio.run(_handed(slug, by, form, only_sums=only_sums))
    with busy(f"Making {file}"):
        write_private(file, _made(form, handover, chosen, organisation))
    named = "sums only" if handover.people is None else f"{people(len(handover.people))} of {handover.counted:,} who sign"
    say(f"Wrote {file}: {named}. It is recorded: `nida audit list`.")
    if handover.people:
        say("It names people: send it to nobody but those they agreed to, and delete it here once it is delivered.")
    given = None if handover.people is None else len(handover.people)
    give({"file": str(file), "counted": handover.counted, "agreed": handover.agreed, "people": given})


def ensure_free(file: Path) -> None:
    """What is there already is never replaced."""
    if file.exists():
        raise Misuse(f"{file} exists already; name another file with --out.")


def write_private(file: Path, content: bytes) -> None:
    """For its owner's eyes alone."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misuse(f"{file} exists already; name another file with --out.") from None
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)


def chosen_locale(locale: str | None, organisation: "Organisation") -> str:
    if locale is not None and locale not in organisation.locales:
        raise Misuse(f"--locale {locale} is none of {', '.join(organisation.locales)}.")
    return locale or organisation.default_locale


def _ensure_fonts() -> None:
    from bot.fonts import FONTS, required_font

    for name in FONTS:
        required_font(name)


async def _handed(slug: str, by: str, form: str, *, only_sums: bool) -> "Handover":
    from bot.cli.staff import at_work

    async with at_work() as operations:
        return await operations.hand_over(slug, by, form, only_sums)


def _made(form: str, handover: "Handover", locale: str, organisation: "Organisation") -> bytes:
    from bot.language import Catalogues, Reader
    from bot.petitions.handover_wording import HandoverWording

    words = Catalogues.load([locale]).words(Reader(locale, timezone=organisation.timezone))
    wording = HandoverWording(words, handover, organisation.default_locale)
    if form == "csv":
        from bot.petitions.csv_file import csv_file

        return csv_file(wording)
    if form == "xlsx":
        from bot.petitions.xlsx_file import xlsx_file

        return xlsx_file(wording, organisation.name)
    from bot.petitions.pdf_file import pdf_file

    return pdf_file(wording, organisation.name)
