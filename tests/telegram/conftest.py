import pytest

from tests.telegram.receiving import Seen


@pytest.fixture
def seen() -> Seen:
    return Seen()
