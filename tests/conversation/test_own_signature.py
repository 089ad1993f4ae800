"""One's own signature: counted once, looked at, changed, taken back, checked, and what is heard of it."""

import json
from dataclasses import replace

import pytest

from bot.language import without_marks
from bot.petitions.checking import check_receipt
from bot.petitions.models import PetitionStatus, SignatureRow
from bot.petitions.published import Receipt
from bot.petitions.views import Answers, Signer
from bot.supporters.models import PetitionNewsRow
from tests.conversation.petitions import (
    ASKING,
    PLAIN,
    SIGNED_ALREADY,
    answers_all,
    becomes,
    mine,
    rows,
    signs,
    thanks,
    the_petition,
)
from tests.conversation.speaking import LOCALES, has, label, notice, said
from tests.nida import Nida
from tests.person import Person
from tests.telegram_world import TelegramWorld

SAID = Answers("Sam", "Leeds", None, "Because the door was shut.")


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


async def who_changes_their_signature(world: TelegramWorld, nida: Nida, *, show_name: bool) -> Person:
    sam = await world.person(language_code="en")
    petition = await the_petition(nida, ASKING)
    await nida.app.services.petitions.sign(Signer(sam.id, "en"), petition.id, SAID, show_name=show_name, pass_on=True)
    await sam.taps("Room", on=await sam.sees("My signatures", after=await sam.types("/mysignatures")))
    await sam.taps("Change", on=await sam.sees("What you answered may be passed on."))
    return sam


async def test_a_signature_is_changed_and_a_consent_taken_back_even_when_closed(world: TelegramWorld, nida: Nida) -> None:
    sam = await who_changes_their_signature(world, nida, show_name=True)
    await sam.taps("☑ Pass", on=await sam.sees("Your signature, as it will be"))
    await becomes(nida, ASKING, status=PetitionStatus.CLOSED)
    await sam.taps("Save", on=await sam.sees(lambda shown: any(each.startswith("☐ ") for each in shown.labels)))
    await sam.sees("What you answered is not passed on.")
    kept = await mine(nida, sam, ASKING)
    assert kept is not None
    assert (kept.answers, kept.show_name, kept.pass_on) == (SAID, True, False)


async def test_from_a_closed_petition_things_are_only_taken_out(world: TelegramWorld, nida: Nida) -> None:
    sam = await who_changes_their_signature(world, nida, show_name=False)
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
    assert (kept.answers, kept.pass_on) == (replace(SAID, name=None), True)


async def test_who_wants_to_hear_how_it_goes_subscribes_first_and_can_stop(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    thanked = await signs(sam)
    await sam.taps("Tell me how it goes", on=thanked)
    await sam.taps("Back", on=await sam.sees("subscribe first"))
    await sam.taps("Tell me how it goes", on=await sam.sees(has("en", "My signature")))
    await sam.taps("Subscribe", on=await sam.sees("subscribe first"))
    await sam.taps("Tell me how it goes", on=await sam.sees(has("en", "My signature")))
    listening = await sam.sees(has("en", "No more news of it"))
    assert len(await rows(nida, PetitionNewsRow)) == 1
    answered = await sam.answers_to(await sam.taps("No more news of it", on=listening))
    assert answered["text"] == "You will hear no more of this petition."
    assert await rows(nida, PetitionNewsRow) == []
    assert len(await rows(nida, SignatureRow)) == 1


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
    closed = await sam.last()
    assert thanks() in closed.text
    assert ("Share" in thanked.labels, "Share" in closed.labels) == (True, False), "nobody can sign any more"
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
