"""Petitions for tests, as rows: who signs them comes through the service."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.language import Translated
from bot.petitions.models import Ask, PetitionRow, PetitionStatus
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Signer
from bot.storage.database import Database
from bot.storage.tables import all_tables
from bot.storage.vault import Vault
from tests.clocks import START, FrozenClock

all_tables()  # a petition may belong to a case or a campaign, whose tables nothing else here loads

LONDON = ZoneInfo("Europe/London")
AMAL, BILAL, CHAND = Signer(100_001, "ar", "leaflet"), Signer(100_002, "ur"), Signer(100_003, "en", "mosque")
EVERYTHING = [*Ask]
SAID = Answers(name="آمال الحسن", city="Bradford", country="GB", comment="Open the doors of the court.")


def text(en: str, **others: str) -> Translated:
    return Translated().revised({"en": en, **others}, by="an editor", at=datetime(2026, 11, 1, tzinfo=UTC), source="en")


def petition_row(slug: str = "open-justice", **values: Any) -> PetitionRow:
    usual: dict[str, Any] = {
        "slug": slug,
        "status": PetitionStatus.OPEN,
        "target": text("The Ministry of Justice", ar="وزارة العدل", ur="وزارتِ انصاف"),
        "title": text("Open the court", ar="افتحوا المحكمة", ur="عدالت کھولیں"),
        "text": text("Hearings must be public.", ar="يجب أن تكون الجلسات علنية.", ur="سماعتیں کھلی ہونی چاہئیں۔"),
        "goal": 1000,
        "asks": [],
        "needs": [],
        "keep_until": date(2027, 6, 30),
        "created_at": START,
        "changed_at": START,
    }
    return PetitionRow(**(usual | values))


async def add_petition(database: Database, slug: str = "open-justice", **values: Any) -> int:
    row = petition_row(slug, **values)
    async with database.write() as session:
        session.add(row)
    return row.id


def petitions_of(database: Database, vault: Vault, clock: FrozenClock, burst: int = 60) -> Petitions:
    return Petitions(database, vault, clock, "en", LONDON, burst)


def someone(number: int, **values: Any) -> Signer:
    return replace(Signer(200_000 + number, "en"), **values)
