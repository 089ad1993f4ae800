"""Events in the database, as an editor's draft would have left them."""

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import update

from bot.events.models import EventRow
from bot.events.views import EventView
from bot.storage.database import Database
from tests.events.making import HEARING

_OF_ITS_CASE = {"id", "case_slug", "case_title"}


async def keep(database: Database, event: EventView = HEARING, **changed: Any) -> int:
    event = replace(event, **changed)
    values = {each.name: getattr(event, each.name) for each in fields(EventView) if each.name not in _OF_ITS_CASE}
    async with database.write() as session:
        row = EventRow(**values, created_at=event.changed_at)
        session.add(row)
        await session.flush()
        return row.id


async def change_event(database: Database, event_id: int, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(EventRow).where(EventRow.id == event_id).values(**values))
