"""Notices about an event: owed once, changed while they wait, withdrawn whatever is on its way, corrected where they show."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.announcements.amending import Amendments
from bot.announcements.composing import Composing
from bot.announcements.notices import amend_copies, keep_card, withdraw, write_notice
from bot.announcements.service import Announcements
from bot.clock import SystemClock
from bot.delivery.account import Account, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.transport import Document, Payload
from bot.language import Catalogues, Reader
from bot.storage.database import Database
from bot.supporters.answers import Answer
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.kinds import Kind
from bot.telegram.transport import AiohttpTransport
from handlers.below import AlertActions
from tests.announcements.attending import add_event, answer
from tests.announcements.people import VAULT, add_case, add_followers, chat_of
from tests.announcements.stage import Stage
from tests.databases import SqliteTemplate
from tests.delivery.crashing import cut_off, pass_turns
from tests.delivery.ledger_world import running
from tests.delivery.transports import Reply, accepted
from tests.delivery.virtual import VirtualClock, in_virtual_time
from tests.telegram_world import TelegramWorld

CHANGE, CARD = "change:appeal:1", "card:appeal"
AUDIENCE = EventAudience(1, 1, Kind.HEARING, Wanted.CONCERNED)
SOON = timedelta(minutes=2)


def about(what: str) -> dict[str, Any]:
    return {"event": {"slug": "appeal"}, "text": what, "locale": "en"}


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    return Payload(reader.locale, f'{{"text":"{content["text"]}"}}'.encode())


class Noticing(Stage):
    """An event of a case: six people follow the case, and two of them and one more answered."""

    main = CHANGE
    composing = Composing(Catalogues.load(("en", "ar", "ur")), AlertActions(), {"event": compose})

    async def set(self) -> None:
        await add_case(self.database)
        await add_case(self.database, "another")
        await add_followers(self.database, self.clock, 1, 6)
        await add_followers(self.database, self.clock, 2, 1, first=7)
        event_id = await add_event(self.database, 1)
        await answer(self.database, event_id, {5: Answer.COMING, 6: Answer.DECLINED, 7: Answer.ONLINE})
        await self.install()

    async def write(self, what: str = "moved", subject: str = CHANGE, **how: Any) -> int:
        async with self.database.write() as session:
            given = {"now": self.clock.now(), "urgent_reason": "the hearing was moved", **how}
            number = await write_notice(session, subject, about(what), AUDIENCE, **given)
        await self.begin()
        return number

    async def begin(self) -> None:
        await Announcements(self.database, self.clock, ("en",), rate=30).finish_fan_outs()

    async def withdraw(self, prefix: str) -> int:
        async with self.database.write() as session:
            return await withdraw(session, prefix, "The hearing was cancelled.")

    async def amend(self, subject: str, what: str) -> str | None:
        async with self.database.write() as session:
            correction = await amend_copies(session, subject, about(what), self.clock.now())
        await self.begin()
        return correction

    async def opens_card(self, person: int, message_id: int, what: str, subjects: tuple[str, ...] = (CARD,)) -> None:
        async with self.database.write() as session:
            await keep_card(session, subjects, about(what), person, message_id, "en", now=self.clock.now())

    async def row(self, subject: str = CHANGE) -> BroadcastRow:
        async with self.database.read() as session:
            return (await session.execute(select(BroadcastRow).where(BroadcastRow.subject == subject))).scalar_one()

    @property
    def shown(self) -> dict[tuple[int, int], str]:
        """What messages say, by their person and number."""
        return {
            (chat - chat_of(0), number): body.decode()[9:-2]
            for transport in self.transports
            for (chat, number), body in transport.shown.items()
        }


@pytest.fixture
async def stage(database: Database) -> Noticing:
    ready = Noticing(database, SystemClock())
    await ready.set()
    return ready


async def test_a_notice_is_owed_once_to_those_it_concerns_and_goes_before_others(stage: Noticing) -> None:
    number = await stage.write()
    assert await stage.write("written twice") == number
    row = await stage.row()
    assert (row.urgent, row.urgent_reason, row.content["text"]) == (True, "the hearing was moved", "moved")
    async with running(stage.sender()):
        assert (await stage.done()).account == Account(sent=6)
    assert {person for person, _ in stage.shown} == {1, 2, 3, 4, 5, 7}
    assert set(stage.shown.values()) == {"moved"}


async def test_what_waits_or_is_held_is_withdrawn_and_nothing_else(stage: Noticing) -> None:
    due = stage.clock.now() + SOON
    for subject in ("reminder:appeal:1440:1", "reminder:appeal:120:1", "reminder:appeal-2:120:1", CHANGE):
        await stage.write(subject=subject, starts_at=None if subject.endswith(":1440:1") else due)
    await Control(stage.database, stage.clock).pause("reminder:appeal:120:1", "sara")
    assert await stage.withdraw("reminder:appeal:") == 2
    assert await stage.withdraw("reminder:appeal:") == 0
    for subject in ("reminder:appeal:1440:1", "reminder:appeal:120:1"):
        assert (await stage.row(subject)).hold_reason == "The hearing was cancelled."
    async with running(stage.sender()):
        await stage.until(lambda each: each.finished_at is not None, "reminder:appeal:1440:1")
    assert (await stage.show("reminder:appeal:1440:1")).account == Account(cancelled=6)
    assert (await stage.show("reminder:appeal-2:120:1")).state is BroadcastState.SCHEDULED
    assert not stage.shown


async def test_withdrawn_while_some_are_on_their_way_nothing_more_begins_and_those_are_corrected(stage: Noticing) -> None:
    await stage.write("soon", "reminder:appeal:120:1")
    sender = stage.sender(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=1), rate=4)
    transport = stage.transports[0]
    async with running(sender):
        async with asyncio.timeout(60):
            while not transport.in_flight:
                await stage.clock.sleep(0.01)
        async with stage.database.write() as session:
            await withdraw(session, "reminder:appeal:", "The hearing was cancelled.")
            correction = await amend_copies(session, "reminder:appeal:120:1", about("cancelled"), stage.clock.now())
            begun = len(transport.asked)
        assert correction == "correct:reminder:appeal:120:1:2"
        await stage.begin()
        sender.notify()
        assert (await stage.done(correction)).account.accepted >= 1
        broadcast = await stage.until(lambda each: each.finished_at is not None, "reminder:appeal:120:1")
    sends = [asked for asked in transport.asked if asked.edits is None]
    assert len(sends) <= begun + 1  # one may have passed its last look before the word of it came
    assert broadcast.account == Account(sent=len(sends), cancelled=6 - len(sends))
    assert set(stage.shown.values()) == {"cancelled"}


async def test_a_card_is_kept_as_it_was_shown_last_and_amended_in_place(stage: Noticing) -> None:
    await stage.opens_card(1, 11, "listed")
    await stage.opens_card(1, 12, "listed")
    await stage.opens_card(6, 61, "listed")
    async with running(stage.sender()) as sender:
        correction = await stage.amend(CARD, "moved")
        await stage.opens_card(3, 31, "moved")
        sender.notify()
        assert correction
        assert (await stage.done(correction)).account.sent == 2
        assert stage.shown == {(1, 12): "moved", (6, 61): "moved"}
        await stage.opens_card(6, 62, "moved")
        second = await stage.amend(CARD, "cancelled")
        sender.notify()
        assert second
        assert (await stage.done(second)).account.sent == 3
    assert stage.shown == {(1, 12): "cancelled", (6, 61): "moved", (6, 62): "cancelled", (3, 31): "cancelled"}
    await stage.write("a place is free", "place:appeal:0badcafe")
    listed = [each.subject for each in await Broadcasts(stage.database).list()]
    assert listed == [second, correction], "neither what people opened themselves nor what is for one of them"
    assert (await stage.show("place:appeal:0badcafe")).account == Account(pending=6)


async def test_of_one_person_as_many_cards_are_kept_as_there_are_subjects_the_same_one_once(stage: Noticing) -> None:
    both = (CARD, f"{CARD}:2")
    for message_id in (11, 12, 11, 13, 14, 13):
        await stage.opens_card(1, message_id, "listed", both)
    async with stage.database.read() as session:
        kept = (await session.execute(select(DeliveryRow.message_id))).scalars().all()
    assert sorted(each or 0 for each in kept) == [13, 14]


async def test_where_nobody_has_anything_there_is_nothing_to_correct(stage: Noticing) -> None:
    assert await stage.amend(CARD, "moved") is None
    await stage.write(starts_at=stage.clock.now() + SOON)
    await stage.withdraw(CHANGE)
    assert await stage.amend(CHANGE, "moved") is None


async def test_who_was_erased_has_no_card(stage: Noticing) -> None:
    await stage.opens_card(99, 1, "listed")
    async with stage.database.read() as session:
        assert not (await session.execute(select(DeliveryRow))).all()


async def test_a_notice_taken_back_may_be_the_caption_of_a_document(stage: Noticing) -> None:
    await stage.write()
    async with running(stage.sender()) as sender:
        await stage.done()
        recall = await Amendments(stage.database, stage.clock, rate=30).recall(CHANGE, "sara")
        content = (await stage.row(recall)).content
        assert stage.composing(content, Reader("en", None)).captioned
        await stage.begin()
        sender.notify()
        await stage.done(recall)
    assert not any(stage.shown.values())


async def test_a_change_comes_with_its_calendar_file_and_is_corrected_with_it(stage: Noticing, world: TelegramWorld) -> None:
    def compose_with_file(content: dict[str, Any], reader: Reader) -> Payload:
        return replace(compose(content, reader), document=Document("appeal.ics", "text/calendar", b"BEGIN:VCALENDAR"))

    readers = [await world.person(id=chat_of(number)) for number in (1, 2, 3, 4, 5, 7)]
    for reader in readers:
        await reader.starts()
    composing = Composing(Catalogues.load(("en",)), AlertActions(), {"event": compose_with_file})
    async with AiohttpTransport(world.token, world.url) as transport:
        sender = Sender(stage.database, VAULT, transport, Pace(1000, 0, stage.clock), composing, stage.clock)
        await stage.write("moved")
        async with running(sender):
            await stage.done()
            correction = await stage.amend(CHANGE, "moved again")
            sender.notify()
            assert correction
            assert (await stage.done(correction)).account == Account(sent=6)
    for reader in readers:
        (message,) = (await reader.chat()).from_bot
        assert (message.kind, message.text) == ("document", "moved again")
        assert await reader.downloads(message) == b"BEGIN:VCALENDAR"


def test_a_crash_at_any_turn_tells_everybody_once_and_corrects_every_card(
    sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    async def scene(url: str) -> None:
        database = Database(url)
        stage = Noticing(database, VirtualClock())
        await stage.set()
        turns, at_work = 0, True
        while at_work:
            subject = f"change:appeal:{turns}"
            for person in range(1, 4):
                await stage.opens_card(person, 10 * turns + person, f"before {turns}")
            async with database.write() as session:
                now = stage.clock.now()
                await write_notice(session, subject, about(subject), AUDIENCE, now=now, urgent_reason="moved")
                correction = await amend_copies(session, CARD, about(subject), now)
            assert correction
            at_work = await _dies_after(turns, stage, correction)
            await stage.begin()
            async with running(stage.sender()):
                await stage.done(subject)
                await stage.done(correction)
            cards = {key: stage.shown[key] for key in [(person, 10 * turns + person) for person in range(1, 4)]}
            assert set(cards.values()) == {subject}
            sent = [
                asked.telegram_id for asked in stage.asked() if asked.edits is None and subject.encode() in asked.payload.body
            ]
            assert set(sent) == {chat_of(person) for person in (1, 2, 3, 4, 5, 7)}
            assert (await stage.show(subject)).account.sent == 6
            assert len(sent) <= 12
            turns += 11
        await database.close()
        assert turns > 30

    with sqlite_template.clone(tmp_path) as url:
        in_virtual_time(scene(url))


async def _dies_after(turns: int, stage: Noticing, correction: str) -> bool:
    """The fan-out and then a sender, cut off after so many turns of the loop; whether they were still at work."""

    async def works() -> None:
        await stage.begin()
        await stage.sender(rate=4).run()

    async with cut_off(works()):
        await pass_turns(turns)
        return (await stage.show(correction)).state is not BroadcastState.DONE
