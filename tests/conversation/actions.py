"""Actions of the example content, and finding one in the chat."""

from sqlalchemy import update

from bot.campaigns.models import ActionRow
from tests.conversation.speaking import has
from tests.nida import Nida
from tests.person import ChatMessage, Person

SHARE, EMAIL, CALL, DONATE = (
    "share-open-court-three",
    "write-to-the-court-service",
    "call-the-home-department",
    "give-for-interpreters",
)


async def opens(person: Person, locale: str, slug: str) -> ChatMessage:
    after = await person.types(f"/actions {slug}")
    return await person.sees(has(locale, "All actions"), after=after)


async def sees_button(person: Person, locale: str, message: str, after: int = 0) -> ChatMessage:
    return await person.sees(has(locale, message), after=after)


async def becomes(nida: Nida, slug: str, **values: object) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(update(ActionRow).where(ActionRow.slug == slug).values(**values))
