"""What one person is answered about actions, whichever button or word asked for it."""

from dataclasses import dataclass

from bot.campaigns.models import CallOutcome
from bot.campaigns.service import Campaigns
from bot.campaigns.views import ActionCard, Reply
from bot.language import Notice, Words, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.actions import ListActions, OpenAction, Subscribe
from handlers.campaigns.pages import ActionPages
from handlers.consent import what_is_kept
from handlers.given import Given, giving
from handlers.screen import Screen, button


@dataclass(frozen=True, slots=True)
class ActionReplies:
    supporter: Supporter
    words: Words
    chat: Chat
    campaigns: Campaigns
    pages: ActionPages

    async def found(self, action_id: int) -> ActionCard | None:
        """What a button is about; where it is not there any more, that is said."""
        card = await self.campaigns.get_card(action_id, self.supporter.id)
        if card is None:
            await self.gone()
        return card

    async def found_open(self, action_id: int, source: str | None = None) -> ActionCard | None:
        """The same, where one can still do it."""
        card = await self.found(action_id)
        if card is None or card.action.is_open(self.campaigns.today):
            return card
        await self.card(card, self.words.notice("This is over; there is nothing to do here any more."), source=source)
        return None

    async def card(
        self,
        card: ActionCard,
        notice: Notice | None = None,
        *,
        source: str | None = None,
        newcomer: bool = False,
        below: bool = False,
    ) -> None:
        is_open = card.action.is_open(self.campaigns.today)
        shown = self.pages.card(self.words, card, source, is_open=is_open, newcomer=newcomer)
        await self.screen(shown, notice, below=below)

    async def screen(self, screen: Screen, notice: Notice | None = None, *, below: bool = False) -> None:
        if below:
            await self.chat.acknowledge(notice)
            await self.chat.say(*screen)
        else:
            await self.chat.show(*screen, notice)

    async def listed(self, offset: int = 0, notice: Notice | None = None) -> None:
        page = await self.campaigns.list_open(self.supporter.id, offset, self.pages.size)
        await self.screen(self.pages.listed(self.words, page), notice)

    async def do(self, action_id: int, source: str | None, outcome: CallOutcome | None) -> None:
        """Nothing is kept about somebody who has not subscribed: they are asked first."""
        supporter = self.supporter
        card = await self.found(action_id)
        if card is None:
            return
        if supporter.id is None or not supporter.subscribed:
            await self.ask_to_subscribe(card, source)
            return
        acted = await self.campaigns.do(supporter.id, action_id, self.words.reader.locale, source, outcome)
        if acted.card is None:
            await self.gone()
        elif acted.reply is Reply.CLOSED:
            await self.card(acted.card, self.words.notice("This is over; there is nothing to do here any more."), source=source)
        else:
            await self.screen(self.pages.thanks(self.words, acted.card, acted.next, source))

    async def undo(self, action_id: int, source: str | None) -> None:
        supporter = self.supporter
        if supporter.id is None:
            await self.gone()
            return
        undone = await self.campaigns.undo(supporter.id, action_id)
        if undone.card is None:
            await self.gone()
        else:
            await self.card(undone.card, self.words.notice("Noted: you did not do it."), source=source or undone.source)

    async def ask_later(self, action_id: int, source: str | None, *, below: bool) -> None:
        supporter, words = self.supporter, self.words
        card = await self.found(action_id)
        if card is None:
            return
        if supporter.id is None or not supporter.subscribed:
            await self.ask_to_subscribe(card, source)
            return
        kept = await self.campaigns.ask_later(supporter.id, action_id)
        if kept is None or not kept.later:
            await self.card(kept or card, source=source, below=below)
        elif below:
            await self.chat.acknowledge(words.notice("You will be asked again in a few days."))
        else:
            text = words.say("You will be asked again in a few days.")
            await self.chat.show(text, keyboard(words, button(words.label("All actions"), ListActions())))

    async def ask_to_subscribe(self, card: ActionCard, source: str | None) -> None:
        words = self.words
        text = paragraphs(
            words.say("To tick off what you have done, subscribe first: then we may keep it."),
            what_is_kept(words),
        )
        subscribe = Subscribe(action_id=card.action.id, source=source)
        back = button(words.label("Back"), OpenAction(action_id=card.action.id, source=source))
        await self.chat.show(text, keyboard(words, button(words.label("Subscribe"), subscribe), back))

    async def gone(self) -> None:
        """What a button is about is not there any more."""
        await self.listed(notice=self.words.notice("This is no longer here."))


def _replies(given: Given) -> ActionReplies:
    return ActionReplies(given["supporter"], given["words"], given["chat"], given["campaigns"], given["action_pages"])


with_replies = giving("replies", _replies)
"""What the handlers of actions answer with."""
