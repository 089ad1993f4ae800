"""What a petition asks who signs it: one question at a time, looked over, confirmed, and left at any point."""

from pathlib import Path

import pytest

from bot.language import without_marks
from bot.petitions.models import CommentState, SignatureRow
from bot.petitions.views import Answers
from tests.conversation.petitions import ASKING, answers_all, becomes, is_asked, mine, rows, thanks, the_petition
from tests.conversation.speaking import LOCALES, has, label, said, shown_labels, words
from tests.nida import Nida, running_nida, settings_for
from tests.telegram_world import TelegramWorld

_TOO_LONG = "That is too long. Please write at most {n} letters."


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
    unknown = "No country is known here by that name. Please write it as maps do, in English, Arabic or Urdu, or send its flag."
    await sam.sees(said(locale, unknown), after=after)
    assert await rows(nida, SignatureRow) == []


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
