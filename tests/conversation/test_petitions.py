"""Petitions as people meet them: found, signed in two taps or after questions, changed, taken back, and what is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.language import day, number, without_marks
from bot.petitions.checking import check_receipt
from bot.petitions.models import CommentState, PetitionRow, PetitionStatus, SignatureRow
from bot.petitions.published import Receipt
from bot.petitions.views import Answers, Mine, Signer
from bot.sources.models import Step, StepRow
from bot.supporters.models import PetitionNewsRow, SupporterRow
from tests.conversation.speaking import LOCALES, label, notice, said, shown_labels, words
from tests.conversation.test_cases import CASE, supporter
from tests.nida import Nida, running_nida, settings_for
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
    assert not any("Show my name" in each for each in shown_labels(review)), "a name is shown nowhere but beside a comment"
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
    told = "No country is known here by that name. Please write it as maps do, in English, Arabic or Urdu, or send its flag."
    await sam.sees(said(locale, told), after=after)
    assert await rows(nida, SignatureRow) == []


async def test_who_signs_twice_is_counted_once_and_told_so(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    thanked = await signs(sam)
    petition = await the_petition(nida, PLAIN)
    again = await sam.answers_to(await sam.forges(f"count-me-in:{petition.id}:", on=thanked))
    assert again["text"] == SIGNED_ALREADY
    assert thanks() in (await sam.last()).text, "a tap that comes twice is thanked again, not refused"
    old = await sam.answers_to(await sam.forges(f"sign:{petition.id}:", on=thanked))
    assert old["text"] == SIGNED_ALREADY
    page = await sam.sees("You signed on")
    assert "Sign" not in page.labels
    petition = await the_petition(nida, PLAIN)
    assert (petition.counted, petition.made) == (1, 1)


async def test_what_somebody_confirms_holds_where_they_had_signed_meanwhile(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    review = await answers_all(sam, "Sam", "Bradford", "", "")
    petition, before = await the_petition(nida, ASKING), Answers(name="S.")
    await nida.app.services.petitions.sign(Signer(sam.id, "en"), petition.id, before, show_name=False, pass_on=False)
    saved = await sam.answers_to(await sam.taps("Sign: count me in", on=review))
    assert saved["text"] == "Saved."
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert (kept.answers, kept.number) == (Answers("Sam", "Bradford"), 1)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_signature_is_taken_back_as_easily_and_given_again(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    thanked = await signs(sam, locale=locale)
    asked = await sam.sees(has(locale, "Take it back"), after=await sam.types(f"/withdraw {PLAIN}"))
    await sam.taps(label(locale, "Keep my signature"), on=asked)
    await sam.taps(label(locale, "Withdraw"), on=await sam.sees(has(locale, "Withdraw")))
    await sam.taps(label(locale, "Take it back"), on=await sam.sees(has(locale, "Take it back")))
    await sam.sees(said(locale, "Your signature was taken back. It is no longer counted."))
    assert await rows(nida, SignatureRow) == []
    petition = await the_petition(nida, PLAIN)
    assert petition.counted == 0
    twice = await sam.answers_to(await sam.forges(f"withdraw:{petition.id}:1", on=thanked))
    assert twice["text"] == notice(locale, "You have not signed this, so there is nothing to change or take back.")
    await signs_again(sam, locale)
    assert (await the_petition(nida, PLAIN)).counted == 1


async def signs_again(sam: Person, locale: str) -> None:
    await sam.taps(label(locale, "Sign"), on=await sam.sees(has(locale, "Sign")))
    await sam.taps(label(locale, "Count me in"), on=await sam.sees(has(locale, "Count me in")))
    await sam.sees(thanks(locale, 2))


async def test_what_was_not_signed_cannot_be_taken_back(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    for name in (PLAIN, "never-was"):
        await sam.sees("You have not signed a petition of that name.", after=await sam.types(f"/withdraw {name}"))
    listed = await sam.sees("You have not signed any petition.", after=await sam.types("/withdraw"))
    await sam.taps("Petitions to sign", on=listed)
    await sam.sees("Petitions you can sign")


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


async def test_the_questions_are_left_by_cancel_and_by_going_elsewhere(world: TelegramWorld, nida: Nida) -> None:
    petition = await the_petition(nida, ASKING)
    sam = await world.person(language_code="en")
    await is_asked(sam)
    await sam.sees("Nothing is waiting for your answer any more.", after=await sam.types("/cancel"))
    await sam.sees("I do not understand sentences yet", after=await sam.types("Sam"))
    await is_asked(sam)
    asked = await sam.sees("What is your name?")
    await sam.taps("Petitions to sign", on=await sam.sees(has("en", "Petitions to sign")))
    stale = await sam.answers_to(await sam.forges(f"signing:{petition.id}:confirm::0", on=asked))
    assert stale["text"] == "These questions are no longer open. You can begin again."
    assert await rows(nida, SignatureRow) == []


async def test_a_name_that_is_also_a_word_for_a_command_is_a_name_where_one_is_asked(world: TelegramWorld, nida: Nida) -> None:
    for name in ("Hala", "Kamil", "سلام"):
        sam = await world.person(language_code="en")
        await is_asked(sam)
        await sam.types(name)
        await sam.sees("In which city or town do you live?")
        await sam.sees("Stopped.", after=await sam.types("stop"))


async def test_at_the_end_only_buttons_are_heard_and_nothing_is_lost(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await answers_all(sam, "Sam", "", "", "")
    review = await sam.sees("Nothing is asked of you just now.", after=await sam.types("yes I sign"))
    assert "Name: Sam" in without_marks(review.text)
    answered = await sam.answers_to(await sam.taps("Do not sign", on=review))
    assert answered["text"] == "Nothing was signed."
    assert await rows(nida, SignatureRow) == []


async def test_a_signature_is_changed_and_a_consent_taken_back_even_when_closed(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    petition = await the_petition(nida, ASKING)
    said_before = Answers("Sam", "Leeds", None, "Because the door was shut.")
    await nida.app.services.petitions.sign(Signer(sam.id, "en"), petition.id, said_before, show_name=True, pass_on=True)
    await sam.taps("Room", on=await sam.sees("My signatures", after=await sam.types("/mysignatures")))
    await sam.taps("Change", on=await sam.sees("What you answered may be passed on."))
    await sam.taps("☑ Pass", on=await sam.sees("Your signature, as it will be"))
    await becomes(nida, ASKING, status=PetitionStatus.CLOSED)
    await sam.taps("Save", on=await sam.sees(lambda shown: any(each.startswith("☐ ") for each in shown.labels)))
    await sam.sees("What you answered is not passed on.")
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert (kept.answers, kept.show_name, kept.pass_on) == (said_before, True, False)


async def test_from_a_closed_petition_things_are_only_taken_out(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    petition = await the_petition(nida, ASKING)
    said_before = Answers("Sam", "Leeds", None, "Because the door was shut.")
    await nida.app.services.petitions.sign(Signer(sam.id, "en"), petition.id, said_before, show_name=False, pass_on=True)
    await sam.taps("Room", on=await sam.sees("My signatures", after=await sam.types("/mysignatures")))
    await sam.taps("Change", on=await sam.sees("What you answered may be passed on."))
    await sam.taps("Change the city", on=await sam.sees("Your signature, as it will be"))
    await sam.sees("In which city or town do you live?")
    await becomes(nida, ASKING, status=PetitionStatus.CLOSED, needs=["name"])
    review = await sam.sees("Your signature, as it will be", after=await sam.types("York"))
    assert [each for each in review.labels if "☐" in each or each.startswith("Change")] == []
    await sam.taps("Save", on=review)
    page = await sam.sees(lambda shown: "City: Leeds" in without_marks(shown.text) and "Get a receipt" in shown.labels)
    await sam.taps("Change", on=page)
    await sam.taps("Take the name out", on=await sam.sees(lambda shown: "Take the name out" in shown.labels))
    await sam.taps("Save", on=await sam.sees(lambda shown: "Save" in shown.labels and "Take the name out" not in shown.labels))
    await sam.sees(lambda shown: "Sam" not in shown.text and "Get a receipt" in shown.labels)
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert (kept.answers, kept.pass_on) == (replace(said_before, name=None), True)


async def test_who_wants_to_hear_how_it_goes_subscribes_first_and_can_stop(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    thanked = await signs(sam)
    await sam.taps("Tell me how it goes", on=thanked)
    await sam.taps("Subscribe", on=await sam.sees("subscribe first"))
    await sam.taps("Tell me how it goes", on=await sam.sees(has("en", "My signature")))
    listening = await sam.sees(has("en", "No more news of it"))
    assert len(await rows(nida, PetitionNewsRow)) == 1
    answered = await sam.answers_to(await sam.taps("No more news of it", on=listening))
    assert answered["text"] == "You will hear no more of this petition."
    assert await rows(nida, PetitionNewsRow) == []
    assert len(await rows(nida, SignatureRow)) == 1


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


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_count_and_ones_own_signature_can_be_checked(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.taps(label(locale, "My signature"), on=await signs(sam, locale=locale))
    await sam.taps(label(locale, "Get a receipt"), on=await sam.sees(has(locale, "Get a receipt")))
    await sam.taps(label(locale, "Give me the receipt"), on=await sam.sees(has(locale, "Give me the receipt")))
    sent = await sam.sees(lambda shown: shown.file is not None)
    receipt = Receipt.from_json(json.loads(await sam.downloads(sent)))
    check_receipt(receipt)
    page = await sam.sees(has(locale, "My signature"), after=await sam.types(f"/petition {PLAIN}"))
    await sam.taps(label(locale, "How the count can be checked"), on=page)
    shown = await sam.sees(has(locale, "Back to the petition"), after=sent.id)
    assert receipt.head.root.hex() in shown.text
    assert receipt.head.key.hex() in shown.text


async def test_who_was_signed_but_never_thanked_is_thanked_when_the_tap_is_worked_through_again(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await world.person(language_code="en")
    review = await answers_all(sam, "Sam", "", "", "")
    petition = await the_petition(nida, ASKING)
    # As when the process died after the signature was kept and before the chat was told.
    await nida.app.services.petitions.sign(Signer(sam.id, "en"), petition.id, Answers("Sam"), show_name=False, pass_on=False)
    await sam.taps("Sign: count me in", on=review)
    await sam.sees(thanks())
    assert (await the_petition(nida, ASKING)).counted == 1


async def test_a_tap_that_comes_again_after_the_questions_is_thanked_again_and_counted_once(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await world.person(language_code="en")
    review = await answers_all(sam, "Sam", "", "", "")
    petition = await the_petition(nida, ASKING)
    confirm = f"signing:{petition.id}:confirm::0"
    await sam.taps("Sign: count me in", on=review)
    thanked = await sam.sees(thanks())
    again = await sam.answers_to(await sam.forges(confirm, on=thanked))
    assert again["text"] == SIGNED_ALREADY
    assert thanks() in (await sam.last()).text
    # As when the process died after the questions were put away, and was closed before it came back.
    await becomes(nida, ASKING, status=PetitionStatus.CLOSED)
    late = await sam.answers_to(await sam.forges(confirm, on=thanked))
    assert late["text"] == SIGNED_ALREADY
    assert thanks() in (await sam.last()).text
    petition = await the_petition(nida, ASKING)
    assert (petition.counted, petition.made) == (1, 1)


async def test_what_is_saved_twice_shows_the_signature_again(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.taps("Sign: count me in", on=await answers_all(sam, "Sam", "", "", ""))
    await sam.taps("My signature", on=await sam.sees(thanks()))
    await sam.taps("Change", on=await sam.sees(has("en", "Get a receipt")))
    review = await sam.sees(has("en", "Save"))
    save = review.button("Save")
    assert save is not None
    assert save.data is not None
    await sam.taps("Save", on=review)
    saved = await sam.sees(has("en", "Get a receipt"))
    again = await sam.answers_to(await sam.forges(save.data, on=saved))
    assert not again.get("text")
    assert "You signed on" in (await sam.last()).text


async def test_a_question_waits_while_the_bot_restarts(world: TelegramWorld, database_url: str, tmp_path: Path) -> None:
    settings = settings_for(world, database_url, tmp_path)
    sam = await world.person(language_code="en")
    async with running_nida(settings):
        await is_asked(sam)
        await sam.types("Sam")
        await sam.sees("In which city or town do you live?")
    async with running_nida(settings):
        await sam.types("Leeds")
        await sam.sees("In which country do you live?")


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
