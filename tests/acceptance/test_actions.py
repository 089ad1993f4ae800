"""A real process that dies between *I did it* and the thanks for it: it is counted once, and the thanks come."""

import pytest
from sqlalchemy import select

from bot.campaigns.models import ActionDoneRow, ActionRow
from bot.sources.models import Step, StepRow
from bot.storage.database import Database
from bot.storage.tables import all_tables
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation
from tests.conversation.speaking import has
from tests.telegram_world import TelegramWorld

ACTION = "write-to-the-court-service"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def test_killed_between_i_did_it_and_the_thanks_it_is_counted_once_and_thanked_for(
    world: TelegramWorld, installation: Installation, nursery: Nursery, database_url: str
) -> None:
    all_tables()
    killed = await nursery.bot(installation)
    sam = await world.person("Sam", language_code="en")
    await sam.starts(f"action-{ACTION}__leaflet")
    await sam.taps("I did it", on=await sam.sees(has("en", "I did it")))
    await sam.taps("Subscribe", on=await sam.sees(has("en", "Subscribe")))
    card = await sam.sees(has("en", "I did it"))
    await killed.killed_while_it_answers(world, lambda: sam.taps("I did it", on=card))
    assert "Thank you!" not in str(await sam.chat())
    await nursery.bot(installation)
    await sam.sees("Thank you!")
    await nursery.end()
    database = Database(database_url)
    async with database.read() as session:
        done = await session.scalars(select(ActionRow.slug).join(ActionDoneRow, ActionDoneRow.action_id == ActionRow.id))
        assert done.all() == [ACTION]
        counted = await session.scalars(select(StepRow).where(StepRow.step == Step.ACTED))
        assert [(row.source, row.people) for row in counted] == [("leaflet", 1)]
    await database.close()
