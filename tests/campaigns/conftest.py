from zoneinfo import ZoneInfo

import pytest

from bot.campaigns.calling import ActionCalls
from bot.campaigns.service import Campaigns
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.announcements.people import add_case, add_followers
from tests.campaigns.making import DAYS
from tests.clocks import FrozenClock


@pytest.fixture
def campaigns(database: Database, vault: Vault, clock: FrozenClock) -> Campaigns:
    return Campaigns(database, vault, clock, ZoneInfo("Europe/London"), DAYS)


@pytest.fixture
def calls(database: Database, clock: FrozenClock) -> ActionCalls:
    return ActionCalls(database, clock, "en", ZoneInfo("Europe/London"), DAYS)


@pytest.fixture
async def people(database: Database, clock: FrozenClock) -> int:
    """Sam and Leila follow a case, whose number it gives."""
    case = await add_case(database)
    await add_followers(database, clock, case, 2)
    return case
