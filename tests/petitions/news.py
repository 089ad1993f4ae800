"""Who wants to hear how a petition goes, and what they are owed."""

from collections.abc import Iterable

from sqlalchemy import insert, select

from bot.announcements.service import Announcements
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.petitions.milestones import tell_milestones
from bot.petitions.models import PetitionRow
from bot.storage.database import Database
from bot.supporters.models import PetitionNewsRow
from tests.clocks import START, FrozenClock

LOCALES = ("en", "ar", "ur")


async def want_news(database: Database, petition_id: int, people: Iterable[int]) -> None:
    rows = [{"supporter_id": number, "petition_id": petition_id, "since": START} for number in people]
    async with database.write() as session:
        await session.execute(insert(PetitionNewsRow), rows)


async def count(database: Database, clock: FrozenClock, petition_id: int, counted: int) -> None:
    """As signing does: so many stand now."""
    async with database.write() as session:
        petition = await session.get_one(PetitionRow, petition_id, with_for_update=True)
        petition.counted = counted
        await tell_milestones(session, petition, clock.now(), "en")


async def fan_out(database: Database, clock: FrozenClock) -> None:
    await Announcements(database, clock, LOCALES, rate=30).finish_fan_outs()


async def notices(database: Database, beginning: str = "petition:") -> dict[str, BroadcastState]:
    found = select(BroadcastRow).where(BroadcastRow.subject.startswith(beginning)).order_by(BroadcastRow.id)
    async with database.read() as session:
        return {row.subject: row.state for row in (await session.execute(found)).scalars()}


async def told(database: Database, subject: str) -> list[int]:
    """Who is owed it."""
    owed = select(DeliveryRow.supporter_id).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    async with database.read() as session:
        return list(await session.scalars(owed.where(BroadcastRow.subject == subject).order_by(DeliveryRow.supporter_id)))
