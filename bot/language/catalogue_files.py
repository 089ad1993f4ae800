"""Where the catalogues are, what they are called, and how one is read and compiled."""

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

DOMAIN = "nida"
SOURCE_LOCALE = "en"
"""The language messages are written in, in the code."""

SETTING = "NIDA_LOCALES"
"""Names a folder to read the catalogues from instead: to look at pseudo-languages, or at a translation before it is taken in."""

_PACKAGE = Path(__file__).resolve().parent.parent


def locales_folder() -> Path:
    """Inside the package when installed from a wheel, beside it in a checkout."""
    if chosen := os.environ.get(SETTING):
        return Path(chosen)
    inside = _PACKAGE / "locales"
    return inside if inside.is_dir() else _PACKAGE.parent / "locales"


def read_catalogue(file: Path, locale: str | None = None) -> "Catalog":
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only the tools need it, not the running bot

    with file.open("rb") as source:
        return read_po(source, locale=locale)


def compiled_bytes(po: Path) -> bytes:
    """The catalogue as gettext reads it; a message without a translation is left out."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - as above

    buffer = BytesIO()
    write_mo(buffer, read_catalogue(po, po.parent.parent.name))
    return buffer.getvalue()
