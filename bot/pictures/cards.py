"""A card to pass on: what it is about in the reader's script, how far it is, who asks, and a code that leads there.

Making one takes the time of a few replies, so whoever answers people makes it in a thread.
"""

from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

import segno
from PIL import Image, ImageDraw

from bot.language.reader import is_rtl
from bot.pictures import lettering
from bot.pictures.lettering import BOLD, REGULAR, Setting, Weight

GROUND: Final = "#10363f"
INK: Final = "#ffffff"
SOFT: Final = "#bcd3d3"
SIGNAL: Final = "#f2b544"
TRACK: Final = "#2b5560"
QUIET_ZONE: Final = 4
"""Modules around a code, without which scanners do not find it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """In pixels. A code `beside` the text leaves that a narrower column; else the title has the full width."""

    width: int
    height: int
    margin: int
    gap: int
    code: int
    footer: int
    beside: bool


class Size(Enum):
    SQUARE = Layout(1080, 1080, margin=76, gap=38, code=270, footer=270, beside=False)
    WIDE = Layout(1200, 630, margin=56, gap=24, code=270, footer=124, beside=True)


@dataclass(frozen=True, slots=True)
class Card:
    """`line` says one thing about it, like how many have signed. The code leads to `link`. `progress` is from 0 to 1."""

    title: str
    line: str
    organisation: str
    locale: str
    link: str
    progress: float | None = None


def picture(card: Card, size: Size) -> bytes:
    """A PNG. Raises TooLong when a text does not fit in a size one can read, NoFonts where there are none."""
    return _Drawing(card, size.value).made()


class _Drawing:
    """One card while it is drawn. Seen from the side where the reader begins: mirrored for those who read from the right."""

    def __init__(self, card: Card, layout: Layout) -> None:
        self._card = card
        self._to = layout
        self._inner = layout.width - 2 * layout.margin
        self._beside_code = self._inner - layout.code - layout.gap
        self._rtl = is_rtl(card.locale)
        self._image = Image.new("RGB", (layout.width, layout.height), GROUND)
        self._on = ImageDraw.Draw(self._image)

    def made(self) -> bytes:
        column = self._beside_code if self._to.beside else self._inner
        top = self._organisation(column)
        bottom: float = self._to.height - self._to.margin - self._to.footer - self._to.gap
        if self._card.progress is not None:
            bottom = self._progress(self._card.progress, bottom, column)
        self._write(self._set(self._card.title, BOLD, (column, bottom - top), (92, 24)), top, INK)
        self._footer()
        self._scannable()
        out = BytesIO()
        self._image.quantize(32, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
        return out.getvalue()

    def _organisation(self, column: int) -> float:
        """Returns where the title may begin."""
        inset = 28
        setting = self._set(self._card.organisation, REGULAR, (column - inset, self._to.height * 0.11), (36, 14))
        self._bar(10, self._to.margin, setting.height, SIGNAL)
        self._write(setting, self._to.margin, SOFT, inset=inset)
        return self._to.margin + setting.height + self._to.gap * 0.7

    def _progress(self, progress: float, bottom: float, column: int) -> float:
        """A bar that fills from where one begins to read. Returns where the title has to end."""
        thick = 24
        done = round(column * min(1.0, max(0.0, progress)))
        self._bar(column, bottom - thick, thick, TRACK)
        if done:
            self._bar(max(thick, done), bottom - thick, thick, SIGNAL)
        return bottom - thick - self._to.gap / 2

    def _footer(self) -> None:
        top = self._to.height - self._to.margin - self._to.footer
        line = self._set(self._card.line, REGULAR, (self._beside_code, self._to.footer * 0.66), (44, 14))
        self._write(line, top, INK)
        address = self._set(_shown(self._card.link), REGULAR, (self._beside_code, self._to.footer * 0.33), (32, 14))
        self._write(address, top + self._to.footer - address.height, SOFT)

    def _scannable(self) -> None:
        """The code, in the corner where one ends to read."""
        code = segno.make(self._card.link, error="m", micro=False)
        rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(border=QUIET_ZONE)]
        whole = self._to.code // len(rows) * len(rows)
        modules = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows)).resize((whole, whole), Image.Resampling.NEAREST)
        framed = Image.new("L", (self._to.code, self._to.code), 255)
        framed.paste(modules, ((self._to.code - whole) // 2,) * 2)
        left = self._to.margin if self._rtl else self._to.width - self._to.margin - self._to.code
        self._image.paste(framed, (left, self._to.height - self._to.margin - self._to.code))

    def _set(self, text: str, weight: Weight, room: tuple[float, float], sizes: tuple[float, float]) -> Setting:
        return lettering.fit(text, self._card.locale, weight, room, sizes)

    def _write(self, setting: Setting, top: float, colour: str, *, inset: int = 0) -> None:
        right_edge = self._to.width - self._to.margin - inset if self._rtl else None
        lettering.draw(self._on, setting, (self._to.margin + inset, top), colour, right_edge=right_edge)

    def _bar(self, length: int, top: float, thick: float, colour: str) -> None:
        """From where one begins to read."""
        left = self._to.width - self._to.margin - length if self._rtl else self._to.margin
        box = (left, round(top), left + length - 1, round(top + thick) - 1)
        self._on.rounded_rectangle(box, min(length, thick) / 2, colour)


def _shown(link: str) -> str:
    """What one could type from a picture: without the scheme and what only counts links."""
    parts = urlsplit(link)
    return (parts.netloc + parts.path).rstrip("/") or link
