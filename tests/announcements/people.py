"""A case, people who follow it, and an update worth telling them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.announcements.announcement import Announcement
from bot.cases.models import CaseRow, CaseStatus
from bot.clock import Clock
from bot.delivery.models import DeliveryRow
from bot.language import Translated, Written
from bot.storage.database import Database
from bot.storage.vault import Cell, Vault
from bot.supporters.kinds import Kind
from bot.supporters.models import FollowingRow, SupporterRow

AT = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
VAULT = Vault(b"a secret of the tests, 32 bytes.")


def translated(**texts: Written) -> Translated:
    return Translated().revised(texts, by="editor", at=AT, source="en")


TITLE = translated(en="The Mill Lane Three", ar="ثلاثة ميل لين", ur="مل لین کے تین")


def announcement(case_id: int = 1, **changed: Any) -> Announcement:
    values: dict[str, Any] = {
        "subject": "update:mill-lane-bail",
        "case_id": case_id,
        "case_slug": "mill-lane-three",
        "case_title": TITLE,
        "kind": Kind.RULING,
        "certainty": "confirmed",
        "at": AT,
        "source": "https://courts.example/mill-lane",
        "headline": translated(en="Bail granted", ar="الإفراج بكفالة", ur="ضمانت منظور"),
        "body": translated(
            en="The court granted <b>bail</b>.", ar="منحت المحكمة <b>الكفالة</b>.", ur="عدالت نے <b>ضمانت</b> دی۔"
        ),
        "source_locale": "en",
    }
    return Announcement(**{**values, **changed})


async def add_case(database: Database, slug: str = "mill-lane-three") -> int:
    async with database.write() as session:
        case = CaseRow(slug=slug, status=CaseStatus.OPEN, title=TITLE, summary=TITLE)
        session.add(case)
        await session.flush()
        return case.id


async def add_followers(
    database: Database, clock: Clock, case_id: int, count: int, locale: str = "en", first: int = 1, vault: Vault = VAULT
) -> None:
    numbers = range(first, first + count)
    async with database.write() as session:
        await session.execute(insert(SupporterRow), [_person(number, locale, clock.now(), vault) for number in numbers])
        follows = [{"supporter_id": number, "case_id": case_id, "since": clock.now()} for number in numbers]
        await session.execute(insert(FollowingRow), follows)


def chat_of(number: int) -> int:
    return 1_000_000 + number


def _person(number: int, locale: str, now: datetime, vault: Vault) -> dict[str, Any]:
    chat = str(chat_of(number)).encode()
    return {
        "id": number,
        "tag": vault.tag("supporters.telegram_id", chat),
        "telegram_id": vault.seal(chat, Cell("supporters", "telegram_id", number)),
        "locale": locale,
        "digits": "latin",
        "muted_kinds": 0,
        "consented_at": now,
        "created_at": now,
    }


async def change(database: Database, number: int, **values: Any) -> None:
    async with database.write() as session:
        await session.execute(update(SupporterRow).where(SupporterRow.id == number).values(**values))


async def owed(database: Database) -> list[int]:
    """To whom something is owed, by number."""
    async with database.read() as session:
        return list(await session.scalars(select(DeliveryRow.supporter_id).order_by(DeliveryRow.supporter_id)))
