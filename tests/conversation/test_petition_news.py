"""How a petition goes, as it reaches those who want to hear of it: told in their language, and left with one tap."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivery.models import BroadcastRow
from bot.language import without_marks
from bot.operations.operations import LocalOperations
from bot.petitions.changing import Action, ChangeRequest
from bot.petitions.models import PetitionRow
from bot.petitions.views import Answers, Signer
from bot.supporters.models import PetitionNewsRow
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, label, shown_labels
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

SLUG = "civilian-court-for-the-two"


async def wants_news(nida: Nida, sam: Person, **values: Any) -> PetitionRow:
    services = nida.app.services
    async with services.database.write() as session:
        await session.execute(update(PetitionRow).where(PetitionRow.slug == SLUG).values(**values))
        row = (await session.scalars(select(PetitionRow).where(PetitionRow.slug == SLUG))).one()
    known = await services.supporters.recognise(sam.id, "en")
    assert known.id is not None
    await services.petitions.set_news(known.id, row.id, wanted=True)
    return row


async def somebody_signs(nida: Nida, petition: PetitionRow, number: int) -> None:
    services = nida.app.services
    await services.petitions.sign(Signer(900_000 + number, "en"), petition.id, Answers(), show_name=False, pass_on=False)
    await services.announcements.finish_fan_outs()
    nida.app.sender.notify()


async def becomes(nida: Nida, request: ChangeRequest) -> None:
    operations = LocalOperations(nida.app.services, nida.app.sender.notify)
    forecast = await operations.forecast_petition(SLUG, request)
    await operations.change_petition(SLUG, request, "Amina", forecast.before.changed_at)


def titled(petition: PetitionRow, locale: str, message: str) -> Any:
    title = petition.title.texts[locale].text
    return lambda shown: title in shown.text and label(locale, message) in shown_labels(shown)


async def opens_below(sam: Person, locale: str, told: ChatMessage) -> None:
    await sam.taps(label(locale, "Open the petition"), on=told)
    page = await sam.sees(lambda shown: shown.id > told.id)
    assert page.text != told.text


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_milestone_the_handing_over_and_the_answer_are_told(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    petition = await wants_news(nida, sam, goal=4, thresholds=[2])
    await somebody_signs(nida, petition, 1)
    await somebody_signs(nida, petition, 2)
    told = await sam.sees(titled(petition, locale, "No more news of this petition"))
    assert "50" in without_marks(told.text)
    await opens_below(sam, locale, told)
    await becomes(nida, ChangeRequest(Action.CLOSE))
    await becomes(nida, ChangeRequest(Action.DELIVER))
    handed = await sam.sees(titled(petition, locale, "No more news of this petition"), after=told.id + 1)
    await becomes(nida, ChangeRequest(Action.OUTCOME, {"en": "Opened.", "ar": "فُتحت.", "ur": "کھل گئی۔"}))
    outcome = await sam.sees(titled(petition, locale, "No more news of this petition"), after=handed.id)
    assert {"en": "Opened.", "ar": "فُتحت.", "ur": "کھل گئی۔"}[locale] in outcome.text


async def test_who_has_left_is_not_told_of_the_next(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    petition = await wants_news(nida, sam, goal=4, thresholds=[1, 2])
    await somebody_signs(nida, petition, 1)
    told = await sam.sees("Getting closer:")
    answered = await sam.answers_to(await sam.taps("No more news of this petition", on=told))
    assert answered["text"] == "You will hear no more of this petition."
    await somebody_signs(nida, petition, 2)
    async with nida.app.services.database.read() as session:
        assert list((await session.scalars(select(PetitionNewsRow))).all()) == []
        subjects = (await session.scalars(select(BroadcastRow.subject).order_by(BroadcastRow.id))).all()
    assert list(subjects) == [f"petition:{SLUG}:milestone:{count}" for count in (1, 2)]
    await sam.hears_nothing()
