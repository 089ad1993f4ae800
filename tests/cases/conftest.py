import pytest

from bot.cases.service import Cases
from bot.storage.database import Database
from tests.clocks import FrozenClock


@pytest.fixture
def cases(database: Database, clock: FrozenClock) -> Cases:
    return Cases(database, clock, "en")
