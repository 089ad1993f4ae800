"""Campaigns, actions and people for tests."""

from typing import Any

from sqlalchemy import select

from bot.campaigns.models import ActionKind, ActionRow, ActionStatus, CampaignCaseRow, CampaignRow
from bot.sources.models import Step, StepRow
from bot.storage.database import Database
from bot.storage.tables import all_tables
from tests.announcements.people import translated
from tests.clocks import START

all_tables()
DAYS = 3
SAM, LEILA = 1, 2
TITLE = translated(en="Write to the minister", ar="اكتبوا إلى الوزيرة", ur="وزیر کو لکھیں")


async def add_campaign(database: Database, slug: str = "open-doors", cases: tuple[int, ...] = (), **values: Any) -> int:
    async with database.write() as session:
        row = CampaignRow(slug=slug, title=TITLE, summary=TITLE, created_at=START, changed_at=START, **values)
        session.add(row)
        await session.flush()
        session.add_all([CampaignCaseRow(campaign_id=row.id, case_id=case) for case in cases])
        return row.id


async def add_action(database: Database, slug: str = "write", **values: Any) -> int:
    given = {
        "kind": ActionKind.VISIT,
        "status": ActionStatus.OPEN,
        "title": TITLE,
        "text": TITLE,
        "minutes": 5,
        "url": "https://example.org/",
        "created_at": START,
        "changed_at": START,
        **values,
    }
    async with database.write() as session:
        row = ActionRow(slug=slug, **given)
        session.add(row)
        await session.flush()
        return row.id


async def acted(database: Database, slug: str = "write") -> dict[str, int]:
    """How many are counted to have done it, by the link they came by."""
    async with database.read() as session:
        rows = await session.scalars(select(StepRow).where(StepRow.step == Step.ACTED, StepRow.subject == f"action:{slug}"))
        return {row.source: row.people for row in rows}
