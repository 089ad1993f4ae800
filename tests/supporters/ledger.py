"""Cases to follow, and broadcasts that are owed to people."""

from sqlalchemy import select

from bot.cases.models import CaseRow, CaseStatus
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.language import Translated, Translation
from bot.storage.database import Database
from tests.clocks import START

TEXT = Translated({"en": Translation("A case", "editor", START)})


async def add_case(database: Database, slug: str) -> int:
    async with database.write() as session:
        case = CaseRow(slug=slug, status=CaseStatus.OPEN, title=TEXT, summary=TEXT)
        session.add(case)
        await session.flush()
        return case.id


async def owe(database: Database, subject: str, supporter_id: int, state: DeliveryState) -> int:
    async with database.write() as session:
        broadcast = BroadcastRow(subject=subject, state=BroadcastState.SENDING, content={}, audience={}, created_at=START)
        session.add(broadcast)
        await session.flush()
        delivery = DeliveryRow(
            broadcast_id=broadcast.id,
            supporter_id=supporter_id,
            place=1,
            state=state,
            message_id=77 if state is DeliveryState.SENT else None,
        )
        session.add(delivery)
        await session.flush()
        return broadcast.id


async def delivery(database: Database, broadcast_id: int) -> DeliveryRow:
    """The only one of that broadcast."""
    async with database.read() as session:
        return (await session.execute(select(DeliveryRow).where(DeliveryRow.broadcast_id == broadcast_id))).scalar_one()
