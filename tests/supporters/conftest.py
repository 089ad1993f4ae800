import pytest

from bot.config import Organisation
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.supporters.following import Following
from bot.supporters.service import Supporters
from tests.clocks import FrozenClock

ORGANISATION = Organisation(timezone="Europe/London")


@pytest.fixture
def supporters(database: Database, vault: Vault, clock: FrozenClock) -> Supporters:
    return Supporters(database, vault, clock, ORGANISATION)


@pytest.fixture
def following(database: Database, clock: FrozenClock) -> Following:
    return Following(database, clock)
