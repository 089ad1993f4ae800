"""`/cases`, `/case`, `/following`, `/news`, and the buttons on their pages."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.models import CaseStatus
from bot.supporters.following import Following
from bot.telegram.order import Asks, Order
from handlers.actions import Follow, ListCases, ListFollowing, ListNews, OpenCase, OpenTimeline, StopFollowing
from handlers.cases.replies import CaseReplies, with_replies


def router() -> Router:
    router = with_replies(Router(name="cases"))
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


async def list_cases(message: Message, replies: CaseReplies) -> None:
    await replies.chat.say(*await replies.all(0))


async def turn_cases(query: CallbackQuery, callback_data: ListCases, replies: CaseReplies) -> None:
    await replies.chat.show(*await replies.all(callback_data.offset))


async def open_by_name(message: Message, order: Order, replies: CaseReplies) -> None:
    chat, words, pages = replies.chat, replies.words, replies.pages
    case = await replies.find(order.argument.lower()) if order.argument else None
    if case is not None:
        await chat.say(*pages.case(words, case))
        return
    if order.argument:
        await chat.say(words.say("There is no case by that name."))
    await chat.say(*pages.which_case(words, await replies.cases.list_cases(0, pages.size)))


async def open_case(query: CallbackQuery, callback_data: OpenCase, replies: CaseReplies) -> None:
    case = await replies.find(callback_data.case_id)
    if case is None:
        await replies.gone()
    else:
        await replies.case(case, below=callback_data.from_alert)


async def open_timeline(query: CallbackQuery, callback_data: OpenTimeline, replies: CaseReplies) -> None:
    case = await replies.find(callback_data.case_id)
    if case is None:
        await replies.gone()
        return
    page = await replies.cases.timeline(case.id, callback_data.offset, replies.pages.timeline_size)
    await replies.chat.show(*replies.pages.timeline(replies.words, case, page))


async def follow(query: CallbackQuery, callback_data: Follow, following: Following, replies: CaseReplies) -> None:
    words, supporter = replies.words, replies.supporter
    case = await replies.find(callback_data.case_id)
    if case is None:
        await replies.gone()
    elif case.status is CaseStatus.CLOSED:
        await replies.case(case, notice=words.notice("This case is closed; there is nothing more to follow."))
    elif supporter.id is None or not supporter.subscribed:
        await replies.ask_to_subscribe(case, callback_data.source)
    else:
        await following.follow(supporter.id, case.id, callback_data.source)
        followed = await replies.find(case.id) or case
        await replies.case(followed, notice=words.notice("You will hear what happens in this case."))


async def stop_following(query: CallbackQuery, callback_data: StopFollowing, following: Following, replies: CaseReplies) -> None:
    if replies.supporter.id is not None:
        await following.unfollow(replies.supporter.id, callback_data.case_id)
    notice = replies.words.notice("You no longer follow this case.")
    case = await replies.find(callback_data.case_id)
    if case is None or callback_data.from_alert:
        await replies.followed_no_more(callback_data.case_id, case, notice)
    else:
        await replies.case(case, notice=notice)


async def list_followed(message: Message, replies: CaseReplies) -> None:
    await replies.chat.say(*await replies.followed(0))


async def turn_followed(query: CallbackQuery, callback_data: ListFollowing, replies: CaseReplies) -> None:
    await replies.chat.show(*await replies.followed(callback_data.offset))


async def list_news(message: Message, replies: CaseReplies) -> None:
    await replies.chat.say(*await replies.news(0))


async def turn_news(query: CallbackQuery, callback_data: ListNews, replies: CaseReplies) -> None:
    await replies.chat.show(*await replies.news(callback_data.offset))
