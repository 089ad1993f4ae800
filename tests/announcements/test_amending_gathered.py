"""Corrections and recalls of what came in one message with others: that message ends as it should, and is edited once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.announcements.announcement import Announcement
from bot.clock import SystemClock
from bot.delivery.account import Account, Broadcasts
from bot.delivery.models import BroadcastState, DeliveryRow, DeliveryState, Task
from bot.errors import NidaError
from bot.storage.database import Database
from tests.announcements.people import announcement, chat_of, translated
from tests.announcements.stage import SUBJECT, Amending, Crash, crash_at_every_turn
from tests.databases import SqliteTemplate
from tests.delivery.ledger_world import running
from tests.delivery.transports import DELETED, Asked, Reply, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock

BAIL, HEARING, APPEAL = SUBJECT, "update:mill-lane-hearing", "update:mill-lane-appeal"
HEADLINES = {BAIL: "Bail granted", HEARING: "Hearing on Monday", APPEAL: "Appeal lodged"}
PEOPLE = range(1, 4)


def told(subject: str, headline: str | None = None, body: str = "What happened.") -> Announcement:
    words = headline or HEADLINES[subject]
    return announcement(
        subject=subject, headline=translated(en=words, ar=words, ur=words), body=translated(en=body, ar=body, ur=body)
    )


class Gathering(Amending):
    """Everybody gets three updates in one message."""

    async def gather(self) -> None:
        for subject in HEADLINES:
            await self.announcements.launch(told(subject), hold_untranslated=False)
        waiting = {"state": DeliveryState.DEFERRED, "due_at": datetime(2026, 1, 1, tzinfo=UTC)}
        async with self.database.write() as session:
            await session.execute(update(DeliveryRow).values(**waiting))

    async def sent(self) -> None:
        await self.gather()
        async with running(self.sender()):
            for subject in HEADLINES:
                await self.done(subject)

    def texts(self) -> list[str]:
        """What everybody's one message says."""
        assert set(self.shown) == {chat_of(person) for person in PEOPLE}
        assert all(len(messages) < 2 for messages in self.shown.values())
        return [messages[0].decode() if messages else "" for messages in self.shown.values()]


@pytest.fixture
async def stage(database: Database) -> Gathering:
    ready = Gathering(database, SystemClock())
    await ready.set(len(PEOPLE))
    await ready.sent()
    return ready


async def test_a_correction_changes_its_part_of_the_message_and_leaves_the_others(stage: Gathering) -> None:
    amendable = await stage.amendments.original(HEARING)
    assert (amendable.copies, amendable.gathered) == (len(PEOPLE), len(PEOPLE))
    correction = await stage.correct(told(HEARING, "Hearing on Friday"))
    async with running(stage.sender()):
        assert (await stage.done(correction)).account == Account(sent=len(PEOPLE))
    assert len(stage.edits()) == len(PEOPLE)
    for text in stage.texts():
        assert all(headline in text for headline in ("Bail granted", "Hearing on Friday", "Appeal lodged"))
        assert "Monday" not in text
    assert [(await stage.show(each)).versions for each in (HEARING, BAIL)] == [{2: len(PEOPLE)}, {1: len(PEOPLE)}]


async def test_a_correction_of_what_the_message_does_not_show_asks_nothing_of_telegram(stage: Gathering) -> None:
    correction = await stage.correct(told(HEARING, body="Something else happened."))
    async with running(stage.sender()):
        assert (await stage.done(correction)).account == Account(sent=len(PEOPLE))
    assert not stage.edits()
    assert (await stage.show(HEARING)).versions == {2: len(PEOPLE)}


async def test_a_recall_takes_its_part_out_and_the_last_one_the_message(stage: Gathering) -> None:
    async with running(stage.sender()) as sender:
        for count, subject in enumerate((HEARING, BAIL), start=1):
            recall = await stage.recall(subject)
            sender.notify()
            assert (await stage.done(recall)).account == Account(sent=len(PEOPLE))
            left = list(HEADLINES.values())[2:] if count == 2 else ["Bail granted", "Appeal lodged"]
            for text in stage.texts():
                assert all(headline in text for headline in left)
                assert HEADLINES[subject] not in text
        assert all("What happened." in text for text in stage.texts()), "What is left alone reads as if it had come alone."
        recall = await stage.recall(APPEAL)
        sender.notify()
        assert (await stage.done(recall)).account == Account(sent=len(PEOPLE))
    assert stage.texts() == [""] * len(PEOPLE)


async def test_several_amendments_at_once_are_one_edit_of_each_message(stage: Gathering) -> None:
    amendments = [await stage.correct(told(BAIL, "Bail refused")), await stage.recall(HEARING), await stage.recall(APPEAL)]

    def refuses_what_is_so_already(asked: Asked) -> Reply:
        so_already = asked.payload.body in stage.shown.get(asked.telegram_id, [])
        return refused(400, "Bad Request: message is not modified") if so_already else accepted(asked)

    async with running(stage.sender(refuses_what_is_so_already)):
        for amendment in amendments:
            assert (await stage.done(amendment)).account == Account(sent=len(PEOPLE))
    assert len(stage.edits()) == len(PEOPLE)
    for text in stage.texts():
        assert "Bail refused" in text
        assert "Hearing" not in text
        assert "Appeal" not in text


async def test_where_the_rest_is_refused_nothing_of_the_message_is_left(stage: Gathering) -> None:
    recall = await stage.recall(HEARING)
    async with running(stage.sender(lambda asked: accepted(asked) if b"taken back" in asked.payload.body else refused(400))):
        await stage.sql("UPDATE supporters SET locale = 'en'")
        assert (await stage.done(recall)).account == Account(sent=len(PEOPLE))
    assert all("taken back" in text and "Hearing" not in text for text in stage.texts())


