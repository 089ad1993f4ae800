"""The fonts that Nida's three languages are written in, from where a package put them: the chat page gives them out, pictures and
documents are made with them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bot.errors import NidaError

LATIN: Final = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
NASKH: Final = ("NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf")
NASTALIQ: Final = ("NotoNastaliqUrdu-Regular.ttf", "NotoNastaliqUrdu-Bold.ttf")
FONTS: Final = (*LATIN, *NASKH, *NASTALIQ)
"""Debian and Ubuntu have them in the package fonts-noto-core."""
OWN_FOLDER: Final = Path(sys.prefix) / "share" / "fonts" / "noto"
"""Where `make setup` puts them on a machine that has none."""
SETTING: Final = "NIDA_FONTS"
"""Names a folder to look into instead, where fonts are kept elsewhere."""
FOLDERS: Final = (
    OWN_FOLDER,
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/share/fonts/google-noto"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
)
REMEDY: Final = (
    f"Install them (Debian: apt-get install fonts-noto-core), or name their folder in the environment variable {SETTING}."
)


class NoFonts(NidaError):
    """What pictures and documents are written in is not installed here."""


def font_file(name: str) -> Path | None:
    """The installed file of one of `FONTS`; None when it is not installed or not one of them."""
    if name not in FONTS:
        return None
    return next((file for folder in _folders() if (file := folder / name).is_file()), None)


def missing_fonts() -> tuple[str, ...]:
    return tuple(name for name in FONTS if font_file(name) is None)


def required_font(name: str) -> Path:
    """Raises NoFonts, naming all that are missing and how to get them."""
    if (file := font_file(name)) is not None:
        return file
    raise NoFonts(f"Pictures and documents need fonts that are not installed: {', '.join(missing_fonts())}. {REMEDY}")


def _folders() -> Iterator[Path]:
    chosen = os.environ.get(SETTING)
    return iter((Path(chosen),) if chosen else FOLDERS)
