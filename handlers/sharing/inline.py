"""`@bot words` in any chat: cards for petitions, events and cases, in the language of whoever asks."""

from aiogram import Router
from aiogram.types import ChosenInlineResult, InlineQuery

from bot.language import title
from bot.search.service import Search
from bot.sources.models import Step
from bot.sources.service import Sources
from bot.telegram.inline import MOST_OFFERS, Inline, Offer
from bot.telegram.surface import Surface
from handlers.sharing.subjects import Shelf, Subject, with_shelf

SOURCE = "inline"


def router() -> Router:
    router = with_shelf(Router(name="inline"))
    router.inline_query.register(offer)
    router.chosen_inline_result.register(chosen)
    return router


async def offer(query: InlineQuery, shelf: Shelf, inline: Inline, search: Search, surface: Surface) -> None:
    hits = await search.find(query.query, MOST_OFFERS)
    username = await surface.username() if hits else None
    found = [await shelf.find(hit.kind, hit.slug) for hit in hits] if username else []
    offers = [_offer(shelf, subject, username) for subject in found if subject and username]
    await inline.offer([each for each in offers if each], shelf.words.label("Open the bot"))


def _offer(shelf: Shelf, subject: Subject, username: str) -> Offer | None:
    address = subject.address(username, SOURCE)
    if address is None:
        return None
    text, buttons = subject.offered(shelf.words, address)
    shown = shelf.words.label_of(title(subject.title))
    return Offer(f"{subject.kind}:{subject.id}", shown, subject.description(shelf.words), text, buttons)


async def chosen(result: ChosenInlineResult, shelf: Shelf, sources: Sources) -> None:
    kind, _, number = result.result_id.partition(":")
    subject = await shelf.find(kind, int(number)) if number.isdecimal() else None
    if subject is not None:
        await sources.count(Step.SHARED, subject.key, None, shelf.words.reader.locale)