async def test_an_edit_in_doubt_is_repeated_with_what_is_true_by_then(stage: Gathering) -> None:
    first = await stage.correct(told(BAIL, "Bail refused"))
    async with running(stage.sender(lambda _: unclear(arrived=True))) as sender:
        await stage.until(lambda _: len(stage.edits()) >= len(PEOPLE))
        await stage.control.pause(first, "Amina")
        sender.notify()
        await stage.until(lambda each: each.state is BroadcastState.HELD, first)
    second = await stage.correct(told(HEARING, "Hearing on Friday"))
    await stage.control.resume(first)
    async with running(stage.sender()):
        for correction in (first, second):
            account = (await stage.done(correction)).account
            assert account.sent == len(PEOPLE)
    assert all("Bail refused" in text and "Hearing on Friday" in text for text in stage.texts())


async def test_corrected_while_the_message_is_on_its_way(database: Database) -> None:
    stage = Gathering(database, SystemClock())
    await stage.set(len(PEOPLE))
    await stage.gather()
    async with running(stage.sender(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=2))) as sender:
        await stage.until(lambda _: len(stage.transports[0].asked) == len(PEOPLE), BAIL)
        correction = await stage.correct(told(BAIL, "Bail refused"))
        sender.notify()
        assert (await stage.done(correction)).account == Account(sent=len(PEOPLE))
        assert (await stage.done(BAIL)).versions == {2: len(PEOPLE)}
    assert all("Bail refused" in text and "Bail granted" not in text for text in stage.texts())


async def test_what_is_sent_once_more_by_itself_is_amended_by_itself(database: Database) -> None:
    stage = Gathering(database, SystemClock())
    await stage.set(len(PEOPLE))
    await stage.gather()
    async with running(stage.sender(lambda _: unclear(arrived=False))):
        await stage.until(lambda each: each.account.uncertain == len(PEOPLE), BAIL)
    assert await stage.control.retry(BAIL) == len(PEOPLE)
    async with running(stage.sender()) as sender:
        await stage.until(lambda each: each.account.sent == len(PEOPLE), BAIL)
        recall = await stage.recall(BAIL)
        sender.notify()
        assert (await stage.done(recall)).account == Account(sent=len(PEOPLE))
    assert {asked.payload for asked in stage.edits()} == {DELETED}
    with pytest.raises(NidaError, match="Nothing of update:mill-lane-bail is uncertain"):
        await stage.control.retry(BAIL)


@pytest.mark.parametrize("amend", [lambda stage: stage.correct(told(BAIL, "Bail refused")), lambda stage: stage.recall(BAIL)])
def test_a_crash_at_every_turn_leaves_no_gathered_message_behind(
    amend: Callable[[Amending], Awaitable[str]], sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    """Cut off at each turn of the loop, from before the gathered messages go out on, and then finished by another sender."""
    crash = Crash(lambda stage, _: bool(stage.transports[0].asked), amend)

    async def scene(database: Database, turns: int) -> bool:
        stage = Gathering(database, VirtualClock())
        await stage.set(len(PEOPLE))
        await stage.gather()
        amendment, at_work = await crash.happens(stage, turns)
        async with running(stage.sender(rate=4)):
            await stage.done(amendment)
            original = await stage.until(lambda each: each.finished_at is not None)
            await stage.done(HEARING)
        doubtful = original.account.repeated + original.account.uncertain
        stale = [chat for chat, messages in stage.shown.items() if any(b"Bail granted" in body for body in messages)]
        assert len(stale) <= doubtful, (turns, stale, original.account)
        assert original.versions in ({2: original.account.sent}, {})
        return at_work

    crash_at_every_turn(scene, sqlite_template, tmp_path)


async def test_a_gathering_sent_once_more_brings_what_is_still_wanted(database: Database) -> None:
    stage = Gathering(database, SystemClock())
    await stage.set(len(PEOPLE))
    await stage.gather()
    async with running(stage.sender(lambda _: unclear(arrived=False))):
        for subject in HEADLINES:
            await stage.until(lambda each: each.account.uncertain == len(PEOPLE), subject)
            await stage.done(subject)
    await stage.recall(APPEAL)
    (gathering,) = [each.subject for each in await Broadcasts(database).list() if each.task is Task.GATHER]
    assert await stage.control.retry(gathering) == len(PEOPLE)
    async with running(stage.sender()):
        for subject in (gathering, BAIL, HEARING):
            assert (await stage.done(subject)).account.sent == len(PEOPLE)
    assert all("Bail granted" in text and "Hearing on Monday" in text and "Appeal" not in text for text in stage.texts())
    assert (await stage.show(APPEAL)).account.uncertain == len(PEOPLE)
    with pytest.raises(NidaError, match=f"{APPEAL} was taken back"):
        await stage.control.retry(APPEAL)


async def test_what_a_paused_gathering_was_to_bring_goes_by_itself(database: Database) -> None:
    stage = Gathering(database, SystemClock())
    await stage.set(len(PEOPLE))
    await stage.gather()
    async with running(stage.sender(lambda _: not_sent())):
        await stage.until(lambda _: bool(stage.transports[0].asked), BAIL)
    (gathering,) = [each.subject for each in await Broadcasts(database).list() if each.task is Task.GATHER]
    await stage.control.pause(gathering, "Amina")
    async with running(stage.sender()):
        for subject in HEADLINES:
            assert (await stage.done(subject)).account == Account(sent=len(PEOPLE))
    assert [len(messages) for messages in stage.shown.values()] == [len(HEADLINES)] * len(PEOPLE)
    assert (await stage.show(gathering)).account == Account(cancelled=len(PEOPLE))
