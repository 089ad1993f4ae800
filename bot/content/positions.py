"""Where each field of a TOML file stands: tomllib gives values without lines, and editors need the line."""

import re
from collections import Counter
from dataclasses import dataclass, field

_NAME = r"(?:[A-Za-z0-9_-]+|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')"
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\n]*)
    | (?P<header>^[ \t]*\[\[?[ \t]*(?P<table>{_DOTTED})[ \t]*\]\]?)
    | (?P<text>\"\"\"(?:\\.|[^\\])*?\"{{3,5}}|'''.*?'{{3,5}})
    | (?P<key>{_DOTTED})(?=[ \t]*=)
    | (?P<string>\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')
    | (?P<open>[\[{{])
    | (?P<close>[\]}}])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_PART = re.compile(_NAME)

Path = tuple[str | int, ...]
"""Like ("case", 0, "title", "ar"): the first [[case]] of the file, its title in Arabic."""


@dataclass(slots=True)
class Positions:
    """Lines count from 1."""

    lines: dict[Path, int] = field(default_factory=dict)
    first_lines_of_text: dict[Path, int] = field(default_factory=dict)
    """For a text over several lines, where its own first line stands."""

    def line(self, path: Path) -> int:
        """The line of a field, or of the nearest thing around it that is written down."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def line_in_text(self, path: Path, line: int) -> int:
        """The line of the file where that line of a field's text stands."""
        return self.first_lines_of_text.get(path, self.line(path)) + line - 1


def positions(toml: str) -> Positions:
    """Of a file that tomllib has read without an error; of another the answer may be wrong, but there is one."""
    return _Scan(toml).run()


class _Scan:
    def __init__(self, toml: str) -> None:
        self._toml = toml
        self._found = Positions()
        self._seen: Counter[str] = Counter()
        self._inside: list[Path] = [()]
        self._key: Path = ()

    def run(self) -> Positions:
        line, counted = 1, 0
        for token in _TOKEN.finditer(self._toml):
            line += self._toml.count("\n", counted, token.start())
            counted = token.start()
            match token.lastgroup:
                case "header" if len(self._inside) == 1:
                    self._enter_table(token["header"].strip(), token["table"], line)
                case "key":
                    self._key = self._inside[-1] + _parts(token["key"])
                    for end in range(len(self._inside[-1]), len(self._key)):
                        self._found.lines.setdefault(self._key[: end + 1], line)
                case "text":
                    opening = token["text"][3:4] == "\n"
                    self._found.first_lines_of_text[self._key] = line + opening
                case "open":
                    self._inside.append(self._key)
                case "close" if len(self._inside) > 1:
                    self._inside.pop()
        return self._found

    def _enter_table(self, header: str, table: str, line: int) -> None:
        first, *rest = _parts(table)
        name = str(first)
        if header.startswith("[["):
            self._seen[name] += not rest
        path: Path = (name, self._seen[name] - 1, *rest) if self._seen[name] else (name, *rest)
        self._inside = [path]
        self._key = path
        self._found.lines.setdefault(path, line)


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
