"""A real process that dies between a signature and the thanks for it: it is there once, and the thanks come."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.petitions.models import PetitionRow, SignatureRow
from bot.storage.database import Database
from bot.storage.tables import all_tables
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation
from tests.telegram_world import TelegramWorld

PATIENCE = 60
PETITION = "civilian-court-for-the-two"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


async def test_killed_between_the_signature_and_the_thanks_it_is_there_once_and_thanked_for(
    world: TelegramWorld, installation: Installation, nursery: Nursery, database_url: str, tmp_path: Path
) -> None:
    all_tables()
    killed = await nursery.bot(installation)
    sam = await world.person("Sam", language_code="en")
    await sam.starts(f"petition-{PETITION}__leaflet")
    await sam.taps("Sign", on=await sam.sees(lambda shown: "Sign" in shown.labels, timeout=PATIENCE))
    asked = await sam.sees(lambda shown: "Count me in" in shown.labels, timeout=PATIENCE)
    await world.fault("slow", method="editMessageText", seconds=15, times=1)
    await sam.taps("Count me in", on=asked)
    while any("slow" in str(fault) for fault in world.standin.faults.listed()):
        await asyncio.sleep(0.02)  # until the thanks are on their way, which they never arrive by
    await killed.killed()
    await world.no_more_faults()
    assert "Thank you" not in str(await sam.chat())
    await nursery.bot(installation)
    await sam.sees("Thank you. Your signature is number 1.", timeout=PATIENCE)
    await nursery.end()
    database = Database(database_url)
    async with database.read() as session:
        petition = (await session.scalars(select(PetitionRow).where(PetitionRow.slug == PETITION))).one()
        assert (petition.counted, petition.made, petition.size) == (1, 1, 1)
        assert len((await session.scalars(select(SignatureRow))).all()) == 1
    await database.close()
