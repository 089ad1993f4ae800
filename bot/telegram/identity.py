"""Who is talking, in which language, and what they order: known before any handler runs."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.fsm.middleware import FSMContextMiddleware
from aiogram.types import CallbackQuery, TelegramObject, Update, User

from bot.language import Catalogues
from bot.supporters.service import Supporters
from bot.telegram.chat import Chat, Postman
from bot.telegram.commands import Vocabulary
from bot.telegram.flood import Flood, Verdict
from bot.telegram.inline import Inline
from bot.telegram.order import Order, read_order

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

ALWAYS_HEARD_ORDERS = frozenset({"stop", "forget"})
ALWAYS_HEARD_TAPS = frozenset({"forget", "unfollow", "pause", "decline", "withdraw", "no-news"})
"""What callback data of the buttons that stop something begins with."""
PART_OF_A_STEP = frozenset({"signing"})
"""What callback data of the buttons that go on with a step begins with."""
ALSO_NAMES = frozenset({"start", "resume"})
"""Commands for which people's names stand, too: Hala and Salam are greetings, Kamil is Arabizi for going on."""


class Identity(BaseMiddleware):
    """Gives handlers `supporter`, `words`, `chat` and `order`; `inline` for a chat where only somebody types the bot's name. The
    bot talks to people only: groups get no answer."""

    def __init__(
        self,
        supporters: Supporters,
        catalogues: Catalogues,
        postman: Postman,
        vocabulary: Vocabulary,
        flood: Flood,
        typing: Flood,
    ) -> None:
        """`flood` is of messages and taps, `typing` of what is typed behind the bot's name."""
        self._supporters = supporters
        self._catalogues = catalogues
        self._postman = postman
        self._vocabulary = vocabulary
        self._flood = flood
        self._typing = typing

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user, place = data.get("event_from_user"), data.get("event_chat")
        if not isinstance(event, Update) or user is None or user.is_bot:
            return None
        if event.inline_query is not None or event.chosen_inline_result is not None:
            return await self._anywhere(handler, event, user, data)
        if place is None or place.type != ChatType.PRIVATE or _sent_inline(event):
            return None
        order = read_order(event.message.text, self._vocabulary) if event.message else None
        verdict = Verdict.PASS if _always_heard(event, order) else self._flood.judge(user.id)
        chat = self._chat(event, place.id)
        if verdict is not Verdict.PASS:
            await chat.acknowledge()  # a tapped button does not go on spinning, even where nothing is said
        if verdict is Verdict.SILENCE:
            return None
        supporter = await self._supporters.recognise(user.id, user.language_code)
        if supporter.blocked and event.my_chat_member is None:
            # Evidently back: what tells of it may have been missed, and nothing would ever be sent to them again.
            await self._supporters.unblocked(user.id)
            supporter = replace(supporter, blocked=False)
        words = self._catalogues.words(supporter.reader)
        if verdict is Verdict.NOTICE:
            # Translators: sent once when somebody writes or taps very often; the bot then stays silent for a while.
            await chat.say(words.say("That was a lot at once. Please wait a moment, then go on."))
            return None
        data.update(supporter=supporter, words=words, chat=chat, order=order)
        return await handler(event, data)

    async def _anywhere(self, handler: Handler, event: Update, user: User, data: dict[str, Any]) -> Any:
        """Typing behind the bot's name asks again with every letter: it has a budget of its own, and is never told off."""
        query = event.inline_query
        if query is not None and self._typing.judge(user.id) is not Verdict.PASS:
            return None
        supporter = await self._supporters.recognise(user.id, user.language_code)
        data.update(supporter=supporter, words=self._catalogues.words(supporter.reader), order=None)
        if query is not None:
            data["inline"] = Inline(self._postman, query.id)
        return await handler(event, data)

    def _chat(self, event: Update, chat_id: int) -> Chat:
        tap = event.callback_query
        tapped = tap.message.message_id if tap and tap.message else None
        return Chat(self._postman, chat_id, tapped, tap.id if tap else None)


def _sent_inline(event: Update) -> bool:
    """What somebody sent through a bot into the chat with this one is for whom they send it to next: nobody asks us anything."""
    return event.message is not None and event.message.via_bot is not None


def _always_heard(event: Update, order: Order | None) -> bool:
    """Stopping works however much somebody wrote, and so does noticing that they blocked the bot."""
    if event.callback_query is not None:
        return _prefix(event.callback_query) in ALWAYS_HEARD_TAPS
    return event.my_chat_member is not None or (order is not None and order.command in ALWAYS_HEARD_ORDERS)


class Step(FSMContextMiddleware):
    """The step a person is at, looked up only where it can matter: for a text that orders nothing itself. A tap on a button
    that is no part of it leaves it: who went on elsewhere does not expect their next words to be the answer."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        context = self.resolve_event_context(data["bot"], data)
        if context is not None and isinstance(event, Update):
            if event.callback_query is not None and _leads_elsewhere(event.callback_query) and await context.get_state():
                await context.clear()
            is_answer = event.message is not None and _may_be_an_answer(data["order"])
            data.update(state=context, raw_state=await context.get_state() if is_answer else None)
            if data["raw_state"] is not None:
                data["order"] = None
        return await handler(event, data)


def _leads_elsewhere(tap: CallbackQuery) -> bool:
    return _prefix(tap) not in PART_OF_A_STEP


def _may_be_an_answer(order: Order | None) -> bool:
    return order is None or (order.by_word and order.command in ALSO_NAMES)


def _prefix(tap: CallbackQuery) -> str:
    return (tap.data or "").partition(":")[0]
