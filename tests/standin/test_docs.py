"""The page about the stand-in names every control address and every fault."""

from pathlib import Path

import pytest

from bot.standin.control import ROUTES
from bot.standin.faults import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "standin.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted({path for _, path, _ in ROUTES}))
def test_every_control_address_is_documented(path: str) -> None:
    known = path.removeprefix("people/{id}") if path == "people/{id}/unblock" else f"/control/{path}"
    assert f"`{known}`" in PAGE or f"{known}`" in PAGE or f"{known}?" in PAGE


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fault_is_documented(kind: str) -> None:
    assert f"`{kind}`" in PAGE
