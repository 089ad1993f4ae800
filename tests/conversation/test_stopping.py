"""Pausing, stopping, blocking the bot, and coming back."""

import pytest

from bot.delivery.models import DeliveryRow
from tests.conversation.people import count, follower, supporter, the_supporter
from tests.conversation.speaking import label, said
from tests.nida import Nida
from tests.person import Person
from tests.telegram_world import TelegramWorld


async def pauses(sam: Person) -> None:
    await sam.types("/pause")
    await sam.sees("For how long")
    await sam.taps("One week")
    await sam.sees("Paused until")


async def test_who_paused_gets_nothing_until_they_resume(world: TelegramWorld, nida: Nida) -> None:
    sam = await follower(world)
    await pauses(sam)
    before = (await sam.last()).id
    await nida.announces("north-gate-five-bail")
    assert (await sam.last()).id == before
    await sam.types("/resume")
    await sam.sees("You receive messages again.")


async def test_the_settings_say_until_when_somebody_paused(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world, "en")
    await pauses(sam)
    await sam.types("/settings")
    await sam.sees(lambda message: "Settings" in message.text and "Paused until" in message.text)
    await sam.taps("Receive messages again")
    await sam.sees("You receive messages again.")


@pytest.mark.parametrize(
    ("locale", "word"), [("en", "/stop"), ("en", "Stop"), ("ar", "توقف"), ("ur", "بند کرو"), ("ur", "band karo")]
)
async def test_stop_stops_everything_at_once_and_can_be_undone(world: TelegramWorld, nida: Nida, locale: str, word: str) -> None:
    sam = await supporter(world, locale)
    await sam.types(word)
    await sam.sees(said(locale, "Stopped. You will get no more messages from us."))
    assert (await the_supporter(nida)).stopped_at is not None
    await sam.answers_to(await sam.taps(label(locale, "Undo: keep me subscribed")))
    await sam.sees(said(locale, "Which case do you want to follow?"))
    assert (await the_supporter(nida)).stopped_at is None


async def test_a_stop_inside_a_sentence_is_no_stop(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await sam.types("STOP this bill!")
    await sam.sees("I do not understand sentences yet")
    assert (await the_supporter(nida)).stopped_at is None


async def test_blocking_is_noticed_and_honoured_and_so_is_coming_back(world: TelegramWorld, nida: Nida) -> None:
    sam = await follower(world)
    await sam.blocks()
    await nida.app.intake.drain()
    while (await the_supporter(nida)).blocked_at is None:
        await nida.app.services.clock.sleep(0.01)
    await nida.announces("north-gate-five-bail")
    assert await count(nida, DeliveryRow) == 0
    await sam.unblocks()
    while (await the_supporter(nida)).blocked_at is not None:
        await nida.app.services.clock.sleep(0.01)


@pytest.mark.parametrize("tapping", [True, False])
async def test_who_writes_or_taps_is_no_longer_taken_for_blocked(world: TelegramWorld, nida: Nida, tapping: bool) -> None:
    sam = await supporter(world)
    await nida.app.services.supporters.blocked(sam.id)  # and what tells of their return never came
    if tapping:
        await sam.answers_to(await sam.forges("cases:0"))
    else:
        await sam.types("/help")
        await sam.sees("/forget")
    assert (await the_supporter(nida)).blocked_at is None
