"""What signers say and agree to, and what stands then: on the petition's card, of their own, in the log."""

from sqlalchemy import select

from bot.petitions.entries import EntryKind
from bot.petitions.models import CommentState, EntryRow, SignatureRow
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Mine, PetitionCard
from bot.storage.database import Database
from tests.petitions.making import AMAL

NOTHING = Answers()
NO = {"show_name": False, "pass_on": False}
YES = {"show_name": True, "pass_on": True}


async def card(petitions: Petitions, key: int | str, who: int = AMAL.telegram_id) -> PetitionCard:
    found = await petitions.get_card(key, who)
    assert found is not None
    return found


async def mine_of(petitions: Petitions, key: int, who: int = AMAL.telegram_id) -> Mine:
    found = (await card(petitions, key, who)).mine
    assert found is not None
    return found


async def entries(database: Database, petition_id: int) -> list[tuple[EntryKind, int | None]]:
    listed = select(EntryRow.kind, EntryRow.about).where(EntryRow.petition_id == petition_id).order_by(EntryRow.number)
    async with database.read() as session:
        return [(kind, about) for kind, about in (await session.execute(listed)).all()]


async def show_comments(database: Database) -> None:
    async with database.write() as session:
        for row in (await session.scalars(select(SignatureRow))).all():
            row.comment = CommentState.SHOWN
