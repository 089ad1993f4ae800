import pytest

from bot.petitions.service import Petitions
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.petitions.making import petitions_of


@pytest.fixture
def petitions(database: Database, vault: Vault, clock: FrozenClock) -> Petitions:
    return petitions_of(database, vault, clock)
