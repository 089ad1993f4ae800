"""What the house asks of its own tests."""

import ast
from collections.abc import Iterator

import pytest

from tests.docs.reading import ROOT

MUTANTS = "tests/delivery/test_mutants.py"
"""It has the tests of others look at what is broken on purpose."""


def imported(code: str) -> Iterator[str]:
    """The modules that code imports, wherever it does, and what it takes from them."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{each.name}" for each in node.names)


def modules_of_tests(code: str) -> set[str]:
    """Those among what it imports."""
    names = [name.split(".") for name in imported(code)]
    return {part for name in names if name[0] in {"tests", ""} for part in name if part.startswith("test_")}


def test_no_module_takes_anything_from_a_module_of_tests() -> None:
    files = (ROOT / "tests").rglob("*.py")
    taken = {str(file.relative_to(ROOT)): modules_of_tests(file.read_text(encoding="utf-8")) for file in files}
    assert taken.pop(MUTANTS)
    assert {file: modules for file, modules in taken.items() if modules} == {}, "put it where it is named for what it offers"


@pytest.mark.parametrize(
    "code",
    [
        "from tests.telegram.test_intake import message",
        "from tests.telegram import test_intake",
        "from .test_intake import message",
        "import tests.telegram.test_intake",
        "def late():\n    from tests.telegram.test_intake import message",
    ],
)
def test_it_would_be_found(code: str) -> None:
    assert modules_of_tests(code) == {"test_intake"}
