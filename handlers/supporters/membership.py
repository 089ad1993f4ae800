"""Somebody blocked the bot, or came back: noticed at once, so that nothing more is sent to them."""

from aiogram import Router
from aiogram.filters import IS_MEMBER, IS_NOT_MEMBER, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from bot.supporters.service import Supporter, Supporters


def router() -> Router:
    router = Router(name="membership")
    router.my_chat_member.register(blocked, ChatMemberUpdatedFilter(IS_MEMBER >> IS_NOT_MEMBER))
    router.my_chat_member.register(unblocked, ChatMemberUpdatedFilter(IS_NOT_MEMBER >> IS_MEMBER))
    return router


async def blocked(event: ChatMemberUpdated, supporter: Supporter, supporters: Supporters) -> None:
    await supporters.blocked(supporter.telegram_id)


async def unblocked(event: ChatMemberUpdated, supporter: Supporter, supporters: Supporters) -> None:
    await supporters.unblocked(supporter.telegram_id)
