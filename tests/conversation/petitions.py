"""The petitions of the example as tests of conversations open, sign and read them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from bot.language import number
from bot.petitions.models import PetitionRow
from bot.petitions.views import Mine
from tests.conversation.speaking import has, label, said
from tests.nida import Nida
from tests.person import ChatMessage, Person

PLAIN = "civilian-court-for-the-two"
"""Asks nothing."""
ASKING = "open-court-three"
"""Asks a name, a city, a country and a comment."""
SIGNED_ALREADY = "You have signed this already. It is counted once."
CLOSED = "This petition is closed; it can no longer be signed."


async def the_petition(nida: Nida, slug: str) -> PetitionRow:
    async with nida.app.services.database.read() as session:
        return (await session.scalars(select(PetitionRow).where(PetitionRow.slug == slug))).one()


async def becomes(nida: Nida, slug: str, **values: Any) -> None:
    async with nida.app.services.database.write() as session:
        await session.execute(update(PetitionRow).where(PetitionRow.slug == slug).values(**values))


async def rows(nida: Nida, table: type[Any]) -> list[Any]:
    async with nida.app.services.database.read() as session:
        return list((await session.scalars(select(table))).all())


async def mine(nida: Nida, sam: Person, slug: str) -> Mine | None:
    card = await nida.app.services.petitions.get_card(slug, sam.id)
    assert card is not None
    return card.mine


async def opens(sam: Person, slug: str, locale: str = "en") -> ChatMessage:
    return await sam.sees(has(locale, "Sign"), after=await sam.types(f"/petition {slug}"))


async def signs(sam: Person, slug: str = PLAIN, locale: str = "en") -> ChatMessage:
    await sam.taps(label(locale, "Sign"), on=await opens(sam, slug, locale))
    await sam.taps(label(locale, "Count me in"), on=await sam.sees(has(locale, "Count me in")))
    return await sam.sees(thanks(locale))


def thanks(locale: str = "en", n: int = 1) -> str:
    return said(locale, "Thank you. Your signature is number {n}.", n=number(n))


async def is_asked(sam: Person, locale: str = "en") -> None:
    await sam.taps(label(locale, "Sign"), on=await opens(sam, ASKING, locale))
    await sam.sees(said(locale, "What is your name?"))


def asks(question: str) -> Callable[[ChatMessage], bool]:
    return lambda shown: question in shown.text and "Question" in shown.text


async def answers_all(sam: Person, *answers: str) -> ChatMessage:
    """Each in its turn; what is empty is left out."""
    await is_asked(sam)
    for answer, question in zip(answers, ("name", "city or town", "country", "Why do you sign"), strict=True):
        asked = await sam.sees(asks(question))
        if answer:
            await sam.sees("", after=await sam.types(answer))
        else:
            await sam.taps("Leave it out", on=asked)
    return await sam.sees(has("en", "Sign: count me in"))
