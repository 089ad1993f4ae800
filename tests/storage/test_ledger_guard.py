"""The trigger by which no final outcome is ever changed again."""

import pytest
from sqlalchemy.exc import DBAPIError

from bot.delivery.models import DeliveryState
from bot.storage.database import Database
from tests.storage.rows import add_one_of_each, set_outcome

FINAL = [DeliveryState.SENT, DeliveryState.UNREACHABLE, DeliveryState.REJECTED, DeliveryState.CANCELLED]


@pytest.mark.parametrize("final", FINAL)
@pytest.mark.parametrize("later", [DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.UNCERTAIN])
async def test_a_final_outcome_never_goes_back(database: Database, final: DeliveryState, later: DeliveryState) -> None:
    async with database.write() as session:
        delivery = await add_one_of_each(session)
        await set_outcome(session, delivery, final)
    with pytest.raises(DBAPIError, match="a final outcome never changes"):
        async with database.write() as session:
            await set_outcome(session, delivery, later)


async def test_an_uncertain_one_may_be_settled_later(database: Database) -> None:
    async with database.write() as session:
        delivery = await add_one_of_each(session)
        for state in (DeliveryState.LEASED, DeliveryState.UNCERTAIN, DeliveryState.LEASED, DeliveryState.SENT):
            await set_outcome(session, delivery, state)


async def test_a_final_outcome_may_be_said_twice(database: Database) -> None:
    async with database.write() as session:
        delivery = await add_one_of_each(session)
        await set_outcome(session, delivery, DeliveryState.SENT)
    async with database.write() as session:
        await set_outcome(session, delivery, DeliveryState.SENT)
