"""A petition as an editor entered it."""

from typing import Any

from bot.clock import Clock
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.storage.database import Database
from bot.storage.tables import all_tables
from tests.announcements.people import translated

all_tables()  # a petition may belong to a case or a campaign, whose tables nothing else here loads

SLUG = "open-justice"
TITLE = translated(en="Open the hearings", ar="افتحوا الجلسات", ur="سماعتیں کھولیں")
TARGET = translated(en="The Ministry of Justice", ar="وزارة العدل", ur="وزارت انصاف")
TEXT = translated(en="Let the public in.", ar="اسمحوا للجمهور بالحضور.", ur="عوام کو آنے دیں۔")


async def add_petition(database: Database, clock: Clock, **values: Any) -> int:
    now = clock.now()
    given: dict[str, Any] = {
        "slug": SLUG,
        "status": PetitionStatus.OPEN,
        "target": TARGET,
        "title": TITLE,
        "text": TEXT,
        "goal": 1000,
        "asks": [],
        "needs": [],
        "keep_until": now.date().replace(year=now.year + 1),
        "created_at": now,
        "changed_at": now,
    }
    async with database.write() as session:
        petition = PetitionRow(**{**given, **values})
        session.add(petition)
        await session.flush()
        return petition.id
