"""Finding the messages in the code, with the place each is shown at and what its author tells the translator."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python

SOURCES = ("bot", "handlers")
TRANSLATORS = "Translators:"

SPOKEN = {"say": "text", "count": "text", "label": "button", "notice": "notice", "describe": "description"}
"""Methods of Words and the place their message is shown at."""

MARKED = {"N_": "text", "N_label": "button", "N_notice": "notice", "N_description": "description", "NC_": "table"}

_KEYWORDS = dict.fromkeys([*SPOKEN, *MARKED])
PLACE = "Place: "
LIMITS = {"text": 4096, "button": 64, "notice": 200, "description": 512}
"""How long a message may be where it is shown, in UTF-16 units; `describe` takes a smaller one of its own."""


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    line: int
    place: str
    message: str | tuple[str, str]
    context: str | None
    comments: tuple[str, ...]


def messages(root: Path) -> Iterator[Found]:
    """Every message of the sources under `root`, file by file, in the order they stand."""
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*.py")):
            yield from _of_file(file, root)


def template(root: Path) -> Catalog:
    """The template of all messages, in the order of their first appearance."""
    catalog = Catalog(project="Nida", version="0", charset="utf-8", fuzzy=False)
    for found in messages(root):
        catalog.add(
            found.message,
            locations=[(found.file, 0)],
            auto_comments=[*found.comments, PLACE + found.place],
            context=found.context,
        )
    return catalog


def _of_file(file: Path, root: Path) -> Iterator[Found]:
    code = file.read_text(encoding="utf-8")
    with file.open("rb") as source:
        for line, keyword, given, comments in extract_python(source, _KEYWORDS, [TRANSLATORS], {}):
            nearby = "\n".join(code.splitlines()[max(line - 3, 0) : line])
            message, context = _message(str(keyword), given, nearby, code)
            if message and _is_said(str(keyword), nearby):
                yield Found(
                    file=file.relative_to(root).as_posix(),
                    line=line,
                    place=(SPOKEN | MARKED)[str(keyword)],
                    message=message,
                    context=context,
                    comments=(" ".join(comments),) if comments else (),
                )


def _message(keyword: str, given: object, nearby: str, code: str) -> tuple[str | tuple[str, str] | None, str | None]:
    """The message of one call, and its context."""
    parts = list(given) if isinstance(given, tuple | list) else [given]
    first, second = (part if isinstance(part, str) else None for part in (*parts, None)[:2])
    if keyword == "count":
        return ((first, second) if first and second else None), None
    if keyword == "NC_":
        return second, first or _constant(nearby, code)
    return first, None


def _constant(nearby: str, code: str) -> str | None:
    """A context given by the name of a constant of the same module."""
    named = re.findall(r"\bNC_\(\s*(\w+)\s*,", nearby)
    value = re.search(rf"^{named[-1]} = [\"'](.+)[\"']$", code, re.MULTILINE) if named else None
    return value[1] if value else None


def _is_said(keyword: str, nearby: str) -> bool:
    """Other things have a label() or a count() too; ours are called on something named words."""
    return keyword in MARKED or re.search(rf"\bwords\.{keyword}\(", nearby) is not None
