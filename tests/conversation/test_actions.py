"""What one can do: listed, opened, done, taken back; calls, and what is asked later."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from bot.campaigns.models import ActionDoneRow, ActionLaterRow, ActionStatus
from bot.sources.models import Step, StepRow
from tests.conversation.actions import CALL, DONATE, EMAIL, SHARE, becomes, opens, sees_button
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, label, notice, said
from tests.nida import Nida
from tests.person import ChatMessage
from tests.telegram_world import TelegramWorld

TITLES = {
    "en": "Ask the court for a second room",
    "ar": "اطلبوا من المحكمة قاعة ثانية",
    "ur": "عدالت سے دوسرے کمرے کا مطالبہ کریں",
}


async def done(nida: Nida) -> int:
    async with nida.app.services.database.read() as session:
        return len((await session.scalars(select(ActionDoneRow))).all())


async def counted(nida: Nida) -> list[tuple[str, str, int]]:
    async with nida.app.services.database.read() as session:
        rows = await session.scalars(select(StepRow).where(StepRow.step == Step.ACTED))
        return [(row.source, row.subject, row.people) for row in rows]


@pytest.mark.parametrize("locale", LOCALES)
async def test_actions_are_listed_done_ticked_and_undone(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    listed = await sam.sees(said(locale, "What you can do"), after=await sam.types("/actions"))
    assert len(listed.labels) >= 5
    await sam.taps(TITLES[locale], on=listed)
    card = await sees_button(sam, locale, "I did it")
    assert card.id == listed.id, "menus edit in place"
    await sam.taps(label(locale, "I did it"), on=card)
    thanks = await sam.sees(said(locale, "Thank you!"))
    assert said(locale, "What you could do next:") in thanks.text
    assert await done(nida) == 1
    await sam.taps(label(locale, "All actions"), on=thanks)
    await sam.taps(label(locale, "More"), on=await sees_button(sam, locale, "More"))
    await sam.sees("✓")
    await opens(sam, locale, EMAIL)
    await sam.taps(label(locale, "I did not do it after all"))
    await sees_button(sam, locale, "I did it")
    assert await done(nida) == 0
    assert (await sam.toasts())[-1] == notice(locale, "Noted: you did not do it.")


async def test_who_has_not_subscribed_is_asked_first_and_comes_back_to_it(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    card = await sam.sees(TITLES["en"])
    await sam.taps("I did it", on=card)
    await sam.taps("Back", on=await sam.sees("subscribe first"))
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.taps("Subscribe", on=await sam.sees("subscribe first"))
    card = await sees_button(sam, "en", "I did it")
    await sam.taps("I did it", on=card)
    await sam.sees("Thank you!")
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_who_takes_it_back_in_the_list_and_then_does_it_is_counted_by_their_link_again(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await supporter(world, "en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.sees("Thank you!")
    card = await opens(sam, "en", EMAIL)
    await sam.answers_to(await sam.taps("I did not do it after all", on=card))
    await sam.answers_to(await sam.taps("I did it", on=await sees_button(sam, "en", "I did it", after=card.id - 1)))
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_a_newcomer_reads_it_in_another_language_with_one_tap(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("اردو", on=await sam.sees(TITLES["en"]))
    await sam.sees(TITLES["ur"])


@pytest.mark.parametrize("locale", ["ar"])
async def test_a_call_has_a_number_a_script_and_an_end(world: TelegramWorld, nida: Nida, locale: str) -> None:
    sam = await supporter(world, locale)
    await opens(sam, locale, CALL)
    await sam.taps(label(locale, "To the call"))
    call = await sees_button(sam, locale, "I left a message")
    assert "+999 42 555 0117" in call.text
    await sam.taps(label(locale, "Nobody answered"), on=call)
    await sam.sees(said(locale, "Thank you for trying."))
    assert await counted(nida) == []
    await sam.taps(label(locale, "Back"))
    await sam.sees(said(locale, "You called and nobody answered. Thank you for trying."))
    await sam.taps(label(locale, "To the call"))
    await sees_button(sam, locale, "I left a message")
    await sam.taps(label(locale, "I left a message"))
    await sam.sees(said(locale, "Thank you!"))
    assert await counted(nida) == [("", f"action:{CALL}", 1)]


async def test_where_one_gives_is_told_the_source(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.starts(f"action-{DONATE}__leaflet")
    card = await sees_button(sam, "en", "Donate on the web site")
    button = card.button("Donate on the web site")
    assert button is not None
    assert parse_qs(urlsplit(button.url or "").query) == {
        "utm_source": ["telegram"],
        "utm_campaign": [DONATE],
        "utm_content": ["leaflet"],
    }


async def test_the_link_one_came_by_is_still_known_after_taking_it_back_or_putting_it_off(
    world: TelegramWorld, nida: Nida
) -> None:
    sam = await supporter(world)
    await sam.starts(f"action-{EMAIL}__leaflet")
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.taps("I did not do it after all", on=await sees_button(sam, "en", "I did not do it after all"))
    await sam.taps("I did it", on=await sees_button(sam, "en", "I did it"))
    await sam.sees("Thank you!")
    assert await counted(nida) == [("leaflet", f"action:{EMAIL}", 1)]


async def test_later_is_noted_and_asked_again(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    await opens(sam, "en", SHARE)
    await sam.taps("Later")
    await sam.sees("You will be asked again in a few days.")
    async with nida.app.services.database.write() as session:
        await session.execute(update(ActionLaterRow).values(due_at=nida.app.services.clock.now()))
    assert await nida.app.services.action_calls.ask_again() == 1
    await nida.app.services.announcements.finish_fan_outs()
    nida.app.sender.notify()
    asked = await sam.sees("You get this because you wanted to be asked again.")
    await sam.taps("I will do it", on=asked)
    card = await sees_button(sam, "en", "I did it", after=asked.id)
    assert card.id != asked.id, "what was sent stays as it was read"
    tap = await sam.taps("Later", on=asked)
    assert (await sam.answers_to(tap))["text"] == notice("en", "You will be asked again in a few days.")
    assert (await sam.last()).id == card.id


async def test_what_is_over_is_said_at_every_step(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    card = await opens(sam, "en", EMAIL)
    await becomes(nida, EMAIL, status=ActionStatus.CLOSED)
    await sam.taps("I did it", on=card)
    await sam.sees("This is over; there is nothing to do here any more.")
    assert await done(nida) == 0
    for data in (f"write:{_id(card)}:", f"letter:{_id(card)}:", f"later:{_id(card)}:0"):
        await sam.forges(data)
    assert await done(nida) == 0


def _id(card: ChatMessage) -> str:
    button = card.button("I did it")
    assert button is not None
    return (button.data or "").split(":")[1]


async def test_a_button_whose_action_is_gone(world: TelegramWorld, nida: Nida) -> None:
    sam = await supporter(world)
    for data in (
        "action:99::0",
        "did:99::",
        "undid:99",
        "later:99:0",
        "call:99:",
        "write:99:",
        "letter:99:",
        "share:action:99:",
        "campaign:99",
    ):
        answer = await sam.answers_to(await sam.forges(data))
        assert answer["text"] == notice("en", "This is no longer here."), data


async def test_an_action_that_is_not_there(world: TelegramWorld, nida: Nida) -> None:
    sam = await world.person(language_code="en")
    await sam.types("/actions nowhere")
    await sam.sees("There is no action by that name.")
    await sam.sees("What you can do")
    await sam.starts("action-nowhere")
    await sam.sees("The link you came by leads to an action that is not here.")
