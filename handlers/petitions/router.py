"""`/petitions`, `/petition`, `/sign`, `/mysignatures`, `/withdraw`, and the buttons on their pages."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.petitions.views import Answers, Reply
from bot.telegram.order import Asks, Order
from handlers.actions import (
    CountMeIn,
    HearOfPetition,
    ListCasePetitions,
    ListPetitions,
    ListSignatures,
    OpenPetition,
    OpenSignature,
    StopHearingOfPetition,
    WithdrawSignature,
)
from handlers.petitions.replies import PetitionReplies, with_replies


def router() -> Router:
    router = with_replies(Router(name="petitions"))
    router.message.register(list_petitions, Asks("petitions"))
    router.callback_query.register(turn_petitions, ListPetitions.filter())
    router.callback_query.register(of_case, ListCasePetitions.filter())
    router.message.register(open_by_name, Asks("petition"))
    router.message.register(open_by_name, Asks("sign"))
    router.callback_query.register(open_petition, OpenPetition.filter())
    router.callback_query.register(count_me_in, CountMeIn.filter())
    router.message.register(list_signatures, Asks("mysignatures"))
    router.callback_query.register(turn_signatures, ListSignatures.filter())
    router.callback_query.register(open_signature, OpenSignature.filter())
    router.message.register(withdraw_by_name, Asks("withdraw"))
    router.callback_query.register(withdraw, WithdrawSignature.filter())
    router.callback_query.register(hear_of_it, HearOfPetition.filter())
    router.callback_query.register(stop_hearing_of_it, StopHearingOfPetition.filter())
    return router


async def list_petitions(message: Message, replies: PetitionReplies) -> None:
    await replies.list_open()


async def turn_petitions(query: CallbackQuery, callback_data: ListPetitions, replies: PetitionReplies) -> None:
    await replies.list_open(callback_data.offset)


async def of_case(query: CallbackQuery, callback_data: ListCasePetitions, replies: PetitionReplies) -> None:
    """A case has one petition, mostly: then that is shown at once."""
    case = await replies.cases.get_case(callback_data.case_id, replies.supporter.id)
    if case is None:
        await replies.gone()
        return
    page = await replies.petitions.list_of_case(case.id, replies.who, callback_data.offset, replies.pages.size)
    only = await replies.find(page.items[0].petition.id) if page.total == 1 else None
    if only is not None:
        await replies.card(only)
    else:
        await replies.screen(replies.pages.of_case(replies.words, case, page))


async def open_by_name(message: Message, order: Order, replies: PetitionReplies) -> None:
    """Nobody signs what they have not seen: `/sign` leads to the page, and signing is two taps from there."""
    card = await replies.find(order.argument.lower()) if order.argument else None
    if card is not None:
        await replies.card(card)
        return
    if order.argument:
        await replies.chat.say(replies.words.say("There is no petition by that name."))
    await replies.list_open()


async def open_petition(query: CallbackQuery, callback_data: OpenPetition, replies: PetitionReplies) -> None:
    card = await replies.found(callback_data.petition_id)
    if card is not None:
        await replies.card(card, source=callback_data.source, below=callback_data.below)


async def count_me_in(query: CallbackQuery, callback_data: CountMeIn, replies: PetitionReplies) -> None:
    source, petition_id = callback_data.source, callback_data.petition_id
    signer = replies.signer(source)
    await replies.signed(await replies.petitions.sign(signer, petition_id, Answers(), show_name=False, pass_on=False), source)


async def list_signatures(message: Message, replies: PetitionReplies) -> None:
    await replies.list_mine()


async def turn_signatures(query: CallbackQuery, callback_data: ListSignatures, replies: PetitionReplies) -> None:
    await replies.list_mine(callback_data.offset)


async def open_signature(query: CallbackQuery, callback_data: OpenSignature, replies: PetitionReplies) -> None:
    card = await replies.found(callback_data.petition_id)
    if card is not None:
        await replies.signature(card)


async def withdraw_by_name(message: Message, order: Order, replies: PetitionReplies) -> None:
    """Which one is only asked where it is not said."""
    card = await replies.find(order.argument.lower()) if order.argument else None
    if order.argument and (card is None or card.mine is None):
        await replies.chat.say(replies.words.say("You have not signed a petition of that name."))
    if card is not None and card.mine is not None:
        await replies.screen(replies.pages.whether_to_withdraw(replies.words, card))
    else:
        await replies.list_mine(withdrawing=True)


async def withdraw(query: CallbackQuery, callback_data: WithdrawSignature, replies: PetitionReplies) -> None:
    card = await replies.found(callback_data.petition_id)
    if card is None:
        return
    if card.mine is None:
        await replies.refuse(card, Reply.NOT_SIGNED)
    elif not callback_data.sure:
        await replies.screen(replies.pages.whether_to_withdraw(replies.words, card))
    else:
        withdrawn = await replies.petitions.withdraw(replies.signer(), card.petition.id)
        await replies.screen(replies.pages.withdrawn(replies.words, withdrawn.card or card))


async def hear_of_it(query: CallbackQuery, callback_data: HearOfPetition, replies: PetitionReplies) -> None:
    supporter, card = replies.supporter, await replies.found(callback_data.petition_id)
    if card is None:
        return
    if supporter.id is None or not supporter.subscribed:
        await replies.ask_to_subscribe(card)
        return
    await replies.petitions.set_news(supporter.id, card.petition.id, wanted=True)
    told = replies.words.notice("You will hear how it goes: when it reaches a mark, is handed over, and what comes of it.")
    await replies.card(await replies.find(card.petition.id) or card, told)


async def stop_hearing_of_it(query: CallbackQuery, callback_data: StopHearingOfPetition, replies: PetitionReplies) -> None:
    if replies.supporter.id is not None:
        await replies.petitions.set_news(replies.supporter.id, callback_data.petition_id, wanted=False)
    card = await replies.found(callback_data.petition_id)
    if card is not None:
        notice = replies.words.notice("You will hear no more of this petition.")
        await replies.card(card, notice, below=callback_data.below)
