"""`/events`, `/event`, and the buttons on their pages and below what is sent about an event."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.service import Cases
from bot.events.calendar import Calendars
from bot.events.offsets import OFFSETS
from bot.supporters.answers import Answer
from bot.telegram.order import Asks, Order
from handlers.actions import (
    AnswerEvent,
    DeclineEvent,
    GetCalendar,
    ListCaseEvents,
    ListEvents,
    OpenEvent,
    OpenReminders,
    OpenWay,
    RemindAsUsual,
    SetReminder,
)
from handlers.events.replies import EventReplies, with_replies


def router() -> Router:
    router = with_replies(Router(name="events"))
    router.message.register(list_events, Asks("events"))
    router.callback_query.register(turn_events, ListEvents.filter())
    router.callback_query.register(turn_case_events, ListCaseEvents.filter())
    router.message.register(open_by_name, Asks("event"))
    router.callback_query.register(open_event, OpenEvent.filter())
    router.callback_query.register(answer, AnswerEvent.filter())
    router.callback_query.register(decline, DeclineEvent.filter())
    router.callback_query.register(open_reminders, OpenReminders.filter())
    router.callback_query.register(set_reminder, SetReminder.filter())
    router.callback_query.register(remind_as_usual, RemindAsUsual.filter())
    router.callback_query.register(open_way, OpenWay.filter())
    router.callback_query.register(get_calendar, GetCalendar.filter())
    return router


async def list_events(message: Message, replies: EventReplies) -> None:
    """What concerns this person, where there is something, else everything."""
    events, pages, person = replies.events, replies.pages, replies.supporter.id
    page = await events.list_mine(person, 0, pages.size)
    mine = page.total > 0
    shown = page if mine else await events.list_soon(person, 0, pages.size)
    await replies.chat.say(*pages.listed(replies.words, shown, mine=mine))


async def turn_events(query: CallbackQuery, callback_data: ListEvents, replies: EventReplies) -> None:
    list_them = replies.events.list_mine if callback_data.mine else replies.events.list_soon
    page = await list_them(replies.supporter.id, callback_data.offset, replies.pages.size)
    await replies.chat.show(*replies.pages.listed(replies.words, page, mine=callback_data.mine))


async def turn_case_events(query: CallbackQuery, callback_data: ListCaseEvents, replies: EventReplies, cases: Cases) -> None:
    person, pages = replies.supporter.id, replies.pages
    case = await cases.get_case(callback_data.case_id, person)
    if case is None:
        await replies.gone()
        return
    page = await replies.events.list_of_case(case.id, person, callback_data.offset, pages.size)
    await replies.chat.show(*pages.of_case(replies.words, case, page))


async def open_by_name(message: Message, order: Order, replies: EventReplies) -> None:
    person, words = replies.supporter.id, replies.words
    card = await replies.events.get_card(order.argument.lower(), person) if order.argument else None
    if card is not None:
        await replies.card(card, below=True)
        return
    if order.argument:
        await replies.chat.say(words.say("There is no hearing or event by that name."))
    page = await replies.events.list_soon(person, 0, replies.pages.size)
    await replies.chat.say(*replies.pages.listed(words, page, mine=False))


async def open_event(query: CallbackQuery, callback_data: OpenEvent, replies: EventReplies) -> None:
    card = await replies.events.get_card(callback_data.event_id, replies.supporter.id)
    if card is None:
        await replies.gone()
    else:
        await replies.card(card, below=callback_data.below)


async def answer(query: CallbackQuery, callback_data: AnswerEvent, replies: EventReplies) -> None:
    """Nothing is kept about somebody who has not subscribed: they are asked first."""
    supporter = replies.supporter
    card = await replies.events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await replies.gone()
    elif supporter.id is None or not supporter.subscribed:
        await replies.ask_to_subscribe(card)
    else:
        answered = await replies.events.answer(supporter.id, card.event.id, callback_data.answer)
        await replies.answered(answered, below=callback_data.below)


async def decline(query: CallbackQuery, callback_data: DeclineEvent, replies: EventReplies) -> None:
    if replies.supporter.id is None:
        await replies.gone()
        return
    answered = await replies.events.answer(replies.supporter.id, callback_data.event_id, Answer.DECLINED)
    await replies.answered(answered, below=callback_data.below)


async def open_reminders(query: CallbackQuery, callback_data: OpenReminders, replies: EventReplies) -> None:
    await replies.reminders(await replies.events.get_card(callback_data.event_id, replies.supporter.id))


async def set_reminder(query: CallbackQuery, callback_data: SetReminder, replies: EventReplies) -> None:
    supporter, events, minutes = replies.supporter, replies.events, callback_data.minutes
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is not None and supporter.id is not None and supporter.subscribed and minutes in OFFSETS:
        card = await events.choose_reminder(supporter.id, card.event.id, minutes, wanted=callback_data.wanted)
    await replies.reminders(card)


async def remind_as_usual(query: CallbackQuery, callback_data: RemindAsUsual, replies: EventReplies) -> None:
    supporter, events = replies.supporter, replies.events
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is not None and supporter.id is not None and supporter.subscribed:
        card = await events.remind_as_usual(supporter.id, card.event.id)
    await replies.reminders(card)


async def open_way(query: CallbackQuery, callback_data: OpenWay, replies: EventReplies) -> None:
    chat, card = replies.chat, await replies.events.get_card(callback_data.event_id, replies.supporter.id)
    if card is None:
        await replies.gone()
    elif callback_data.below:
        await chat.acknowledge()
        await chat.say(*replies.pages.way(replies.words, card))
    else:
        await chat.show(*replies.pages.way(replies.words, card))


async def get_calendar(query: CallbackQuery, callback_data: GetCalendar, replies: EventReplies, calendars: Calendars) -> None:
    words, card = replies.words, await replies.events.get_card(callback_data.event_id, replies.supporter.id)
    if card is None:
        await replies.gone()
    elif not replies.pages.is_open(card.event):
        # What was put off or cancelled since the button was shown is not put into anybody's calendar.
        await replies.card(card, notice=words.notice("There is no date to add."))
    else:
        await replies.chat.acknowledge()
        name, file = f"{card.event.slug}.ics", calendars.file(card.event, words.reader.locale)
        caption = words.say("Open this file, and your calendar takes the date in. If it changes, you get a new file from us.")
        await replies.chat.send_file(name, file, caption)
