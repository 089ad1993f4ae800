"""An event that changed, or is gone, since it was shown: the message is put right, an old button says so and changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from bot.announcements.notices import amend_copies
from bot.events.models import EventRow, EventStatus
from bot.events.reading import EVENTS, view_of
from bot.events.telling import CARDS, Notice, card_subjects, content
from tests.conversation.hearings import SLUG, answers, becomes, kept, opened, sees_it, sends_what_is_owed
from tests.conversation.people import supporter
from tests.conversation.speaking import LOCALES, label, notice, said, shown_labels
from tests.nida import Nida
from tests.person import ChatMessage
from tests.telegram_world import TelegramWorld


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"status": EventStatus.CANCELLED}, "This is cancelled, so there is nothing to come to."),
        ({"status": EventStatus.HEARD}, "This is already over."),
        (
            {"status": EventStatus.ADJOURNED, "starts": None, "starts_at": None},
            "There is no date yet. Let us keep you informed, and you hear when there is one.",
        ),
        ({"starts": datetime(2025, 1, 1), "starts_at": datetime(2025, 1, 1, tzinfo=UTC)}, "This is already over."),
    ],
)
@pytest.mark.parametrize("locale", LOCALES)
async def test_an_old_button_of_what_changed_since_is_told_so_and_changes_nothing(
    world: TelegramWorld, nida: Nida, values: dict[str, Any], told: str, locale: str
) -> None:
    await kept(nida)
    sam, card = await opened(world, locale)
    await becomes(nida, **values)
    answered = await sam.answers_to(await sam.taps(label(locale, "I will come"), on=card))
    assert answered["text"] == notice(locale, told)
    assert await answers(nida) == []
    shown = await sam.sees(lambda message: message.id == card.id and label(locale, "I will come") not in shown_labels(message))
    again = card.button(label(locale, "Add to calendar"))
    assert again is not None
    refused = await sam.answers_to(await sam.forges(again.data or "", on=shown))
    assert refused["text"] == notice(locale, "There is no date to add.")
    reminding = card.button(label(locale, "Remind me"))
    assert reminding is not None
    refused = await sam.answers_to(await sam.forges(reminding.data or "", on=shown))
    assert refused["text"] == notice(locale, "There is nothing to be reminded of.")


@pytest.mark.parametrize(
    "data",
    [
        "event:999999:0",
        "answer:999999:coming:0",
        "answer:99999999999999999999:coming:0",
        "decline:999999:0",
        "reminders:999999",
        "remind:999999:60:1",
        "as-usual:999999",
        "way:999999:0",
        "calendar:999999",
        "share:event:999999:",
        "case-events:999999:0",
    ],
)
async def test_a_button_whose_event_is_gone(world: TelegramWorld, nida: Nida, data: str) -> None:
    sam = await supporter(world)
    answered = await sam.answers_to(await sam.forges(data))
    assert answered["text"] == "This is no longer here."
    assert await answers(nida) == []


@pytest.mark.parametrize(
    "data", ["answer:1:president:0", "remind:1:7:1", "remind:1:60:maybe", "events:2:0", "way:1", "event:-1:0"]
)
async def test_forged_buttons_of_events_change_nothing(world: TelegramWorld, nida: Nida, data: str) -> None:
    await kept(nida)
    sam = await supporter(world)
    await sam.answers_to(await sam.forges(data))
    await nida.app.intake.drain()
    assert await answers(nida) == []


def says(card: ChatMessage, told: str) -> Callable[[ChatMessage], bool]:
    return lambda shown: shown.id == card.id and told in shown.text


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_messages_that_show_an_event_are_put_right_when_that_changes(
    world: TelegramWorld, nida: Nida, locale: str
) -> None:
    await kept(nida)
    sam, first = await opened(world, locale)
    cards = [await sees_it(sam, locale) for _ in range(CARDS)]
    await put_off(nida)
    told = said(locale, "NOT going ahead: it is cancelled.")
    for card in cards:
        right = await sam.sees(says(card, told))
        assert label(locale, "I will come") not in shown_labels(right)
    assert told not in next(message for message in (await sam.chat()).from_bot if message.id == first.id).text, (
        "the last ones alone"
    )


async def test_an_event_that_changed_while_it_was_shown_is_shown_anew(world: TelegramWorld, nida: Nida) -> None:
    await kept(nida)
    sam = await supporter(world)
    events = nida.app.services.events
    stale = await events.get_card(SLUG, None)
    assert stale is not None
    await put_off(nida)
    somebody = (await nida.app.services.supporters.recognise(sam.id, "en")).id
    assert somebody is not None
    changed = await events.keep_shown(somebody, stale, 1, "en")
    assert changed is not None
    assert changed.event.status is EventStatus.CANCELLED
    assert await events.keep_shown(somebody, changed, 1, "en") is None


async def put_off(nida: Nida) -> None:
    """As a change does it: the event and what shows it in one transaction."""
    services = nida.app.services
    async with services.database.write() as session:
        await session.execute(update(EventRow).values(status=EventStatus.CANCELLED, sequence=EventRow.sequence + 1))
        row = (await session.execute(EVENTS.where(EventRow.slug == SLUG))).one()
        card = content(view_of(row[0], row[1], row[2]), Notice.CARD, "en")
        for subject in card_subjects(SLUG):
            await amend_copies(session, subject, card, services.clock.now())
    await sends_what_is_owed(nida)
