"""Cases in the chat: found, read, followed and let go."""

from collections.abc import Callable

import pytest

from bot.language import language_name, without_marks
from tests.conversation.people import CASE, follows, supporter
from tests.conversation.speaking import LOCALES, has, label, notice, said, words
from tests.nida import Nida
from tests.person import ChatMessage
from tests.telegram_world import TelegramWorld


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_case_is_listed_opened_read_and_followed(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await sam.types("/cases")
    listed = await sam.sees(lambda message: len(message.buttons) >= 4 and message.id > 3)
    await sam.taps(listed.labels[0], on=listed)
    page = await sam.sees(has(locale, "What happened so far"))
    assert page.id == listed.id, "menus edit in place"
    await sam.taps(label(locale, "What happened so far"), on=page)
    timeline = await sam.sees(has(locale, "Back to the case"))
    assert timeline.id == listed.id
    certainties = [without_marks(said(locale, certainty)) for certainty in ("Confirmed", "Reported, not confirmed")]
    assert any(certainty in without_marks(timeline.text) for certainty in certainties)
    await sam.taps(label(locale, "Back to the case"))
    await sam.sees(has(locale, "Follow"))
    await sam.taps(label(locale, "Follow"))
    await sam.sees(said(locale, "You follow this case."))
    await sam.taps(label(locale, "Stop following"))
    await sam.sees(has(locale, "Follow"))
    assert (await sam.toasts())[-1] == notice(locale, "You no longer follow this case.")


async def test_a_case_is_opened_by_its_short_name(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types(f"/case {CASE}")
    await sam.sees("Status: Open")


async def test_a_case_that_is_not_there_is_said_and_those_there_are_offered(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types("/case never-was")
    await sam.sees("There is no case by that name.")
    assert len((await sam.sees("Which case do you mean?")).labels) >= 4


async def test_following_without_a_subscription_asks_for_consent_first(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types(f"/case {CASE}")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("subscribe first")
    await sam.taps("Back")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("subscribe first")
    await sam.taps("Subscribe")
    await sam.sees("Status: Open")
    await sam.taps("Follow")
    await sam.sees("You follow this case.")


async def test_what_is_followed_is_listed(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types("/following")
    await sam.sees("You do not follow any case yet.")
    await follows(sam)
    await sam.types("/following")
    assert len((await sam.sees("You follow 1 case:")).labels) == 1


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_news_are_paged_newest_first(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await world.person(language_code=locale)
    await sam.types("/news")
    first = await sam.sees(said(locale, "Latest updates"))
    await sam.taps(label(locale, "More"), on=first)
    second = await sam.sees(has(locale, "Previous"))
    assert second.id == first.id
    assert second.text != first.text


async def test_a_text_missing_in_a_language_is_shown_in_english_and_says_so(world: TelegramWorld, nida: Nida) -> None:
    told = said(
        "ur",
        "This text has not been translated into your language yet. Here it is in {language}.",
        language=language_name(words("ur"), "en"),
    )
    sam = await world.person(language_code="ur")
    page = await nida.app.services.cases.latest(50)
    untranslated = next(update for update in page.items if update.body.choose("ur", "en").fallback)
    await sam.types(f"/case {untranslated.case_slug}")
    await sam.sees(has("ur", "What happened so far"))
    await sam.taps(label("ur", "What happened so far"))
    for _ in range(6):
        timeline = await sam.sees(has("ur", "Back to the case"))
        if told in timeline.text:
            return
        await sam.taps(label("ur", "More"))
        await sam.sees(other_page(timeline))
    raise AssertionError(str(await sam.chat()))


def other_page(timeline: ChatMessage) -> Callable[[ChatMessage], bool]:
    return lambda shown: shown.text != timeline.text and has("ur", "Back to the case")(shown)


async def test_an_alert_reaches_followers_says_why_and_can_be_stopped_from_it(world: TelegramWorld, nida: Nida) -> None:
    people = [await supporter(world, locale) for locale in LOCALES]
    for sam, locale in zip(people, LOCALES, strict=True):
        await sam.types(f"/case {CASE}")
        await sam.sees(has(locale, "Follow"))
        await sam.taps(label(locale, "Follow"))
        await sam.sees(said(locale, "You follow this case."))
    bystander = await supporter(world)
    before = await bystander.chat()
    await nida.announces("north-gate-five-bail")
    for sam, locale in zip(people, LOCALES, strict=True):
        alert = await sam.last()
        update = await nida.app.services.cases.find_update("north-gate-five-bail")
        assert update is not None
        assert update.headline.texts[locale].text in alert.text.replace("\u2068", "").replace("\u2069", "")
        await sam.taps(label(locale, "Stop following"), on=alert)
        assert (
            await sam.sees(said(locale, "You no longer follow this case and will get no more messages about it."))
        ).id > alert.id
    assert (await bystander.chat()).version == before.version
