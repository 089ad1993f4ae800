"""`/actions`, and the buttons on its pages and below a call to an action."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.telegram.order import Asks, Order
from handlers.actions import AskLater, DoAction, ListActions, MakeCall, OpenAction, OpenCampaign, UndoAction
from handlers.campaigns.gathered import open_campaign
from handlers.campaigns.replies import ActionReplies, with_replies


def router() -> Router:
    router = with_replies(Router(name="campaigns"))
    router.message.register(list_actions, Asks("actions"))
    router.callback_query.register(turn_actions, ListActions.filter())
    router.callback_query.register(open_action, OpenAction.filter())
    router.callback_query.register(open_campaign, OpenCampaign.filter())
    router.callback_query.register(make_call, MakeCall.filter())
    router.callback_query.register(do_action, DoAction.filter())
    router.callback_query.register(undo_action, UndoAction.filter())
    router.callback_query.register(ask_later, AskLater.filter())
    return router


async def list_actions(message: Message, order: Order, replies: ActionReplies) -> None:
    """All, or the one whose short name stands behind the command."""
    card = await replies.campaigns.get_card(order.argument.lower(), replies.supporter.id) if order.argument else None
    if card is not None:
        await replies.card(card, below=True)
        return
    if order.argument:
        await replies.chat.say(replies.words.say("There is no action by that name."))
    await replies.listed()


async def turn_actions(query: CallbackQuery, callback_data: ListActions, replies: ActionReplies) -> None:
    await replies.listed(callback_data.offset)


async def open_action(query: CallbackQuery, callback_data: OpenAction, replies: ActionReplies) -> None:
    card = await replies.found(callback_data.action_id)
    if card is not None:
        await replies.card(card, source=callback_data.source, below=callback_data.below)


async def make_call(query: CallbackQuery, callback_data: MakeCall, replies: ActionReplies) -> None:
    card = await replies.found_open(callback_data.action_id, callback_data.source)
    if card is not None:
        await replies.screen(replies.pages.call(replies.words, card.action, callback_data.source))


async def do_action(query: CallbackQuery, callback_data: DoAction, replies: ActionReplies) -> None:
    await replies.do(callback_data.action_id, callback_data.source, callback_data.outcome)


async def undo_action(query: CallbackQuery, callback_data: UndoAction, replies: ActionReplies) -> None:
    await replies.undo(callback_data.action_id, callback_data.source)


async def ask_later(query: CallbackQuery, callback_data: AskLater, replies: ActionReplies) -> None:
    await replies.ask_later(callback_data.action_id, callback_data.source, below=callback_data.below)
