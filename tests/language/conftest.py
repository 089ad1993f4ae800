"""Catalogues as translators have them now, and words for each kind of reader."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.language import Catalogues, Digits, Reader, Words

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("en", "ar", "ur")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Speaking = Callable[..., Words]


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues.load(LOCALES, ROOT / "locales", strict=False, now=lambda: NOW)


@pytest.fixture
def speaking(catalogues: Catalogues) -> Speaking:
    """speaking("ar", "SY", timezone=…) → Words for such a reader."""

    def words(
        locale: str,
        region: str | None = None,
        digits: Digits = Digits.latin,
        timezone: str = "Europe/London",
        hijri: bool = False,
    ) -> Words:
        return catalogues.words(Reader(locale, region, digits, timezone, hijri))

    return words
