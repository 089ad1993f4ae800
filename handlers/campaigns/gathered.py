"""The page of a campaign: what it is for, and the way to all that belongs to it."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery

from bot.campaigns.views import CampaignView, Gathered
from bot.campaigns.wording import as_written
from bot.language import Label, Words, day, lines, markup, paragraphs, title, untranslated
from bot.language.keyboard import keyboard
from handlers.actions import ListActions, OpenAction, OpenCampaign, OpenCase, OpenEvent, OpenPetition
from handlers.campaigns.replies import ActionReplies
from handlers.screen import Screen, button


async def open_campaign(query: CallbackQuery, callback_data: OpenCampaign, replies: ActionReplies) -> None:
    campaign = await replies.campaigns.get_campaign(callback_data.campaign_id)
    if campaign is None:
        await replies.gone()
    else:
        await replies.screen(_page(replies.words, campaign, replies.pages.source_locale))


def _page(words: Words, campaign: CampaignView, source_locale: str) -> Screen:
    chosen = {
        name: text.choose(words.reader.locale, source_locale)
        for name, text in (("title", campaign.title), ("summary", campaign.summary), ("goal", campaign.goal))
        if text is not None
    }
    text = paragraphs(
        words.show(title(chosen["title"])).bold(),
        untranslated(words, next((each for each in chosen.values() if each.fallback), chosen["title"])),
        markup(chosen["summary"]),
        lines(
            words.say("Goal: {goal}", goal=as_written(chosen["goal"])) if "goal" in chosen else None,
            words.say("Until: {day}", day=day(campaign.ends)) if campaign.ends else None,
        ),
    )
    opens = [button(_named(words, each, source_locale), _opening(each)) for each in campaign.belongs]
    return text, keyboard(words, *opens, button(words.label("All actions"), ListActions()))


def _named(words: Words, belonging: Gathered, source_locale: str) -> Label:
    """An action is told by what its title asks for; of the rest one has to know what it is."""
    named = title(belonging.title.choose(words.reader.locale, source_locale))
    match belonging.kind:
        case "petition":
            # Translators: a button on a campaign's page, as the next two: a petition to sign.
            return words.label("Petition: {petition}", petition=named)
        case "event":
            return words.label("Event: {event}", event=named)
        case "case":
            return words.label("Case: {case}", case=named)
    return words.label_of(named)


def _opening(belonging: Gathered) -> CallbackData:
    match belonging.kind:
        case "petition":
            return OpenPetition(petition_id=belonging.id)
        case "event":
            return OpenEvent(event_id=belonging.id)
        case "case":
            return OpenCase(case_id=belonging.id)
    return OpenAction(action_id=belonging.id)
