"""The questions before a signature: one at a time, each answer can be changed, and nothing is signed before it is confirmed."""

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.language import Notice, Text, paragraphs
from bot.petitions.cleaning import NotAnAnswer, clean_answer
from bot.petitions.models import Ask
from bot.petitions.views import PetitionCard, Reply, Signed
from handlers.actions import ChangeSignature, InSigning, SigningWish, SignPetition
from handlers.petitions.draft import Draft
from handlers.petitions.question_pages import Questions, not_a_text, why_not
from handlers.petitions.replies import PetitionReplies, with_replies

_DRAFT: Final = "draft"


class Asked(StatesGroup):
    answer = State()
    consent = State()
    """All is looked over, and waits to be confirmed."""


def router() -> Router:
    router = with_replies(Router(name="questions"))
    router.callback_query.register(sign, SignPetition.filter())
    router.callback_query.register(change, ChangeSignature.filter())
    router.callback_query.register(go_on, InSigning.filter())
    router.message.register(answer, Asked.answer)
    router.message.register(look_over, Asked.consent)
    return router


async def sign(query: CallbackQuery, callback_data: SignPetition, replies: PetitionReplies, state: FSMContext) -> None:
    """The first of the two taps; the second is on what this shows, or at the end of the questions."""
    card = await replies.found(callback_data.petition_id)
    if card is None:
        return
    if card.mine is not None:
        await replies.refuse(card, Reply.ALREADY)
    elif not replies.pages.wording(replies.words, card.petition).is_open():
        await replies.refuse(card, Reply.CLOSED)
    elif not card.petition.asks:
        await replies.screen(replies.pages.confirmation(replies.words, card, callback_data.source))
    else:
        draft = Draft(card.petition.id, callback_data.source).next_of(card.petition)
        await _Step(replies, state, card, draft).show()


async def change(query: CallbackQuery, callback_data: ChangeSignature, replies: PetitionReplies, state: FSMContext) -> None:
    card = await replies.found(callback_data.petition_id)
    if card is None:
        return
    if card.mine is None:
        await replies.refuse(card, Reply.NOT_SIGNED)
    else:
        await _Step(replies, state, card, Draft.of(card.petition, card.mine)).show()


async def answer(message: Message, replies: PetitionReplies, state: FSMContext) -> None:
    step = await _step(replies, state)
    if step is None or (ask := step.draft.asked) is None:
        return
    if message.text is None:
        await step.say_first(not_a_text(replies.words))
        return
    try:
        said = clean_answer(ask, message.text)
    except NotAnAnswer as error:
        await step.say_first(why_not(replies.words, error))
        return
    await step.next(step.draft.with_answer(ask, said))


async def look_over(message: Message, replies: PetitionReplies, state: FSMContext) -> None:
    """Somebody writes where there is only something to tap."""
    step = await _step(replies, state)
    if step is not None:
        await step.say_first(replies.words.say("Nothing is asked of you just now. Please tap one of the buttons below."))


async def go_on(query: CallbackQuery, callback_data: InSigning, replies: PetitionReplies, state: FSMContext) -> None:
    step = await _step(replies, state, callback_data)
    if step is None:
        return
    draft, wish, ask = step.draft, callback_data.wish, callback_data.ask
    if wish in {SigningWish.CONFIRM, SigningWish.SAVE}:
        await step.confirm()
    elif wish is SigningWish.LEAVE:
        await step.leave()
    elif wish is SigningWish.SKIP and ask is not None and step.may_leave_out(ask):
        await step.next(draft.with_answer(ask, None))
    elif wish is SigningWish.EDIT and ask in step.card.petition.asks and step.is_open:
        await step.next(draft, ask=ask)
    elif wish is SigningWish.SHOW_NAME:
        await step.next(replace(draft, show_name=callback_data.wanted and draft.can_show_name()))
    elif wish is SigningWish.HAND_ON:
        await step.next(replace(draft, pass_on=callback_data.wanted))
    elif wish is SigningWish.REVIEW:
        await step.next(draft)
    else:
        await step.show()  # a button from before: the question that is open now


