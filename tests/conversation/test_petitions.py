"""Petitions as people meet them: found, signed in two taps or after questions, changed, taken back, and what is refused."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.language import number, without_marks
from bot.petitions.models import CommentState, PetitionRow, SignatureRow
from bot.petitions.views import Answers, Mine
from bot.supporters.models import SupporterRow
from tests.conversation.speaking import LOCALES, label, said, shown_labels, words
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

_TOO_LONG = "That is too long. Please write at most {n} letters."
PLAIN = "civilian-court-for-the-two"
"""Asks nothing."""
ASKING = "open-court-three"
"""Asks a name, a city, a country and a comment."""
SIGNED_ALREADY = "You have signed this already. It is counted once."
CLOSED = "This petition is closed; it can no longer be signed."


def has(locale: str, message: str) -> Any:
    return lambda shown: label(locale, message) in shown_labels(shown)


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


async def answers_all(sam: Person, *answers: str) -> ChatMessage:
    """Each in its turn; what is empty is left out."""
    await is_asked(sam)
    for answer, question in zip(answers, ("name", "city or town", "country", "Why do you sign"), strict=True):
        asked = await sam.sees(lambda shown, question=question: question in shown.text and "Question" in shown.text)
        if answer:
            await sam.sees(lambda shown, asked=asked: shown.id > asked.id, after=await sam.types(answer))
        else:
            await sam.taps("Leave it out", on=asked)
    return await sam.sees(has("en", "Sign: count me in"))


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_petition_that_asks_nothing_is_signed_in_two_taps_from_a_link(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    petition = await the_petition(nida, PLAIN)
    sam = await world.person(language_code=locale)
    await sam.starts(f"petition-{PLAIN}__leaflet")
    page = await sam.sees(petition.title.texts[locale].text)
    assert petition.target.texts[locale].text in page.text
    assert said(locale, "Goal: {goal}", goal=number(petition.goal)) in page.text
    await sam.taps(label(locale, "Sign"), on=page)
    asked = await sam.sees(has(locale, "Count me in"))
    assert asked.id == page.id, "menus edit in place"
    assert await rows(nida, SignatureRow) == []
    await sam.taps(label(locale, "Count me in"), on=asked)
    thanked = await sam.sees(thanks(locale))
    assert {label(locale, each) for each in ("Share", "Sign another petition", "Follow the case", "Tell me how it goes")} <= set(
        shown_labels(thanked)
    )
    assert (await the_petition(nida, PLAIN)).counted == 1
    assert await rows(nida, SupporterRow) == [], "signing needs no subscription, and leaves nothing that leads to the person"
    listed = await sam.sees(said(locale, "My signatures"), after=await sam.types("/mysignatures"))
    assert petition.title.texts[locale].text in without_marks(listed.text)


@pytest.mark.parametrize("locale", LOCALES)
async def test_questions_are_answered_one_at_a_time_looked_over_and_confirmed(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    petition = await the_petition(nida, ASKING)
    sam = await world.person(language_code=locale)
    await is_asked(sam, locale)
    await sam.types("سلمى <b>Amal</b>\u202e")
    await sam.taps(label(locale, "Leave it out"), on=await sam.sees(said(locale, "In which city or town do you live?")))
    await sam.sees(said(locale, "In which country do you live?"))
    await sam.types("پاکستان")
    await sam.sees(said(locale, "Why do you sign?"))
    await sam.types("Because the door was shut.")
    review = await sam.sees(has(locale, "Sign: count me in"))
    shown = without_marks(review.text)
    assert "سلمى <b>Amal</b>" in shown, "what somebody wrote is shown as they wrote it"
    assert {"en": "Pakistan", "ar": "باكستان", "ur": "پاکستان"}[locale] in shown
    assert without_marks(said(locale, "left out")) in shown
    assert await rows(nida, SignatureRow) == [], "nothing is signed before it is confirmed"
    assert sum(each.startswith("☐") for each in shown_labels(review)) == 2
    target = petition.target.texts[locale].text
    assert any(target in each for each in shown_labels(review))
    await sam.taps("☐ " + without_marks(said(locale, "Show my name")), on=review)
    once = await sam.sees(lambda message: sum(each.startswith("☑") for each in shown_labels(message)) == 1)
    await sam.taps(label(locale, "Sign: count me in"), on=once)
    await sam.sees(thanks(locale))
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert kept.answers == Answers("سلمى <b>Amal</b>", None, "PK", "Because the door was shut.")
    assert (kept.show_name, kept.pass_on, kept.comment) == (True, False, CommentState.WAITING)


async def test_an_answer_can_be_changed_before_it_is_confirmed(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    review = await answers_all(sam, "Sam", "Bradford", "", "")
    await sam.taps("Change the city", on=review)
    asked = await sam.sees(lambda shown: "In which city" in shown.text and "City: Bradford" in without_marks(shown.text))
    assert "Question" not in asked.text
    await sam.types("Leeds")
    await sam.taps("Sign: count me in", on=await sam.sees("City: Leeds"))
    await sam.sees(thanks())
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert kept.answers == Answers("Sam", "Leeds", None, None)


async def test_what_a_petition_cannot_do_without_cannot_be_left_out(world: TelegramWorld, nida: Nida) -> None:
    await becomes(nida, ASKING, needs=["name"])
    sam = await world.person(language_code="en")
    await is_asked(sam)
    asked = await sam.sees("This petition cannot do without it.")
    assert "Leave it out" not in asked.labels
    petition = await the_petition(nida, ASKING)
    await sam.answers_to(await sam.forges(f"signing:{petition.id}:skip:name:0", on=asked))
    refused = await sam.answers_to(await sam.forges(f"signing:{petition.id}:confirm::0", on=asked))
    assert refused["text"] == "Something is still lacking that this petition cannot do without."
    assert await rows(nida, SignatureRow) == []


@pytest.mark.parametrize("locale", LOCALES)
async def test_what_is_no_answer_is_said_in_a_sentence_and_asked_again(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await is_asked(sam, locale)
    for sent, sentence in (
        ("photo", said(locale, "That cannot be an answer: please write it as a text.")),
        ("x" * 81, words(locale).count("That is too long. Please write at most {n} letter.", _TOO_LONG, 80).plain),
        ("…!?", said(locale, "There is nothing to read in that. Please write your answer in letters.")),
    ):
        after = await (sam.sends("photo") if sent == "photo" else sam.types(sent))
        told = await sam.sees(sentence, after=after)
        assert without_marks(said(locale, "What is your name?")) in without_marks(told.text)
    await sam.types("Sam")
    await sam.taps(label(locale, "Leave it out"), on=await sam.sees(said(locale, "In which city or town do you live?")))
    await sam.sees(said(locale, "In which country do you live?"))
    after = await sam.types("Atlantis")
    told = "No country is known here by that name. Please write it as maps do, in English, Arabic or Urdu."
    await sam.sees(said(locale, told), after=after)
    assert await rows(nida, SignatureRow) == []
