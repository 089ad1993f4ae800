"""The fonts of the chat page, from where a package put them: a phone that opens the page may have none."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FONTS: Final = {
    "NotoNaskhArabic-Regular.ttf": ("Noto Naskh Arabic", 400),
    "NotoNaskhArabic-Bold.ttf": ("Noto Naskh Arabic", 700),
    "NotoNastaliqUrdu-Regular.ttf": ("Noto Nastaliq Urdu", 400),
    "NotoNastaliqUrdu-Bold.ttf": ("Noto Nastaliq Urdu", 700),
}
"""Family and weight by file. Nothing else is served. Debian and Ubuntu have them in the package fonts-noto-core."""
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


def font_file(name: str) -> Path | None:
    """The installed file of one of `FONTS`; None when it is not installed or not one of them."""
    if name not in FONTS:
        return None
    return next((file for folder in _folders() if (file := folder / name).is_file()), None)


def stylesheet() -> str:
    """Rules for what is installed here; a device that has the font itself does not ask for it."""
    return "".join(_rule(name, *FONTS[name]) for name in FONTS if font_file(name))


def _rule(name: str, family: str, weight: int) -> str:
    own_names = (f"{family} Bold" if weight == 700 else family, name.removesuffix(".ttf"))
    sources = ", ".join([*(f'local("{own}")' for own in own_names), f'url("{name}") format("truetype")'])
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-display: swap; src: {sources}; }}\n'


def _folders() -> Iterator[Path]:
    chosen = os.environ.get(SETTING)
    return iter((Path(chosen),) if chosen else FOLDERS)
