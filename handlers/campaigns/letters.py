"""The letter to an office: lines of one's own, then the letter with all ways of taking it to a mail app."""

from typing import Final

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.campaigns.letters import MOST_OWN, LetterPages, Wish, letter_of
from bot.campaigns.views import ActionCard
from bot.language import number, paragraphs, without_marks
from bot.language.marks import clean_lines, utf16_length
from handlers.actions import GetLetter, WriteLetter
from handlers.campaigns.pages import can_be_copied
from handlers.campaigns.replies import ActionReplies, with_replies

_ACTION: Final = "action"
_SOURCE: Final = "source"


class Writing(StatesGroup):
    own_lines = State()


def router() -> Router:
    router = with_replies(Router(name="letters"))
    router.callback_query.register(write_letter, WriteLetter.filter())
    router.callback_query.register(get_letter, GetLetter.filter())
    router.message.register(take_own_lines, Writing.own_lines)
    return router


async def write_letter(query: CallbackQuery, callback_data: WriteLetter, replies: ActionReplies, state: FSMContext) -> None:
    card = await replies.found_open(callback_data.action_id, callback_data.source)
    if card is None:
        return
    await state.set_state(Writing.own_lines)
    await state.set_data({_ACTION: card.action.id, _SOURCE: callback_data.source})
    await replies.screen(replies.pages.own_lines(replies.words, card.action, callback_data.source))


async def get_letter(
    query: CallbackQuery, callback_data: GetLetter, replies: ActionReplies, letter_pages: LetterPages, state: FSMContext
) -> None:
    await state.clear()
    card = await replies.found_open(callback_data.action_id, callback_data.source)
    if card is not None:
        await _show(replies, letter_pages, card, callback_data.source, "")


async def take_own_lines(message: Message, replies: ActionReplies, letter_pages: LetterPages, state: FSMContext) -> None:
    """What they wrote goes into the letter, and nowhere else."""
    data = await state.get_data()
    source = data.get(_SOURCE)
    card = await replies.found_open(data.get(_ACTION, 0), source)
    if card is None:
        await state.clear()
        return
    words = replies.words
    own = clean_lines(without_marks(message.text or "")).strip()
    asked, buttons = replies.pages.own_lines(words, card.action, source)
    if not own:
        only_text = words.say("Only text can go into the letter. Write a sentence, or go on without one.")
        await replies.chat.say(paragraphs(only_text, asked), buttons)
    elif utf16_length(own) > MOST_OWN:
        too_long = words.say(
            "That is too long: {n} letters, and at most {most} fit. Please shorten it.",
            n=number(utf16_length(own)),
            most=number(MOST_OWN),
        )
        await replies.chat.say(paragraphs(too_long, asked), buttons)
    else:
        await state.clear()
        await _show(replies, letter_pages, card, source, own)


async def _show(replies: ActionReplies, letter_pages: LetterPages, card: ActionCard, source: str | None, own: str) -> None:
    words, action = replies.words, card.action
    letter = letter_of(action, words.reader.locale, replies.pages.source_locale, own)
    if letter is None:
        await replies.card(card, source=source)
        return
    address = letter_pages.address(Wish(action.slug, words.reader.locale, own))
    if not can_be_copied(letter.body):
        await replies.chat.acknowledge()
        file, caption = f"{action.slug}.txt", words.say("The whole letter, to be opened and copied.")
        await replies.chat.send_file(file, letter.file, caption)
    await replies.screen(replies.pages.letter(words, action, letter, address, source))
