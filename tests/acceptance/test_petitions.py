"""A real process that dies between a signature and the thanks for it: it is there once, and the thanks come."""

import pytest
from sqlalchemy import select

from bot.petitions.models import CommentState, PetitionRow, SignatureRow
from bot.storage.database import Database
from bot.storage.tables import all_tables
from tests.acceptance.nursery import Nursery
from tests.acceptance.processes import Installation
from tests.conversation.speaking import has
from tests.person import Person
from tests.telegram_world import TelegramWorld

PLAIN, ASKING = "civilian-court-for-the-two", "open-court-three"
COMMENTED = {PLAIN: CommentState.NONE, ASKING: CommentState.WAITING}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.mark.parametrize(("petition", "last_tap"), [(PLAIN, "Count me in"), (ASKING, "Sign: count me in")])
async def test_killed_between_the_signature_and_the_thanks_it_is_there_once_and_thanked_for(
    world: TelegramWorld, installation: Installation, nursery: Nursery, database_url: str, petition: str, last_tap: str
) -> None:
    all_tables()
    killed = await nursery.bot(installation)
    sam = await world.person("Sam", language_code="en")
    await sam.starts(f"petition-{petition}__leaflet")
    await sam.taps("Sign", on=await sam.sees(has("en", "Sign")))
    if petition == ASKING:
        await answers(sam)
    asked = await sam.sees(has("en", last_tap))
    await killed.killed_while_it_answers(world, lambda: sam.taps(last_tap, on=asked))
    assert "Thank you" not in str(await sam.chat())
    await nursery.bot(installation)
    await sam.sees("Thank you. Your signature is number 1.")
    await nursery.end()
    database = Database(database_url)
    async with database.read() as session:
        signed = (await session.scalars(select(PetitionRow).where(PetitionRow.slug == petition))).one()
        assert (signed.counted, signed.made, signed.size) == (1, 1, 1)
        (signature,) = (await session.scalars(select(SignatureRow))).all()
        assert (signature.comment, signature.show_name) == (COMMENTED[petition], False)
    await database.close()


async def answers(sam: Person) -> None:
    """A name and why, and neither city nor country."""
    for question, answer in (("your name", "Sam"), ("city", None), ("country", None), ("Why do you sign", "Open the door.")):
        asked = await sam.sees(question)
        await (sam.types(answer) if answer else sam.taps("Leave it out", on=asked))
