"""What one person is answered about cases, whichever button or word asked for it."""

from dataclasses import dataclass

from bot.cases.service import Cases
from bot.cases.views import CaseView
from bot.language import Notice, Words, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.actions import Follow, OpenCase, Subscribe
from handlers.cases.pages import CasePages
from handlers.consent import what_is_kept
from handlers.given import Given, giving
from handlers.screen import Screen, button


@dataclass(frozen=True, slots=True)
class CaseReplies:
    supporter: Supporter
    words: Words
    chat: Chat
    cases: Cases
    pages: CasePages

    async def find(self, case: str | int) -> CaseView | None:
        """The case of that id or name as this person has it."""
        return await self.cases.get_case(case, self.supporter.id)

    async def case(self, case: CaseView, *, notice: Notice | None = None, below: bool = False) -> None:
        """Show a case, in place or `below`."""
        screen = self.pages.case(self.words, case)
        if below:
            await self.chat.acknowledge(notice)
            await self.chat.say(*screen)
        else:
            await self.chat.show(*screen, notice)

    async def all(self, offset: int) -> Screen:
        return self.pages.list_all(self.words, await self.cases.list_cases(offset, self.pages.size))

    async def followed(self, offset: int) -> Screen:
        return self.pages.list_followed(self.words, await self.cases.followed(self.supporter.id, offset, self.pages.size))

    async def news(self, offset: int) -> Screen:
        return self.pages.news(self.words, await self.cases.latest(self.pages.timeline_size, offset))

    async def ask_to_subscribe(self, case: CaseView, source: str | None) -> None:
        words = self.words
        text = paragraphs(words.say("To follow a case, subscribe first: then we may write to you."), what_is_kept(words))
        subscribe = button(words.label("Subscribe"), Subscribe(case_id=case.id, source=source))
        back = button(words.label("Back"), OpenCase(case_id=case.id))
        await self.chat.show(text, keyboard(words, subscribe, back))

    async def followed_no_more(self, case_id: int, case: CaseView | None, notice: Notice) -> None:
        """Below the alert whose button it was, which stays as it is; or there is no page of the case any more."""
        words = self.words
        await self.chat.acknowledge(notice)
        again = button(words.label("Follow again"), Follow(case_id=case_id)) if case else None
        text = words.say("You no longer follow this case and will get no more messages about it.")
        await self.chat.say(text, keyboard(words, again))

    async def gone(self) -> None:
        """The case behind a button is not there any more."""
        await self.chat.show(*await self.all(0), self.words.notice("This case is no longer here."))


def _replies(given: Given) -> CaseReplies:
    return CaseReplies(given["supporter"], given["words"], given["chat"], given["cases"], given["case_pages"])


with_replies = giving("replies", _replies)
"""What the handlers of cases answer with."""
