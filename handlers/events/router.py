"""`/events`, `/event`, and the buttons on their pages and below what is sent about an event."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.cases.service import Cases
from bot.events.calendar import Calendars
from bot.events.offsets import OFFSETS
from bot.events.service import Events
from bot.events.views import Answered, EventCard, Reply
from bot.language import N_notice, Notice, Words, paragraphs
from bot.language.keyboard import keyboard
from bot.supporters.answers import Answer
from bot.supporters.service import Supporter
from bot.telegram.chat import Chat
from bot.telegram.order import Asks, Order
from bot.telegram.surface import Surface
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
    ShareEvent,
    Subscribe,
)
from handlers.consent import what_is_kept
from handlers.events.pages import EventPages, can_be_shared
from handlers.screen import button

_NOTED = {
    Answer.COMING: N_notice("Noted: you will come."),
    Answer.ONLINE: N_notice("Noted: you will follow it online."),
    Answer.FOLLOWING: N_notice("You will hear of every change."),
    Answer.WAITING: N_notice("You are on the waiting list. We write to you when a place becomes free."),
    Answer.DECLINED: N_notice("Noted: not this time. You will not hear of this date."),
}
_REFUSED = {
    Reply.FULL: N_notice("All places are taken. You can join the waiting list."),
    Reply.UNDATED: N_notice("There is no date yet. Let us keep you informed, and you hear when there is one."),
    Reply.CANCELLED: N_notice("This is cancelled, so there is nothing to come to."),
    Reply.OVER: N_notice("This is already over."),
    Reply.GONE: N_notice("This is no longer here."),
}


def router() -> Router:
    router = Router(name="events")
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
    router.callback_query.register(share, ShareEvent.filter())
    return router


async def list_events(
    message: Message, supporter: Supporter, words: Words, chat: Chat, events: Events, event_pages: EventPages
) -> None:
    """What concerns this person, where there is something, else everything."""
    page = await events.list_mine(supporter.id, 0, event_pages.size)
    mine = page.total > 0
    shown = page if mine else await events.list_soon(supporter.id, 0, event_pages.size)
    await chat.say(*event_pages.listed(words, shown, mine=mine))


async def turn_events(
    query: CallbackQuery,
    callback_data: ListEvents,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    list_them = events.list_mine if callback_data.mine else events.list_soon
    page = await list_them(supporter.id, callback_data.offset, event_pages.size)
    await chat.show(*event_pages.listed(words, page, mine=callback_data.mine))


async def turn_case_events(
    query: CallbackQuery,
    callback_data: ListCaseEvents,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    cases: Cases,
    events: Events,
    event_pages: EventPages,
) -> None:
    case = await cases.get_case(callback_data.case_id, supporter.id)
    if case is None:
        await gone(supporter, words, chat, events, event_pages)
        return
    page = await events.list_of_case(case.id, supporter.id, callback_data.offset, event_pages.size)
    await chat.show(*event_pages.of_case(words, case, page))


async def open_by_name(
    message: Message, order: Order, supporter: Supporter, words: Words, chat: Chat, events: Events, event_pages: EventPages
) -> None:
    card = await events.get_card(order.argument.lower(), supporter.id) if order.argument else None
    if card is not None:
        await show_card(card, supporter, words, chat, events, event_pages, below=True)
        return
    if order.argument:
        await chat.say(words.say("There is no hearing or event by that name."))
    page = await events.list_soon(supporter.id, 0, event_pages.size)
    await chat.say(*event_pages.listed(words, page, mine=False))


async def open_event(
    query: CallbackQuery,
    callback_data: OpenEvent,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
    else:
        await show_card(card, supporter, words, chat, events, event_pages, below=callback_data.below)


async def answer(
    query: CallbackQuery,
    callback_data: AnswerEvent,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    """Nothing is kept about somebody who has not subscribed: they are asked first."""
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
    elif supporter.id is None or not supporter.subscribed:
        await ask_to_subscribe(words, chat, card)
    else:
        answered = await events.answer(supporter.id, card.event.id, callback_data.answer)
        await show_answered(answered, callback_data.below, supporter, words, chat, events, event_pages)


async def decline(
    query: CallbackQuery,
    callback_data: DeclineEvent,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    if supporter.id is None:
        await gone(supporter, words, chat, events, event_pages)
        return
    answered = await events.answer(supporter.id, callback_data.event_id, Answer.DECLINED)
    await show_answered(answered, callback_data.below, supporter, words, chat, events, event_pages)


async def show_answered(
    answered: Answered,
    below: bool,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    """The card as it is now, and in a word what became of the answer."""
    if answered.card is None:
        await gone(supporter, words, chat, events, event_pages)
        return
    said = answered.card.attendance.answer if answered.card.attendance else None
    waits = said is Answer.WAITING and answered.reply is Reply.FULL
    kept = said is not None and (waits or answered.reply is Reply.KEPT)
    notice = words.notice(_NOTED[said] if kept and said else _REFUSED.get(answered.reply, _REFUSED[Reply.GONE]))
    await show_card(answered.card, supporter, words, chat, events, event_pages, notice=notice, below=below)


async def open_reminders(
    query: CallbackQuery,
    callback_data: OpenReminders,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    await show_reminders(card, supporter, words, chat, events, event_pages)


async def set_reminder(
    query: CallbackQuery,
    callback_data: SetReminder,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is not None and supporter.id is not None and supporter.subscribed and callback_data.minutes in OFFSETS:
        card = await events.choose_reminder(supporter.id, card.event.id, callback_data.minutes, wanted=callback_data.wanted)
    await show_reminders(card, supporter, words, chat, events, event_pages)


async def remind_as_usual(
    query: CallbackQuery,
    callback_data: RemindAsUsual,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is not None and supporter.id is not None and supporter.subscribed:
        card = await events.remind_as_usual(supporter.id, card.event.id)
    await show_reminders(card, supporter, words, chat, events, event_pages)


async def show_reminders(
    card: EventCard | None, supporter: Supporter, words: Words, chat: Chat, events: Events, event_pages: EventPages
) -> None:
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
    elif supporter.id is None or not supporter.subscribed:
        await ask_to_subscribe(words, chat, card)
    elif not event_pages.is_open(card.event):
        # Of an event that was cancelled or is over since the button was shown.
        notice = words.notice("There is nothing to be reminded of.")
        await show_card(card, supporter, words, chat, events, event_pages, notice=notice)
    else:
        await chat.show(*event_pages.reminders(words, card))


async def open_way(
    query: CallbackQuery,
    callback_data: OpenWay,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
    elif callback_data.below:
        await chat.acknowledge()
        await chat.say(*event_pages.way(words, card))
    else:
        await chat.show(*event_pages.way(words, card))


async def get_calendar(
    query: CallbackQuery,
    callback_data: GetCalendar,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
    calendars: Calendars,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
    elif not event_pages.is_open(card.event):
        # What was put off or cancelled since the button was shown is not put into anybody's calendar.
        notice = words.notice("There is no date to add.")
        await show_card(card, supporter, words, chat, events, event_pages, notice=notice)
    else:
        await chat.acknowledge()
        name, file = f"{card.event.slug}.ics", calendars.file(card.event, words.reader.locale)
        caption = words.say("Open this file, and your calendar takes the date in. If it changes, you get a new file from us.")
        await chat.send_file(name, file, caption)


async def share(
    query: CallbackQuery,
    callback_data: ShareEvent,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
    surface: Surface,
) -> None:
    card = await events.get_card(callback_data.event_id, supporter.id)
    if card is None:
        await gone(supporter, words, chat, events, event_pages)
        return
    username = await surface.username()
    if username is None or not can_be_shared(card.event):
        await chat.acknowledge(words.notice("There is no link to this just now. Please try again later."))
        return
    await chat.acknowledge(words.notice("You can pass the message below on to whoever should be there."))
    await chat.say(*event_pages.share(words, card, username))


async def show_card(
    card: EventCard,
    supporter: Supporter,
    words: Words,
    chat: Chat,
    events: Events,
    event_pages: EventPages,
    *,
    notice: Notice | None = None,
    below: bool = False,
) -> None:
    """Show an event, in place or `below`, and remember which message does: when it changes, that message does too."""
    if below:
        await chat.acknowledge(notice)
        message_id = await chat.say(*event_pages.card(words, card))
    else:
        message_id = await chat.show(*event_pages.card(words, card), notice)
    if message_id is None or supporter.id is None or not supporter.subscribed:
        return
    while (changed := await events.keep_shown(supporter.id, card, message_id, words.reader.locale)) is not None:
        card = changed
        await chat.edit(message_id, *event_pages.card(words, card))


async def ask_to_subscribe(words: Words, chat: Chat, card: EventCard) -> None:
    text = paragraphs(words.say("To answer or be reminded, subscribe first: then we may write to you."), what_is_kept(words))
    await chat.show(text, keyboard(words, button(words.label("Subscribe"), Subscribe(event_id=card.event.id))))


async def gone(supporter: Supporter, words: Words, chat: Chat, events: Events, event_pages: EventPages) -> None:
    """What a button is about is not there any more."""
    page = await events.list_soon(supporter.id, 0, event_pages.size)
    await chat.show(*event_pages.listed(words, page, mine=False), words.notice(_REFUSED[Reply.GONE]))
