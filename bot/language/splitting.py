"""Cutting a text that is too long for one message: where a paragraph ends, with every tag and isolate closed."""

import html as _html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.language.marks import FSI, LRI, LRM, PDI, RLI, RLM, utf16_length, without_marks

_ATOM = re.compile(r"<[^>]*>|&[#\w]+;|.", re.DOTALL)
_TAG_NAME = re.compile(r"</?([a-z-]+)")
_WHOLE = frozenset({"a", "code", "tg-time"})
_JOINING = frozenset("\u200d\u200c\ufe0f")

PARAGRAPH, LINE, SPACE, ANYWHERE, FORCED = range(5)
"""How good a place is for a cut, best first; FORCED is inside an entity or an isolate."""


@dataclass(slots=True)
class _Atom:
    """One tag or one visible letter, and the state after it."""

    html: str
    letter: str
    tags: tuple[str, ...]
    isolates: str
    mark: str

    @property
    def width(self) -> int:
        return utf16_length(self.letter)


def pieces(html: str, limit: int) -> list[str]:
    """The HTML in pieces of at most `limit` UTF-16 units each, after entities. Nothing is lost but pieces of mere space.

    Raises ValueError for a limit too small to hold anything.
    """
    atoms = list(_atoms(html))
    if sum(atom.width for atom in atoms) <= limit:
        return [html]
    budget = limit - 2 - 2 * max(len(atom.isolates) for atom in atoms)
    if budget < 2:
        raise ValueError(f"A message of {limit} units cannot hold this text.")
    cuts = [0, *_cuts(atoms, budget), len(atoms)]
    cut_out = [_piece(atoms, start, end) for start, end in pairwise(cuts)]
    return [piece for piece in cut_out if piece]


def _atoms(html: str) -> Iterator[_Atom]:
    tags: tuple[str, ...] = ()
    isolates = mark = ""
    line_begins = True
    for token in _ATOM.findall(html):
        if len(token) > 1 and token[0] == "<":
            tags = tags[:-1] if token[1] == "/" else (*tags, token)
            yield _Atom(token, "", tags, isolates, mark)
            continue
        letter = _html.unescape(token)
        if line_begins:
            mark = letter if letter in {RLM, LRM} else ""
        line_begins = letter == "\n"
        isolates = _isolates_after(isolates, letter)
        yield _Atom(token, letter, tags, isolates, "" if line_begins else mark)


def _isolates_after(isolates: str, letter: str) -> str:
    if letter in {LRI, RLI, FSI}:
        return isolates + letter
    if letter == "\n":
        return ""
    return isolates[:-1] if letter == PDI else isolates


def _cuts(atoms: list[_Atom], budget: int) -> Iterator[int]:
    """Where to cut: each an index of the atom that begins the next piece."""
    start = 0
    while (end := _reach(atoms, start, budget)) < len(atoms):
        start = _best_cut(atoms, start, end)
        yield start


def _reach(atoms: list[_Atom], start: int, budget: int) -> int:
    """The index behind the last atom that still fits."""
    for at in range(start, len(atoms)):
        budget -= atoms[at].width
        if budget < 0:
            return at
    return len(atoms)


def _best_cut(atoms: list[_Atom], start: int, end: int) -> int:
    latest: dict[int, int] = {}
    for at in range(start + 1, end + 1):
        if atoms[at - 1].letter:
            latest[_quality(atoms, at)] = at
    enough = start + (end - start) // 3
    late_enough = [at for quality, at in sorted(latest.items()) if at > enough]
    cut = late_enough[0] if late_enough else latest[min(latest)]
    while cut < end and atoms[cut].html.startswith("</"):
        cut += 1
    return cut


def _quality(atoms: list[_Atom], at: int) -> int:
    before = atoms[at - 1]
    if before.isolates or any(_name(tag) in _WHOLE for tag in before.tags):
        return FORCED
    if before.letter == "\n":
        return PARAGRAPH if at > 1 and atoms[at - 2].letter == "\n" else LINE
    if before.letter == " ":
        return SPACE
    return FORCED if _joins(before.letter, atoms[at].letter) else ANYWHERE


def _joins(before: str, after: str) -> bool:
    return before in _JOINING or after in _JOINING or (after != "" and unicodedata.category(after) in {"Mn", "Me", "Sk"})


def _piece(atoms: list[_Atom], start: int, end: int) -> str:
    if not without_marks("".join(atom.letter for atom in atoms[start:end])).strip():
        return ""
    opened = _Atom("", "", (), "", "") if start == 0 else atoms[start - 1]
    last = atoms[end - 1]
    return "".join(
        [
            *opened.tags,
            opened.mark,
            opened.isolates,
            *(atom.html for atom in atoms[start:end]),
            PDI * len(last.isolates),
            *(f"</{_name(tag)}>" for tag in reversed(last.tags)),
        ]
    )


def _name(tag: str) -> str:
    match = _TAG_NAME.match(tag)
    return match[1] if match else ""