class _Step:
    """Where one person is with their draft."""

    def __init__(self, replies: PetitionReplies, state: FSMContext, card: PetitionCard, draft: Draft) -> None:
        self.replies = replies
        self.card = card
        self.draft = draft
        self._state = state

    @property
    def is_open(self) -> bool:
        """Otherwise a signature is changed that is given already, and things can only be taken out of it."""
        return self.replies.pages.wording(self.replies.words, self.card.petition).is_open()

    def may_leave_out(self, ask: Ask) -> bool:
        return not self.is_open or (ask is self.draft.asked and ask not in self.card.petition.needs)

    async def show(self, notice: Notice | None = None) -> None:
        await self._keep()
        await self.replies.screen(self._pages().now(), notice)

    async def say_first(self, text: Text) -> None:
        """Why an answer was not taken, above what is asked all the same."""
        asked, buttons = self._pages().now()
        await self.replies.chat.say(paragraphs(text, asked), buttons)

    async def next(self, draft: Draft, ask: Ask | None = None) -> None:
        """The question asked for, else what comes next."""
        self.draft = replace(draft, asked=ask) if ask or not self.is_open else draft.next_of(self.card.petition)
        await self.show()

    async def confirm(self) -> None:
        replies, signed, draft = self.replies, await self._keep_what_is_said(), self.draft
        if signed.reply is Reply.INCOMPLETE and signed.card is not None:
            # What the petition cannot do without was another when this was answered.
            self.card, self.draft = signed.card, draft.next_of(signed.card.petition)
            await self.show(replies.said(Reply.INCOMPLETE))
            return
        await self._state.clear()
        if draft.changes and signed.reply is Reply.DONE and signed.card is not None:
            await replies.signature(signed.card, replies.words.notice("Saved."))
        elif signed.reply is Reply.CLOSED and signed.card is not None and signed.card.mine is not None:
            await replies.signature(signed.card, replies.said(Reply.CLOSED))
        else:
            await replies.signed(signed, draft.source)

    async def _keep_what_is_said(self) -> Signed:
        """Whoever signed meanwhile, with other words, means these: they stand in what was confirmed last."""
        replies, draft = self.replies, self.draft
        signer, consents = replies.signer(draft.source), {"show_name": draft.show_name, "pass_on": draft.pass_on}
        if not draft.changes:
            signed = await replies.petitions.sign(signer, draft.petition_id, draft.answers, **consents)
            if signed.reply is not Reply.ALREADY or signed.card is None or draft.says(signed.card.mine):
                return signed
            self.draft = replace(draft, changes=True)
        return await replies.petitions.change(signer, draft.petition_id, draft.answers, **consents)

    async def leave(self) -> None:
        await self._state.clear()
        if self.draft.changes:
            await self.replies.signature(self.card)
        else:
            notice = self.replies.words.notice("Nothing was signed.")
            await self.replies.card(self.card, notice, source=self.draft.source)

    async def _keep(self) -> None:
        await self._state.set_state(Asked.answer if self.draft.asked else Asked.consent)
        await self._state.set_data({_DRAFT: self.draft.to_json()})

    def _pages(self) -> Questions:
        replies = self.replies
        return Questions(replies.words, self.card, self.draft, replies.pages.wording(replies.words, self.card.petition))


async def _step(replies: PetitionReplies, state: FSMContext, tapped: InSigning | None = None) -> _Step | None:
    """Where this person is; None where they are nowhere any more, and are told so."""
    stored = (await state.get_data()).get(_DRAFT)
    draft = Draft.from_json(stored) if stored else None
    asked_for = tapped.petition_id if tapped else (draft.petition_id if draft else 0)
    card = await replies.found(asked_for)
    if card is None:
        await state.clear()
        return None
    if draft is None or draft.petition_id != asked_for:
        await _nothing_is_asked(replies, card, tapped.wish if tapped else None)
        return None
    if not draft.changes and card.mine is None and not replies.pages.wording(replies.words, card.petition).is_open():
        await state.clear()
        await replies.refuse(card, Reply.CLOSED)
        return None
    return _Step(replies, state, card, draft)


async def _nothing_is_asked(replies: PetitionReplies, card: PetitionCard, wish: SigningWish | None) -> None:
    """A tap may come twice: what it did is shown again. The link they came by went with the questions."""
    if card.mine is not None and wish is SigningWish.CONFIRM:
        await replies.signed(Signed(Reply.ALREADY, card), source=None)
    elif card.mine is not None and wish is SigningWish.SAVE:
        await replies.signature(card)
    else:
        await replies.card(card, replies.words.notice("These questions are no longer open. You can begin again."))
