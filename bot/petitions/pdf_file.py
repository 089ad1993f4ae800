"""What is handed over on paper: A4, from the right for who reads from the right, each name shaped in a font that has its letters.

Lines are set as in pictures (`bot.pictures.lettering`), so that a name stands as its owner writes it whatever it is next to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment

from bot.fonts import required_font
from bot.language.reader import is_rtl
from bot.petitions.handover_wording import HandoverWording, Table
from bot.pictures.lettering import BOLD, FACES, REGULAR, Run, Setting, Weight, advance, in_sight_order, set_lines

_MARGIN: Final = 20.0
"""Millimetres."""
_POINT: Final = 25.4 / 72
_TITLE, _HEADING, _TEXT, _SMALL = 20.0, 13.0, 10.5, 9.0
"""Points."""
_GAP: Final = 2.5
_GREY: Final = 110


def pdf_file(wording: HandoverWording, organisation: str) -> bytes:
    """Raises NoFonts where there are none."""
    paper = _Paper(wording)
    paper.write(organisation, _SMALL, grey=True)
    paper.write(wording.title(), _TITLE, BOLD)
    paper.write(wording.target(), _HEADING)
    for paragraph in filter(None, wording.text().split("\n")):
        paper.write(paragraph, _TEXT)
    for fact in wording.facts(organisation):
        paper.write(fact, _TEXT, BOLD)
    sums = list(wording.sums())
    for table in sums:
        paper.table(table)
    if sums:
        paper.write(wording.note(), _SMALL, grey=True)
    if people := wording.people():
        paper.table(people)
    return paper.made()


@dataclass(frozen=True, slots=True)
class _Column:
    """`start` is its distance from where the reader begins."""

    start: float
    width: float


class _Document(FPDF):
    """Takes each run as it is: of one direction and in one font. The library would cut it where one of Unicode's scripts ends,
    and so take marks off their letters."""

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        shaping = self.text_shaping
        if not shaping:
            return super()._preload_bidirectional_text(text, markdown)
        shaping["fragment_direction"] = shaping["paragraph_direction"] = shaping["direction"]
        return (Fragment(text, self._get_current_graphics_state(), self.k),)


class _Paper:
    def __init__(self, wording: HandoverWording) -> None:
        self._wording = wording
        self._locale = wording.words.reader.locale
        self._rtl = is_rtl(self._locale)
        self._pdf = _document(wording)
        self._width = self._pdf.epw
        self._pdf.add_page()

    def made(self) -> bytes:
        pages = self._pdf.pages_count
        for page in range(1, pages + 1):
            self._pdf.page = page
            self._pdf.set_font(size=1)  # what is set is remembered for all pages, and counts for one
            setting = self._set(self._wording.page(page, pages), _SMALL, REGULAR, self._width)
            self._draw(setting, _Column(0, self._width), self._pdf.h - _MARGIN * 0.7, grey=True)
        return bytes(self._pdf.output())

    def write(self, text: str, size: float, weight: Weight = REGULAR, *, grey: bool = False) -> None:
        """A paragraph."""
        setting = self._set(text, size, weight, self._width)
        for line in setting.lines:
            one = Setting((line,), setting.size, weight, self._locale)
            self._ensure(one.height * _POINT)
            top = self._pdf.y
            self._draw(one, _Column(0, self._width), top, grey=grey)
            self._pdf.y = top + one.height * _POINT
        self._pdf.y += _GAP

    def table(self, table: Table) -> None:
        self._pdf.y += _GAP
        columns = self._columns(table)
        self._ensure(30)  # not a heading alone at the foot of a page
        self.write(table.title, _HEADING, BOLD)
        self._row(table.heads, columns, BOLD)
        for row in table.rows:
            self._row(row, columns, REGULAR, again=lambda: self._row(table.heads, columns, BOLD))
        self._pdf.y += _GAP

    def _row(
        self, cells: Sequence[str | int], columns: list[_Column], weight: Weight, again: Callable[[], None] | None = None
    ) -> None:
        """With the heads once more where it begins a page."""
        settings = [
            self._set(f"{cell:,}" if isinstance(cell, int) else cell, _TEXT, weight, column.width)
            for cell, column in zip(cells, columns, strict=True)
        ]
        above = max(setting.above for setting in settings)
        height = (above + max(setting.height - setting.above for setting in settings)) * _POINT
        if self._ensure(height) and again:
            again()
        top = self._pdf.y
        for setting, column in zip(settings, columns, strict=True):
            self._draw(setting, column, top + (above - setting.above) * _POINT)  # on one line
        self._pdf.y = top + height
        self._pdf.line(_MARGIN, self._pdf.y, _MARGIN + self._width, self._pdf.y)
        self._pdf.y += 0.8

    def _columns(self, table: Table) -> list[_Column]:
        """As wide as what is in them, in proportion."""
        longest = [
            min(32, max(14, len(head), *(len(str(row[column])) for row in table.rows))) for column, head in enumerate(table.heads)
        ]
        whole = self._width - _GAP * (len(longest) - 1)
        widths = [whole * each / sum(longest) for each in longest]
        return [_Column(sum(widths[:number]) + _GAP * number, width) for number, width in enumerate(widths)]

    def _ensure(self, height: float) -> bool:
        """Room for so much; whether that took a new page."""
        if self._pdf.y + height <= self._pdf.h - _MARGIN:
            return False
        self._pdf.add_page()
        return True

    def _set(self, text: str, size: float, weight: Weight, width: float) -> Setting:
        return _kept(text, self._locale, weight, round(width / _POINT, 1), size)

    def _draw(self, setting: Setting, column: _Column, top: float, *, grey: bool = False) -> None:
        self._pdf.set_text_color(_GREY if grey else 0)
        for number, line in enumerate(setting.lines):
            runs = in_sight_order(line)
            widths = [advance(run, setting.weight, setting.locale) * setting.size * _POINT for run in runs]
            start = _MARGIN + column.start
            x = self._pdf.w - start - sum(widths) if self._rtl else start
            baseline = top + (setting.above + number * setting.line_height) * _POINT
            for run, width in zip(runs, widths, strict=True):
                self._draw_run(run, setting, (x, baseline), width)
                x += width

    def _draw_run(self, run: Run, setting: Setting, at: tuple[float, float], width: float) -> None:
        text, level, face = run
        size = setting.size * face.scale
        self._pdf.set_font(face.files[setting.weight], size=size)
        direction = TextDirection.RTL if level % 2 else TextDirection.LTR
        self._pdf.set_text_shaping(True, direction=direction, language=setting.locale)
        # A cell as high as its letters has their baseline at four fifths of its height. Only cells are shaped.
        self._pdf.set_xy(at[0], at[1] - 0.8 * size * _POINT)
        self._pdf.cell(width, size * _POINT, text)


def _document(wording: HandoverWording) -> _Document:
    pdf = _Document(format="A4")
    pdf.set_margin(_MARGIN)
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    pdf.set_draw_color(200)
    pdf.set_line_width(0.15)
    pdf.set_creation_date(wording.handover.at)
    pdf.set_title(wording.title())
    pdf.set_lang(wording.words.reader.locale)
    for face in FACES:
        for file in face.files:
            pdf.add_font(file, fname=required_font(file))
    return pdf


@lru_cache(maxsize=4096)
def _kept(text: str, locale: str, weight: Weight, width: float, size: float) -> Setting:
    """Countries and cities come again and again."""
    return set_lines(text, locale, weight, width, size)
