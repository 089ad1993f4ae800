"""Text that is drawn: in the order it is read, with each letter in a font that has it, in lines that fit.

Pillow shapes a stretch of text of one direction in one font. What those stretches are, and where they stand in a line, is found
here: by the levels of Unicode's bidirectional algorithm (UAX 9), and by which font has the letter.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from typing import Final, Literal

import uharfbuzz
from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from PIL import ImageDraw, ImageFont

from bot.errors import NidaError
from bot.fonts import LATIN, NASKH, NASTALIQ, required_font
from bot.language.marks import BIDI_CONTROLS, ISOLATES, LRM, PDI, RLM, are_balanced, clean_line, first_strong
from bot.language.reader import is_rtl

Weight = Literal[0, 1]
REGULAR: Final[Weight] = 0
BOLD: Final[Weight] = 1
_UNKNOWN: Final = "\ufffd"
_LONGEST_WORD: Final = 20
_NOT_JOINED: Final = "\u200c"
"""In Nastaliq a letter stands the higher the more are joined to it: what is no word would stand in the line above."""
_MEASURED_AT: Final = 100
_SLACK: Final = 1.01
"""Letters are set on whole pixels, which widens some sizes."""
_STEP: Final = 0.92
"""How much smaller the next size is that is tried."""


class TooLong(NidaError):
    """A text that cannot be read any more at the size in which it would fit."""


@dataclass(frozen=True, slots=True)
class Face:
    """How the letters of one font compare to the size a line is set in: Nastaliq slopes, and needs room above and below."""

    files: tuple[str, str]
    scale: float
    above: float
    below: float


_LATIN: Final = Face(LATIN, 1.0, 0.98, 0.32)
_NASKH: Final = Face(NASKH, 1.06, 1.0, 0.55)
_NASTALIQ: Final = Face(NASTALIQ, 0.88, 1.55, 0.85)
FACES: Final = (_LATIN, _NASKH, _NASTALIQ)
_OF_LOCALE: Final = {"ur": _NASTALIQ}


@dataclass(frozen=True, slots=True)
class Letter:
    text: str
    level: int
    face: Face


Line = tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines in a size at which they fit."""

    lines: tuple[Line, ...]
    size: float
    weight: Weight
    locale: str

    @property
    def above(self) -> float:
        return self.size * max((letter.face.above for line in self.lines for letter in line), default=_LATIN.above)

    @property
    def line_height(self) -> float:
        return self.above + self.size * max((letter.face.below for line in self.lines for letter in line), default=_LATIN.below)

    @property
    def height(self) -> float:
        return self.line_height * max(1, len(self.lines))


def fit(text: str, locale: str, weight: Weight, room: tuple[float, float], sizes: tuple[float, float]) -> Setting:
    """As large as it fits into `room`, width by height, from the largest of `sizes` down to the smallest. Raises TooLong."""
    letters = letters_of(text, locale)
    size, smallest = sizes
    while (setting := _set(letters, locale, weight, room[0], size)).height > room[1]:
        if size <= smallest:
            raise TooLong(f"A text of {len(letters)} letters is too long for a picture: shorten it.")
        size = max(smallest, size * _STEP)
    return setting


def set_lines(text: str, locale: str, weight: Weight, width: float, size: float) -> Setting:
    """As many lines as it takes."""
    return _set(letters_of(text, locale), locale, weight, width, size)


def _set(letters: Line, locale: str, weight: Weight, width: float, size: float) -> Setting:
    return Setting(tuple(_lines(letters, size, weight, locale, width)), size, weight, locale)


def letters_of(text: str, locale: str) -> Line:
    """The letters in the order they are written, each with its level and its font. A letter that no font has is a sign that one
    is missing; pictographs are left out."""
    clean = _clean(text)
    base = TextDirection.RTL if _is_rtl(text, clean, locale) else TextDirection.LTR
    arabic = _OF_LOCALE.get(locale, _NASKH)
    found: list[Letter] = []
    joined = 0
    for each in BidiParagraph(clean, base, preserve_bn_chars=True).get_characters_with_embedding_level():
        letter, level = _drawable(each.character), each.embedding_level
        if not letter:
            continue
        usual = (arabic, _LATIN, _NASKH, _NASTALIQ) if level % 2 else (_LATIN, arabic, _NASKH, _NASTALIQ)
        face = _face(letter, usual, found[-1].face if found else usual[0])
        joined = joined + 1 if face is _NASTALIQ and letter != " " else 0
        found.append(Letter(letter, level, face))
        if joined % _LONGEST_WORD == _LONGEST_WORD - 1:
            found.append(Letter(_NOT_JOINED, level, face))
    return tuple(found)


def width_of(letters: Iterable[Letter], size: float, weight: Weight, locale: str) -> float:
    return size * sum(advance(run, weight, locale) for run in _runs(letters)) * _SLACK


