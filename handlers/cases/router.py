"""`/cases`, `/case`, `/following`, `/news`, and the buttons on their pages."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.models import CaseStatus
from bot.cases.service import Cases
from bot.language import Words, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.following import Following
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from bot.telegram.order import Asks, Order
from handlers.actions import Follow, ListCases, ListFollowing, ListNews, OpenCase, OpenTimeline, StopFollowing, Subscribe
from handlers.cases.pages import CasePages
from handlers.consent import what_is_kept
from handlers.screen import button


def router() -> Router:
    router = Router(name="cases")
    router.message.register(list_cases, Asks("cases"))
    router.callback_query.register(turn_cases, ListCases.filter())
    router.message.register(open_by_name, Asks("case"))
    router.callback_query.register(open_case, OpenCase.filter())
    router.callback_query.register(open_timeline, OpenTimeline.filter())
    router.callback_query.register(follow, Follow.filter())
    router.callback_query.register(stop_following, StopFollowing.filter())
    router.message.register(list_followed, Asks("following"))
    router.callback_query.register(turn_followed, ListFollowing.filter())
    router.message.register(list_news, Asks("news"))
    router.callback_query.register(turn_news, ListNews.filter())
    return router


async def list_cases(message: Message, words: Words, chat: Chat, cases: Cases, case_pages: CasePages) -> None:
    await chat.say(*case_pages.list_all(words, await cases.list_cases(0, case_pages.size)))


async def turn_cases(
    query: CallbackQuery, callback_data: ListCases, words: Words, chat: Chat, cases: Cases, case_pages: CasePages
) -> None:
    await chat.show(*case_pages.list_all(words, await cases.list_cases(callback_data.offset, case_pages.size)))


async def open_by_name(
    message: Message, order: Order, supporter: Supporter, words: Words, chat: Chat, cases: Cases, case_pages: CasePages
) -> None:
    case = await cases.get_case(order.argument.lower(), supporter.id) if order.argument else None
    if case is not None:
        await chat.say(*case_pages.case(words, case))
        return
    if order.argument:
        await chat.say(words.say("There is no case by that name."))
    await chat.say(*case_pages.which_case(words, await cases.list_cases(0, case_pages.size)))


async def open_case(
    query: CallbackQuery,
    callback_data: OpenCase,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    case_pages: CasePages,
) -> None:
    case = await cases.get_case(callback_data.case_id, supporter.id)
    if case is None:
        await gone(words, chat, cases, case_pages)
    elif callback_data.from_alert:
        await chat.acknowledge()
        await chat.say(*case_pages.case(words, case))
    else:
        await chat.show(*case_pages.case(words, case))


async def open_timeline(
    query: CallbackQuery,
    callback_data: OpenTimeline,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    case_pages: CasePages,
) -> None:
    case = await cases.get_case(callback_data.case_id, supporter.id)
    if case is None:
        await gone(words, chat, cases, case_pages)
        return
    page = await cases.timeline(case.id, callback_data.offset, case_pages.timeline_size)
    await chat.show(*case_pages.timeline(words, case, page))


async def follow(
    query: CallbackQuery,
    callback_data: Follow,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    following: Following,
    case_pages: CasePages,
) -> None:
    case = await cases.get_case(callback_data.case_id, supporter.id)
    if case is None:
        await gone(words, chat, cases, case_pages)
    elif case.status is CaseStatus.CLOSED:
        await chat.show(*case_pages.case(words, case), words.notice("This case is closed; there is nothing more to follow."))
    elif supporter.id is None or not supporter.subscribed:
        subscribe = button(words.label("Subscribe"), Subscribe(case_id=case.id, source=callback_data.source))
        text = paragraphs(words.say("To follow a case, subscribe first: then we may write to you."), what_is_kept(words))
        await chat.show(text, keyboard(words, subscribe))
    else:
        await following.follow(supporter.id, case.id, callback_data.source)
        followed = await cases.get_case(case.id, supporter.id) or case
        await chat.show(*case_pages.case(words, followed), words.notice("You will hear what happens in this case."))


async def stop_following(
    query: CallbackQuery,
    callback_data: StopFollowing,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    following: Following,
    case_pages: CasePages,
) -> None:
    if supporter.id is not None:
        await following.unfollow(supporter.id, callback_data.case_id)
    notice = words.notice("You no longer follow this case.")
    case = await cases.get_case(callback_data.case_id, supporter.id)
    if case is None or callback_data.from_alert:
        await chat.acknowledge(notice)
        again = button(words.label("Follow again"), Follow(case_id=callback_data.case_id)) if case else None
        await chat.say(
            words.say("You no longer follow this case and will get no more messages about it."), keyboard(words, again)
        )
    else:
        await chat.show(*case_pages.case(words, case), notice)


async def list_followed(
    message: Message, supporter: Supporter, words: Words, chat: Chat, cases: Cases, case_pages: CasePages
) -> None:
    await chat.say(*case_pages.list_followed(words, await cases.followed(supporter.id, 0, case_pages.size)))


async def turn_followed(
    query: CallbackQuery,
    callback_data: ListFollowing,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    case_pages: CasePages,
) -> None:
    page = await cases.followed(supporter.id, callback_data.offset, case_pages.size)
    await chat.show(*case_pages.list_followed(words, page))


async def list_news(message: Message, words: Words, chat: Chat, cases: Cases, case_pages: CasePages) -> None:
    await chat.say(*case_pages.news(words, await cases.latest(case_pages.timeline_size, 0)))


async def turn_news(
    query: CallbackQuery, callback_data: ListNews, words: Words, chat: Chat, cases: Cases, case_pages: CasePages
) -> None:
    await chat.show(*case_pages.news(words, await cases.latest(case_pages.timeline_size, callback_data.offset)))


async def gone(words: Words, chat: Chat, cases: Cases, case_pages: CasePages) -> None:
    """The case behind a button is not there any more."""
    page = await cases.list_cases(0, case_pages.size)
    await chat.show(*case_pages.list_all(words, page), words.notice("This case is no longer here."))
