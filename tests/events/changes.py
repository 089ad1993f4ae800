"""Changing an event in a test, and looking at what is sent of it."""

from typing import Any

from sqlalchemy import func, select, update

from bot.announcements.service import Announcements
from bot.cases.service import Cases
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.events.changing import Action, ChangeRequest, EventChanges
from bot.storage.database import Database
from tests.clocks import FrozenClock
from tests.events.world import SLUG, wall

LOCALES = ("en", "ar", "ur")
LATER, LATER_STILL = wall("2026-12-10 14:30"), wall("2026-12-17 10:00")
REASON = {"en": "The judge is ill.", "ar": "القاضي مريض.", "ur": "جج بیمار ہیں۔"}


def changes(database: Database, clock: FrozenClock) -> EventChanges:
    return EventChanges(database, clock, "en", LOCALES, 30.0, Cases(database, clock, "en").announcement_for)


async def change(database: Database, clock: FrozenClock, kind: Action, **asked: Any) -> str | None:
    return await changes(database, clock).make(SLUG, ChangeRequest(kind, **asked), "Amal")


async def broadcasts(database: Database, beginning: str = "change:") -> dict[str, BroadcastRow]:
    found = select(BroadcastRow).where(BroadcastRow.subject.startswith(beginning)).order_by(BroadcastRow.id)
    async with database.read() as session:
        return {row.subject: row for row in (await session.execute(found)).scalars()}


async def fan_out(database: Database, clock: FrozenClock) -> None:
    await Announcements(database, clock, LOCALES, rate=30).finish_fan_outs()


async def told(database: Database, subject: str) -> list[int]:
    """Who is owed it."""
    owed = select(DeliveryRow.supporter_id).join(BroadcastRow, BroadcastRow.id == DeliveryRow.broadcast_id)
    async with database.read() as session:
        found = await session.execute(owed.where(BroadcastRow.subject == subject).order_by(DeliveryRow.supporter_id))
        return list(found.scalars())


async def begin(database: Database, subject: str) -> None:
    """As the sender does with the first row: from now on somebody may have it."""
    async with database.write() as session:
        broadcast = await session.scalar(select(BroadcastRow.id).where(BroadcastRow.subject == subject))
        first = select(func.min(DeliveryRow.supporter_id)).where(DeliveryRow.broadcast_id == broadcast).scalar_subquery()
        sent = {"attempts": 1, "state": "sent", "message_id": 7, "version": 1}
        this = DeliveryRow.broadcast_id == broadcast, DeliveryRow.supporter_id == first
        await session.execute(update(DeliveryRow).where(*this).values(**sent))


async def finish(database: Database, subject: str, state: BroadcastState = BroadcastState.DONE) -> None:
    async with database.write() as session:
        await session.execute(update(BroadcastRow).where(BroadcastRow.subject == subject).values(state=state))


async def settle(database: Database, subject: str, state: DeliveryState, *people: int) -> None:
    """As the sender does with each row: with these people so, and with all others it was sent."""
    async with database.write() as session:
        broadcast = await session.scalar(select(BroadcastRow.id).where(BroadcastRow.subject == subject))
        owed = DeliveryRow.broadcast_id == broadcast, DeliveryRow.state == DeliveryState.PENDING
        ended = update(DeliveryRow).where(*owed, DeliveryRow.supporter_id.in_(people)).values(attempts=2, state=state)
        sent = update(DeliveryRow).where(*owed).values(attempts=1, state=DeliveryState.SENT, message_id=7, version=1)
        await session.execute(ended)
        await session.execute(sent)
    await finish(database, subject)
