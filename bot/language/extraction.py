"""Finding the messages in the code, with the place each is shown at and what its author tells the translator."""

import ast
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
LIMITS = {"text": 4096, "table": 4096, "button": 64, "notice": 200, "description": 256}
"""How long a message may be where it is shown, in UTF-16 units, where the call names no limit of its own."""

_OWN_LIMIT = frozenset({"describe", "N_description"})


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    line: int
    place: str
    limit: int
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
            auto_comments=[*found.comments, _place_comment(found)],
            context=found.context,
        )
    return catalog


def _place_comment(found: Found) -> str:
    narrow = found.limit < LIMITS["text"]
    return f"{PLACE}{found.place}" + (f", at most {found.limit} letters" if narrow else "")


def _of_file(file: Path, root: Path) -> Iterator[Found]:
    code = file.read_text(encoding="utf-8")
    own_limits = _own_limits(code)
    with file.open("rb") as source:
        for line, keyword, given, comments in extract_python(source, _KEYWORDS, [TRANSLATORS], {}):
            if line is None:  # a call without arguments
                continue
            nearby = "\n".join(code.splitlines()[max(line - 3, 0) : line])
            message, context = _message(str(keyword), given, nearby, code)
            if message and _is_said(str(keyword), nearby):
                yield Found(
                    file=file.relative_to(root).as_posix(),
                    line=line,
                    place=(place := (SPOKEN | MARKED)[str(keyword)]),
                    limit=own_limits.get(str(message), LIMITS[place]) if keyword in _OWN_LIMIT else LIMITS[place],
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


def _own_limits(code: str) -> dict[str, int]:
    """Messages whose call says itself how long they may be."""
    calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and len(node.args) > 1)
    return {
        str(call.args[0].value): call.args[1].value
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[1], ast.Constant)
        and isinstance(call.args[1].value, int)
    }


def _is_said(keyword: str, nearby: str) -> bool:
    """Other things have a label() or a count() too; ours are called on something named words."""
    return keyword in MARKED or re.search(rf"\bwords\.{keyword}\(", nearby) is not None
