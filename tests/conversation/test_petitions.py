"""Petitions as people find and open them: from a link, a case, a list, and what is said of one that is closed or gone."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.language import day, number, without_marks
from bot.petitions.models import CommentState, PetitionStatus, SignatureRow
from bot.petitions.views import Answers, Signer
from bot.sources.models import Step, StepRow
from bot.supporters.models import SupporterRow
from tests.conversation.people import CASE, supporter
from tests.conversation.petitions import ASKING, CLOSED, PLAIN, becomes, is_asked, opens, rows, thanks, the_petition
from tests.conversation.speaking import LOCALES, has, label, notice, said, shown_labels
from tests.nida import Nida
from tests.telegram_world import TelegramWorld


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
    kept = "Your language and the link you came by are kept encrypted, and erased after {day}."
    told = said(locale, kept, day=day(petition.keep_until, weekday=False))
    assert without_marks(told) in without_marks(asked.text)
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
async def test_a_closed_petition_refuses_politely_wherever_somebody_stands(world: TelegramWorld, nida: Nida, locale: str) -> None:
    closed = said(locale, CLOSED)
    asked, about_to = await world.person(language_code=locale), await world.person(language_code=locale)
    await is_asked(asked, locale)
    page = await opens(about_to, PLAIN, locale)
    for slug in (ASKING, PLAIN):
        await becomes(nida, slug, status=PetitionStatus.CLOSED)
    await asked.types("Sam")
    await asked.sees(closed)
    for data in ("sign", "count-me-in"):
        petition = await the_petition(nida, PLAIN)
        refused = await about_to.answers_to(await about_to.forges(f"{data}:{petition.id}:", on=page))
        assert refused["text"] == notice(locale, CLOSED)
    now = await about_to.sees(closed)
    assert label(locale, "Sign") not in shown_labels(now)
    assert await rows(nida, SignatureRow) == []


async def test_a_petition_whose_last_day_is_over_is_closed_before_anybody_closes_it(world: TelegramWorld, nida: Nida) -> None:
    now = nida.app.services.clock.now()
    await becomes(nida, ASKING, closes=(now - timedelta(days=1)).date(), closes_at=now - timedelta(seconds=1))
    sam = await world.person(language_code="en")
    await sam.sees(CLOSED, after=await sam.types(f"/sign {ASKING}"))
    listed = await sam.sees("Petitions you can sign", after=await sam.types("/petitions"))
    assert not any("Room for everybody" in each for each in listed.labels)


async def test_a_petition_that_is_not_there_is_said_and_those_there_are_offered(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    for name in ("never-was", "interpreter-from-day-one", "…", "x" * 200, "12"):
        asked = await sam.types(f"/petition {name}")
        await sam.sees("There is no petition by that name.", after=asked)
        await sam.sees("Petitions you can sign", after=asked)


async def test_a_link_to_a_petition_that_is_not_there_says_so_and_starts_normally(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts("petition-never-was__poster")
    await sam.sees("leads to a petition that is not here")
    await sam.sees("Welcome")


async def test_a_button_whose_petition_is_gone_is_answered(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types("/help")
    await sam.sees("/forget")
    for data in (
        "petition:999999::0",
        "sign:999999:",
        "count-me-in:999999:x",
        "signing:999999:confirm::0",
        "signature:999999",
        "withdraw:999999:1",
        "petition-news:999999",
        "no-news:999999:0",
        "receipt:999999:1",
        "check-count:999999",
    ):
        answer = await sam.answers_to(await sam.forges(data))
        assert answer["text"] == "This petition is no longer here.", data


async def test_a_link_is_read_in_another_language_and_its_source_is_counted(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"petition-{PLAIN}__leaflet")
    await sam.taps("اردو", on=await sam.sees(has("en", "Sign")))
    await sam.taps(label("ur", "Sign"), on=await sam.sees(has("ur", "Sign")))
    await sam.taps(label("ur", "Back"), on=await sam.sees(has("ur", "Count me in")))
    await sam.taps(label("ur", "Sign"), on=await sam.sees(has("ur", "Sign")))
    await sam.taps(label("ur", "Count me in"), on=await sam.sees(has("ur", "Count me in")))
    await sam.sees(thanks("ur"))
    steps = [(row.step, row.source, row.locale) for row in await rows(nida, StepRow) if row.step is Step.SIGNED]
    assert steps == [(Step.SIGNED, "leaflet", "ur")]


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_case_and_its_updates_lead_to_its_petition(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await sam.types(f"/case {CASE}")
    case = await sam.sees(has(locale, "Follow"))
    await sam.taps(label(locale, "Sign the petition"), on=case)
    page = await sam.sees(has(locale, "Sign"))
    assert page.id == case.id
    await sam.taps(label(locale, "Open the case"), on=page)
    await sam.taps(label(locale, "Follow"), on=await sam.sees(has(locale, "Follow")))
    await sam.sees(said(locale, "You follow this case."))
    await nida.announces("north-gate-five-bail")
    alert = await sam.sees(has(locale, "Stop following"), after=case.id)
    await sam.taps(label(locale, "Sign the petition"), on=alert)
    await sam.sees(has(locale, "Sign"), after=alert.id)


async def test_what_others_wrote_stands_below_with_names_only_of_who_agreed(world: TelegramWorld, nida: Nida) -> None:
    petition = await the_petition(nida, ASKING)
    for who, show_name in ((1, True), (2, False)):
        answers = Answers(f"Signer {who} <i>", None, None, f"Reason {who} =cmd|x")
        await nida.app.services.petitions.sign(Signer(who, "en"), petition.id, answers, show_name=show_name, pass_on=False)
    sam = await world.person(language_code="en")
    assert "Reason" not in (await opens(sam, ASKING)).text, "nothing is shown that staff have not read"
    async with nida.app.services.database.write() as session:
        await session.execute(update(SignatureRow).values(comment=CommentState.SHOWN))
    page = without_marks((await opens(sam, ASKING)).text)
    assert "Reason 1 =cmd|x\nSigner 1 <i>" in page
    assert "Reason 2 =cmd|x\nSomebody who signed" in page