def draw(
    on: ImageDraw.ImageDraw, setting: Setting, at: tuple[float, float], colour: str, *, right_edge: float | None = None
) -> None:
    """Draw with the upper left corner at `at`, or with every line ending at `right_edge`."""
    x, y = at
    for number, line in enumerate(setting.lines):
        baseline = y + setting.above + number * setting.line_height
        runs = [_Shaped.of(run, setting) for run in in_sight_order(line)]
        start = x if right_edge is None else right_edge - sum(run.width for run in runs)
        for run in runs:
            on.text((start, baseline), run.text, colour, run.font, "ls", direction=run.direction, language=setting.locale)
            start += run.width


def _clean(text: str) -> str:
    """Isolates are kept where they come in pairs: they hold an inserted value together. Nothing else that turns text round is."""
    if not are_balanced(text):
        return clean_line(text)
    unwanted = dict.fromkeys(map(ord, set(BIDI_CONTROLS) - set(ISOLATES) - {PDI}))
    return " ".join(text.translate(unwanted).split())


def _is_rtl(text: str, clean: str, locale: str) -> bool:
    """As the mark in front says, which the text builder puts there; else by what is written."""
    if text[:1] in {LRM, RLM}:
        return text[0] == RLM
    direction = first_strong(clean)
    return direction == "rtl" if direction else is_rtl(locale)


def _drawable(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter in BIDI_CONTROLS or unicodedata.category(letter) in {"Cc", "Cs", "Co"}:
        return ""
    if any(_has(face, letter) for face in FACES):
        return letter
    return _UNKNOWN if unicodedata.category(letter)[0] in "LN" else ""


def _face(letter: str, usual: Sequence[Face], before: Face) -> Face:
    """What joins two letters, or stands on one, is drawn with it. Digits and signs that everybody has are drawn as Latin ones."""
    if letter == " " or unicodedata.category(letter) in {"Cf", "Mn"}:
        return before
    if letter.isascii():
        return _LATIN
    return next((face for face in usual if _has(face, letter)), _LATIN)


def _has(face: Face, letter: str) -> bool:
    return ord(letter) in _coverage(face.files[REGULAR])


def _lines(letters: Line, size: float, weight: Weight, locale: str, width: float) -> Iterator[Line]:
    """Broken between words; within one where that alone is too wide. Each word is measured by itself, which is done once."""
    line: list[Letter] = []
    taken = 0.0
    for word in _words(letters):
        for part in _parts(word, size, weight, locale, width):
            if line and taken + width_of(_trimmed(part), size, weight, locale) > width:
                yield _trimmed(line)
                line, taken = [], 0.0
            line += part
            taken += width_of(part, size, weight, locale)
    if line:
        yield _trimmed(line)


def _words(letters: Line) -> Iterator[Line]:
    """Each with the space behind it."""
    word: list[Letter] = []
    for letter in letters:
        word.append(letter)
        if letter.text == " ":
            yield tuple(word)
            word = []
    yield tuple(word)


def _parts(word: Line, size: float, weight: Weight, locale: str, width: float) -> Iterator[Line]:
    while word and width_of(_trimmed(word), size, weight, locale) > width:
        fits, too_many = 1, len(word)
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if width_of(word[:middle], size, weight, locale) <= width:
                fits = middle
            else:
                too_many = middle
        yield word[:fits]
        word = word[fits:]
    yield word


def _trimmed(letters: Sequence[Letter]) -> Line:
    end = len(letters)
    while end and letters[end - 1].text == " ":
        end -= 1
    return tuple(letters[:end])


Run = tuple[str, int, Face]


def _runs(letters: Iterable[Letter]) -> Iterator[Run]:
    for (level, face), run in groupby(letters, lambda letter: (letter.level, letter.face)):
        yield "".join(letter.text for letter in run), level, face


def in_sight_order(line: Iterable[Letter]) -> list[Run]:
    """From left to right: rule L2 of the algorithm, by whole runs, as the inside of each is turned when it is shaped."""
    runs = list(_runs(line))
    for turned in range(max((level for _, level, _ in runs), default=0), 0, -1):
        start = 0
        while start < len(runs):
            end = start
            while end < len(runs) and runs[end][1] >= turned:
                end += 1
            runs[start:end] = reversed(runs[start:end])
            start = max(end, start + 1)
    return runs


@dataclass(frozen=True, slots=True)
class _Shaped:
    """A run in its font at its size."""

    text: str
    font: ImageFont.FreeTypeFont
    direction: str
    width: float

    @classmethod
    def of(cls, run: Run, setting: Setting) -> "_Shaped":
        text, level, face = run
        font, direction = _font(face.files[setting.weight], round(setting.size * face.scale)), _direction(level % 2)
        return cls(text, font, direction, font.getlength(text, direction=direction, language=setting.locale))


def _direction(odd: int) -> str:
    return "rtl" if odd else "ltr"


@lru_cache(maxsize=4096)
def advance(run: Run, weight: Weight, locale: str) -> float:
    """How wide it is in a line of size 1: shaped once, whatever sizes are tried."""
    text, level, face = run
    font = _font(face.files[weight], _MEASURED_AT)
    return font.getlength(text, direction=_direction(level % 2), language=locale) / _MEASURED_AT * face.scale


@lru_cache(maxsize=64)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(required_font(file), size, layout_engine=ImageFont.Layout.RAQM)


@cache
def _coverage(file: str) -> frozenset[int]:
    return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(required_font(file)))).unicodes)
