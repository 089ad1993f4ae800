"""What one person is answered about events, whichever button or word asked for it."""

from dataclasses import dataclass

from bot.events.service import Events
from bot.events.views import Answered, EventCard, Reply
from bot.language import N_notice, Notice, Words, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.answers import Answer
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.actions import OpenEvent, Subscribe
from handlers.consent import what_is_kept
from handlers.events.pages import EventPages
from handlers.given import Given, giving
from handlers.screen import button

_NOTED = {
    Answer.COMING: N_notice("Noted: you will come."),
    Answer.ONLINE: N_notice("Noted: you will follow it online."),
    Answer.FOLLOWING: N_notice("You will hear of every change."),
    Answer.WAITING: N_notice("You are on the waiting list. We write to you when a place becomes free."),
    Answer.DECLINED: N_notice("Noted: not this time. You will not hear of this date."),
}
_REFUSED = {
    Reply.FULL: N_notice("All places are taken. You can join the waiting list."),
    Reply.UNDATED: N_notice("There is no date yet. Let us keep you informed, and you hear when there is one."),
    Reply.CANCELLED: N_notice("This is cancelled, so there is nothing to come to."),
    Reply.OVER: N_notice("This is already over."),
    Reply.GONE: N_notice("This is no longer here."),
}


@dataclass(frozen=True, slots=True)
class EventReplies:
    supporter: Supporter
    words: Words
    chat: Chat
    events: Events
    pages: EventPages

    async def card(self, card: EventCard, *, notice: Notice | None = None, below: bool = False) -> None:
        """Show an event, in place or `below`, and remember which message does: when it changes, that message does too."""
        if below:
            await self.chat.acknowledge(notice)
            message_id = await self.chat.say(*self.pages.card(self.words, card))
        else:
            message_id = await self.chat.show(*self.pages.card(self.words, card), notice)
        supporter = self.supporter
        if message_id is None or supporter.id is None or not supporter.subscribed:
            return
        shown_in = self.words.reader.locale
        while (changed := await self.events.keep_shown(supporter.id, card, message_id, shown_in)) is not None:
            card = changed
            await self.chat.edit(message_id, *self.pages.card(self.words, card))

    async def answered(self, answered: Answered, *, below: bool) -> None:
        """The card as it is now, and in a word what became of the answer."""
        if answered.card is None:
            await self.gone()
            return
        said = answered.card.answer
        waits = said is Answer.WAITING and answered.reply is Reply.FULL
        kept = said is not None and (waits or answered.reply is Reply.KEPT)
        notice = self.words.notice(_NOTED[said] if kept and said else _REFUSED.get(answered.reply, _REFUSED[Reply.GONE]))
        await self.card(answered.card, notice=notice, below=below)

    async def reminders(self, card: EventCard | None) -> None:
        if card is None:
            await self.gone()
        elif self.supporter.id is None or not self.supporter.subscribed:
            await self.ask_to_subscribe(card)
        elif not self.pages.is_open(card.event):
            # Of an event that was cancelled or is over since the button was shown.
            await self.card(card, notice=self.words.notice("There is nothing to be reminded of."))
        else:
            await self.chat.show(*self.pages.reminders(self.words, card))

    async def ask_to_subscribe(self, card: EventCard) -> None:
        words = self.words
        text = paragraphs(words.say("To answer or be reminded, subscribe first: then we may write to you."), what_is_kept(words))
        subscribe = button(words.label("Subscribe"), Subscribe(event_id=card.event.id))
        back = button(words.label("Back"), OpenEvent(event_id=card.event.id))
        await self.chat.show(text, keyboard(words, subscribe, back))

    async def gone(self) -> None:
        """What a button is about is not there any more."""
        page = await self.events.list_soon(self.supporter.id, 0, self.pages.size)
        notice = self.words.notice(_REFUSED[Reply.GONE])
        await self.chat.show(*self.pages.listed(self.words, page, mine=False), notice)


def _replies(given: Given) -> EventReplies:
    return EventReplies(given["supporter"], given["words"], given["chat"], given["events"], given["event_pages"])


with_replies = giving("replies", _replies)
"""What the handlers of events answer with."""
