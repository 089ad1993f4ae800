"""What one person is answered about petitions, whichever button or word asked for it."""

from dataclasses import dataclass

from bot.cases.service import Cases
from bot.language import N_notice, Notice, Words, paragraphs
from bot.language.keyboard import keyboard
from bot.petitions.service import Petitions
from bot.petitions.views import PetitionCard, Reply, Signed, Signer
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from handlers.actions import OpenPetition, Subscribe
from handlers.consent import what_is_kept
from handlers.given import Given, giving
from handlers.petitions.pages import PetitionPages
from handlers.screen import Screen, button

_SAID = {
    Reply.ALREADY: N_notice("You have signed this already. It is counted once."),
    Reply.NOT_SIGNED: N_notice("You have not signed this, so there is nothing to change or take back."),
    Reply.CLOSED: N_notice("This petition is closed; it can no longer be signed."),
    Reply.INCOMPLETE: N_notice("Something is still lacking that this petition cannot do without."),
    Reply.GONE: N_notice("This petition is no longer here."),
}


@dataclass(frozen=True, slots=True)
class PetitionReplies:
    supporter: Supporter
    words: Words
    chat: Chat
    petitions: Petitions
    cases: Cases
    pages: PetitionPages

    @property
    def who(self) -> int:
        return self.supporter.telegram_id

    def signer(self, source: str | None = None) -> Signer:
        return Signer(self.who, self.words.reader.locale, source, self.supporter.id)

    async def find(self, key: int | str) -> PetitionCard | None:
        return await self.petitions.get_card(key, self.who, self.supporter.id)

    async def found(self, petition_id: int) -> PetitionCard | None:
        """What a button is about; where it is not there any more, that is said."""
        card = await self.find(petition_id)
        if card is None:
            await self.gone()
        return card

    async def card(
        self,
        card: PetitionCard,
        notice: Notice | None = None,
        *,
        source: str | None = None,
        newcomer: bool = False,
        below: bool = False,
    ) -> None:
        await self.screen(self.pages.card(self.words, card, source, newcomer=newcomer), notice, below=below)

    async def screen(self, screen: Screen, notice: Notice | None = None, *, below: bool = False) -> None:
        if below:
            await self.chat.acknowledge(notice)
            await self.chat.say(*screen)
        else:
            await self.chat.show(*screen, notice)

    async def refuse(self, card: PetitionCard, reply: Reply) -> None:
        """The page as it is now, and in a word why nothing was done."""
        await self.card(card, self.said(reply))

    def said(self, reply: Reply) -> Notice:
        return self.words.notice(_SAID[reply])

    async def signed(self, signed: Signed, source: str | None) -> None:
        """Thanks to who has signed, also where it was a moment ago: a tap may come twice. `source` is the link they came by."""
        if signed.card is None:
            await self.gone()
        elif (mine := signed.card.mine) is not None and signed.reply in {Reply.DONE, Reply.ALREADY}:
            case_id = signed.card.petition.case_id
            case = await self.cases.get_case(case_id, self.supporter.id) if case_id else None
            notice = self.said(Reply.ALREADY) if signed.reply is Reply.ALREADY else None
            await self.screen(self.pages.thanks(self.words, signed.card, mine, case, source), notice)
        else:
            await self.refuse(signed.card, signed.reply)

    async def signature(self, card: PetitionCard, notice: Notice | None = None) -> None:
        if card.mine is None:
            await self.refuse(card, Reply.NOT_SIGNED)
        else:
            await self.screen(self.pages.signature(self.words, card, card.mine), notice)

    async def list_open(self, offset: int = 0, notice: Notice | None = None) -> None:
        page = await self.petitions.list_open(self.who, offset, self.pages.size)
        await self.screen(self.pages.open_ones(self.words, page), notice)

    async def list_mine(self, offset: int = 0, *, withdrawing: bool = False) -> None:
        page = await self.petitions.list_mine(self.who, offset, self.pages.size)
        await self.screen(self.pages.mine(self.words, page, withdrawing=withdrawing))

    async def ask_to_subscribe(self, card: PetitionCard) -> None:
        words = self.words
        text = paragraphs(words.say("To hear how it goes, subscribe first: then we may write to you."), what_is_kept(words))
        subscribe = button(words.label("Subscribe"), Subscribe(petition_id=card.petition.id))
        back = button(words.label("Back"), OpenPetition(petition_id=card.petition.id))
        await self.chat.show(text, keyboard(words, subscribe, back))

    async def gone(self) -> None:
        """What a button is about is not there any more."""
        await self.list_open(notice=self.said(Reply.GONE))


def _replies(given: Given) -> PetitionReplies:
    needed = ("supporter", "words", "chat", "petitions", "cases", "petition_pages")
    return PetitionReplies(*(given[name] for name in needed))


with_replies = giving("replies", _replies)
"""What the handlers of petitions answer with."""
