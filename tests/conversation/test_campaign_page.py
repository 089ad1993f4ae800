"""The page of a campaign behind its actions, and what is said where something is in another language."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.campaigns.models import CampaignRow
from bot.events.models import EventRow
from bot.language import language_name, title, without_marks
from handlers.actions import OpenCampaign
from tests.announcements.people import translated
from tests.conversation.actions import CALL, SHARE, becomes, opens, sees_button
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, label, said, shown_labels, words
from tests.nida import Nida
from tests.person import ChatMessage, Person
from tests.telegram_world import TelegramWorld

CAMPAIGN = {"en": "Open justice now", "ar": "عدالة علنية الآن", "ur": "کھلی عدالت، ابھی"}
NAMED = {"petition": "Petition: {petition}", "event": "Event: {event}", "case": "Case: {case}"}
NOT_TRANSLATED = "This text has not been translated into your language yet. Here it is in {language}."


async def opens_the_campaign(sam: Person, locale: str) -> ChatMessage:
    card = await opens(sam, locale, SHARE)
    leading = next(each for each in shown_labels(card) if CAMPAIGN[locale] in each)
    await sam.taps(leading, on=card)
    return await sam.sees(lambda message: CAMPAIGN[locale] in without_marks(message.text), after=card.id - 1)


async def comes_back(sam: Person, page: ChatMessage, locale: str) -> ChatMessage:
    await sam.answers_to(await sam.forges(OpenCampaign(campaign_id=1).pack(), on=page))
    return await sam.sees(lambda message: message.id >= page.id and message.labels == page.labels)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_campaign_says_what_it_is_for_and_leads_to_all_that_belongs_to_it(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    sam = await supporter(world, locale)
    page = await opens_the_campaign(sam, locale)
    campaign = await nida.app.services.campaigns.get_campaign(1)
    assert campaign is not None
    assert campaign.goal is not None
    shown = without_marks(page.text)
    assert campaign.goal.choose(locale, "en").text in shown
    assert campaign.summary.choose(locale, "en").text.split("\n")[0] in shown
    kinds = {each.kind for each in campaign.belongs}
    assert kinds == {"action", "petition", "event", "case"}
    assert len(shown_labels(page)) == len(campaign.belongs) + 1
    for kind in sorted(kinds):
        of_kind = next(each for each in campaign.belongs if each.kind == kind)
        place = campaign.belongs.index(of_kind)
        if kind != "action":
            named = said(locale, NAMED[kind], **{kind: title(of_kind.title.choose(locale, "en"))})
            assert without_marks(shown_labels(page)[place]) == without_marks(named)
        opened = await sam.answers_to(await sam.taps(page.labels[place], on=page))
        assert not opened.get("text"), kind
        page = await comes_back(sam, page, locale)


async def test_what_is_over_does_not_belong_to_it_any_more(world: TelegramWorld, nida: Nida) -> None:
    before = await nida.app.services.campaigns.get_campaign(1)
    await becomes(nida, SHARE, status="closed")
    after = await nida.app.services.campaigns.get_campaign(1)
    assert before is not None
    assert after is not None
    assert len(before.belongs) == len(after.belongs) + 1


async def test_of_its_events_the_next_comes_first_and_what_is_past_is_left_out(world: TelegramWorld, nida: Nida) -> None:
    async def events() -> list[str]:
        campaign = await nida.app.services.campaigns.get_campaign(1)
        assert campaign is not None
        return [each.title.choose("en", "en").text for each in campaign.belongs if each.kind == "event"]

    async def takes_place(slug: str, starts: datetime) -> None:
        async with nida.app.services.database.write() as session:
            await session.execute(update(EventRow).where(EventRow.slug == slug).values(starts=starts, ends=None))

    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    await takes_place("north-gate-five-trial", today + timedelta(days=9))
    await takes_place("north-gate-five-vigil", today + timedelta(days=2))
    assert await events() == ["Lanterns for the Five", "The Five: first day of the trial"]
    await takes_place("north-gate-five-vigil", today - timedelta(days=2))
    assert await events() == ["The Five: first day of the trial"]


async def test_a_script_and_a_shared_text_in_another_language_say_so(world: TelegramWorld, nida: Nida) -> None:
    in_english = said("ur", NOT_TRANSLATED, language=language_name(words("ur"), "en"))
    await becomes(nida, CALL, script=translated(en="Good day."))
    await becomes(nida, SHARE, text=translated(en="Pass it on."))
    async with nida.app.services.database.write() as session:
        await session.execute(update(CampaignRow).values(goal=translated(en="Open doors")))
    sam = await supporter(world, "ur")
    await opens(sam, "ur", CALL)
    await sam.taps(label("ur", "To the call"))
    assert in_english in (await sees_button(sam, "ur", "I left a message")).text
    action = await nida.app.services.campaigns.get_card(SHARE, None)
    assert action is not None
    await sam.forges(f"share:action:{action.action.id}:")
    assert in_english in (await sam.sees("https://t.me/NidaDemoBot?start=action-")).text
    assert in_english in (await opens_the_campaign(sam, "ur")).text
