import pytest

from bot.storage.database import Database
from tests.announcements.people import add_case, add_followers
from tests.clocks import FrozenClock
from tests.events.readers import ical_js

__all__ = ["case", "ical_js"]


@pytest.fixture
async def case(database: Database, clock: FrozenClock) -> int:
    """Six follow it."""
    case = await add_case(database)
    await add_followers(database, clock, case, 6)
    return case
