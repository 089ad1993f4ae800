"""How anybody can check the count of a petition, and a receipt for whoever wants to check that they are in it."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.config import Web
from bot.language import Text, Words, identifier, lines, number, paragraphs, url
from bot.language.keyboard import keyboard
from bot.petitions.heads import Heads
from bot.petitions.published import Head
from bot.petitions.receipts import Receipts
from bot.petitions.views import PetitionCard, Reply
from handlers.actions import CheckCount, GetReceipt, OpenPetition, OpenSignature
from handlers.petitions.replies import PetitionReplies, with_replies
from handlers.screen import Screen, button


def router() -> Router:
    router = with_replies(Router(name="checking"))
    router.callback_query.register(check_count, CheckCount.filter())
    router.callback_query.register(get_receipt, GetReceipt.filter())
    return router


async def check_count(query: CallbackQuery, callback_data: CheckCount, replies: PetitionReplies, heads: Heads, web: Web) -> None:
    card = await replies.found(callback_data.petition_id)
    if card is None:
        return
    head = await heads.latest(card.petition.slug)
    if head is None:
        await replies.gone()
    else:
        heading = replies.pages.wording(replies.words, card.petition).title()
        await replies.screen(published(replies.words, card, heading, head, web))


async def get_receipt(
    query: CallbackQuery, callback_data: GetReceipt, replies: PetitionReplies, receipts: Receipts, web: Web
) -> None:
    """Only to who still wants it after being told what it gives away."""
    words, card = replies.words, await replies.found(callback_data.petition_id)
    if card is None:
        return
    if card.mine is None:
        await replies.refuse(card, Reply.NOT_SIGNED)
    elif not callback_data.sure:
        await replies.screen(before_receipt(words, card, replies.pages.wording(words, card.petition).title()))
    elif (receipt := await receipts.of(replies.who, card.petition.id)) is None:
        await replies.gone()
    else:
        await replies.chat.acknowledge()
        await replies.chat.send_file(receipt.name, receipt.body, receipt_told(words, card, web))


def published(words: Words, card: PetitionCard, heading: Text, head: Head, web: Web) -> Screen:
    """The head that was signed last, to be compared with what others were given."""
    text = paragraphs(
        words.say("How the count can be checked").bold(),
        heading,
        words.say(
            "Each signature is an entry of a public log that holds no names. We sign what stands in it, "
            "so that nothing can be taken out or changed afterwards without anybody seeing it."
        ),
        lines(
            words.say("Entries: {n}", n=number(head.size)),
            words.say("Counted: {n}", n=number(head.counted)),
            # Translators: the hour at which the log was signed, in universal time.
            words.say("As of: {hour}", hour=identifier(head.at)),
            # Translators: a fingerprint of all entries of the log.
            words.say("Fingerprint: {root}", root=identifier(head.root.hex())),
            # Translators: what the organisation's signature is checked with.
            words.say("Key: {key}", key=identifier(head.key.hex())),
        ),
        _where(words, card, web),
        words.say("It does not prove that each account is another person."),
    )
    return text, keyboard(words, button(words.label("Back to the petition"), OpenPetition(petition_id=card.petition.id)))


def before_receipt(words: Words, card: PetitionCard, heading: Text) -> Screen:
    text = paragraphs(
        words.say("A receipt proves that your signature is in the published log. It also proves that you signed.").bold(),
        heading,
        words.say("Take one only if you want to check it, and keep the file where nobody else can read it."),
    )
    return text, keyboard(
        words,
        button(words.label("Give me the receipt"), GetReceipt(petition_id=card.petition.id, sure=True)),
        button(words.label("Back"), OpenSignature(petition_id=card.petition.id)),
    )


def receipt_told(words: Words, card: PetitionCard, web: Web) -> Text:
    told = words.say("Your receipt. It holds nothing you answered, but it shows whoever sees it that you signed.")
    return lines(told, _where(words, card, web))


def _where(words: Words, card: PetitionCard, web: Web) -> Text | None:
    """Where all of it is published, if it is."""
    if not web.public_url:
        return None
    address = f"{web.public_url.rstrip('/')}/petitions/{card.petition.slug}/head.json"
    return words.say("Published at: {link}", link=url(address))
