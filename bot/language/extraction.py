"""Finding the messages in the code, with the place each is shown at and what its author tells the translator.

Babel's own extractor goes by tokens and loses a message inside another call of the same name, as in
`chat.say(lines(words.say("…")))`; this one reads the syntax tree.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog

SOURCES = ("bot", "handlers")
TRANSLATORS = "Translators:"

SPOKEN = {"say": "text", "count": "text", "label": "button", "notice": "notice", "describe": "description"}
"""Methods of Words and the place their message is shown at."""

MARKED = {"N_": "text", "N_label": "button", "N_notice": "notice", "N_description": "description", "NC_": "table"}

PLACE = "Place: "
LIMITS = {"text": 4096, "table": 4096, "button": 64, "notice": 200, "description": 256}
"""How long a message may be where it is shown, in UTF-16 units, where the call names no limit of its own."""

_WITH_OWN_LIMIT = frozenset({"describe", "N_description"})


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    line: int
    place: str
    limit: int
    message: str | tuple[str, str]
    context: str | None
    comment: str


def messages(root: Path) -> Iterator[Found]:
    """Every message of the sources under `root`, file by file, in the order they stand."""
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*.py")):
            source = _Source(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))
            yield from sorted(source.messages(), key=lambda found: found.line)


def template(root: Path) -> Catalog:
    """The template of all messages, in the order of their first appearance."""
    catalog = Catalog(project="Nida", version="0", charset="utf-8", fuzzy=False)
    for found in messages(root):
        catalog.add(
            found.message,
            locations=[(found.file, 0)],
            auto_comments=[*([found.comment] if found.comment else []), _place_comment(found)],
            context=found.context,
        )
    return catalog


def _place_comment(found: Found) -> str:
    narrow = found.limit < LIMITS["text"]
    return f"{PLACE}{found.place}" + (f", at most {found.limit} letters" if narrow else "")


class _Source:
    """One file of the code."""

    def __init__(self, name: str, code: str) -> None:
        self._name = name
        self._lines = code.splitlines()
        self._tree = ast.parse(code)
        self._constants = dict(_constants(self._tree))

    def messages(self) -> Iterator[Found]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and (kind := _kind(node)):
                texts = [self._text(given) for given in node.args[:2]]
                yield from self._found(kind, node, [text for text in texts if text is not None])

    def _found(self, kind: str, call: ast.Call, texts: list[str]) -> Iterator[Found]:
        wanted = 2 if kind in {"count", "NC_"} else 1
        if len(texts) < wanted:
            return
        place = (SPOKEN | MARKED)[kind]
        yield Found(
            file=self._name,
            line=call.lineno,
            place=place,
            limit=_own_limit(call) or LIMITS[place] if kind in _WITH_OWN_LIMIT else LIMITS[place],
            message=(texts[0], texts[1]) if kind == "count" else texts[wanted - 1],
            context=texts[0] if kind == "NC_" else None,
            comment=self._comment(call.lineno) or self._comment(call.args[0].lineno),
        )

    def _text(self, node: ast.expr) -> str | None:
        """A literal, or a constant of the same module."""
        if isinstance(node, ast.Name):
            return self._constants.get(node.id)
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _comment(self, line: int) -> str:
        """What the comment right above that line tells the translator."""
        above: list[str] = []
        while line > 1 and self._lines[line - 2].lstrip().startswith("#"):
            line -= 1
            above.insert(0, self._lines[line - 1].strip().removeprefix("#").strip())
        text = " ".join(above)
        return text[text.index(TRANSLATORS) :] if TRANSLATORS in text else ""


def _kind(call: ast.Call) -> str | None:
    """Which of our ways to say something a call is. Other things have a label() too; ours is called on `words`."""
    if isinstance(call.func, ast.Name):
        return call.func.id if call.func.id in MARKED else None
    if isinstance(call.func, ast.Attribute) and call.func.attr in SPOKEN:
        return call.func.attr if ast.unparse(call.func.value).endswith("words") else None
    return None


def _own_limit(call: ast.Call) -> int | None:
    second = call.args[1] if len(call.args) > 1 else None
    return second.value if isinstance(second, ast.Constant) and isinstance(second.value, int) else None


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from ((target.id, node.value.value) for target in node.targets if isinstance(target, ast.Name))
