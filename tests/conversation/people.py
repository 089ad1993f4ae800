"""People as most conversations begin: subscribed, and following a case; and what is kept of them."""

from sqlalchemy import func, select

from bot.supporters.models import SupporterRow
from tests.conversation.speaking import has, label, said
from tests.nida import Nida
from tests.person import Person
from tests.telegram_world import TelegramWorld

CASE = "north-gate-five"


async def supporter(world: TelegramWorld, locale: str = "en") -> Person:
    """Somebody who subscribed."""
    sam = await world.person(language_code=locale)
    await sam.starts()
    await sam.sees(has(locale, "Subscribe"))
    await sam.taps(label(locale, "Subscribe"))
    await sam.sees(said(locale, "Which case do you want to follow?"))
    return sam


async def follows(sam: Person) -> None:
    await sam.types(f"/case {CASE}")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("You follow this case.")


async def follower(world: TelegramWorld) -> Person:
    """Somebody who subscribed and follows the case."""
    sam = await supporter(world)
    await follows(sam)
    return sam


async def count(nida: Nida, table: type) -> int:
    async with nida.app.services.database.read() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def the_supporter(nida: Nida) -> SupporterRow:
    async with nida.app.services.database.read() as session:
        return (await session.scalars(select(SupporterRow))).one()
