"""Corrections and recalls: every copy ends as it should, whatever was on its way, refused or interrupted meanwhile."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.announcements.announcement import Announcement
from bot.clock import SystemClock
from bot.delivery.account import Account, Broadcast
from bot.delivery.models import BroadcastState
from bot.errors import NidaError
from bot.storage.database import Database
from bot.supporters.erasing import erase
from tests.announcements.people import VAULT, announcement, change, chat_of, translated
from tests.announcements.stage import LOCALES, SUBJECT, Amending, Crash, crash_at_every_turn
from tests.databases import SqliteTemplate
from tests.delivery.ledger_world import running
from tests.delivery.transports import DELETED, Asked, Reply, accepted, not_sent, refused, unclear
from tests.delivery.virtual import VirtualClock

CORRECTION, RECALL = f"correct:{SUBJECT}:2", f"recall:{SUBJECT}"


def corrected(word: str = "tomorrow") -> Announcement:
    """As a better text: in English and Arabic, with the Urdu translation as it was."""
    body = translated(
        en=f"The court granted <b>bail</b> {word}.", ar=f"منحت المحكمة الكفالة {word}.", ur="عدالت نے <b>ضمانت</b> دی۔"
    )
    return announcement(body=body)


@pytest.fixture
async def stage(database: Database) -> Amending:
    ready = Amending(database, SystemClock())
    await ready.set(6)
    return ready


async def test_every_copy_is_edited_in_place_in_its_language(stage: Amending) -> None:
    await stage.launch()
    async with running(stage.sender()):
        await stage.done()
        await stage.correct(corrected())
        correction = await stage.done(CORRECTION)
        original = await stage.show()
    assert correction.account == Account(sent=6)
    assert (original.version, original.versions, original.amendments) == (2, {2: 6}, (CORRECTION,))
    assert all(len(messages) == 1 for messages in stage.shown.values())
    for person in range(1, 7):
        (body,) = stage.shown[chat_of(person)]
        assert (b"tomorrow" in body) == (LOCALES[person % 3] != "ur")
    # Nothing of it changed for readers of Urdu, so nothing was asked of Telegram for them.
    assert {asked.payload.locale for asked in stage.edits()} == {"en", "ar"}
    assert all(b"reply_markup" in asked.payload.body and b"allow_paid" not in asked.payload.body for asked in stage.edits())


async def test_fault_19_paused_corrected_and_resumed_nobody_gets_it_twice_and_everybody_ends_with_the_new_text(
    stage: Amending,
) -> None:
    await stage.launch()
    async with running(stage.sender(rate=4)) as sender:
        await stage.until(lambda broadcast: broadcast.account.sent >= 2)
        await stage.control.pause(SUBJECT, "Amina")
        sender.notify()
        await stage.correct(corrected())
        await stage.control.resume(SUBJECT)
        sender.notify()
        await stage.done()
        await stage.done(CORRECTION)
        broadcast = await stage.show()
    assert (broadcast.account, broadcast.versions) == (Account(sent=6), {2: 6})
    assert all(len(messages) == 1 for messages in stage.shown.values())
    changed = {person for person in range(1, 7) if b"tomorrow" in stage.shown[chat_of(person)][0]}
    assert changed == {1, 3, 4, 6}


async def test_what_is_on_its_way_during_the_correction_is_corrected_when_it_has_arrived(stage: Amending) -> None:
    is_corrected = asyncio.Event()
    await stage.launch()
    async with running(stage.sender(lambda asked: replace(accepted(asked), after=is_corrected))) as sender:
        await stage.until(lambda _: len(stage.transports[0].asked) == 6)
        await stage.correct(corrected())
        sender.notify()
        is_corrected.set()
        correction = await stage.done(CORRECTION)
    assert correction.account == Account(sent=6)
    assert (await stage.show()).versions == {2: 6}
    assert sum(b"tomorrow" in messages[0] for messages in stage.shown.values()) == 4


async def test_a_second_correction_takes_the_place_of_the_first(stage: Amending) -> None:
    await stage.sent_to_everybody()
    await stage.correct(corrected("on Monday"))
    await stage.correct(corrected("on Friday"))
    async with running(stage.sender()):
        await stage.done("correct:update:mill-lane-bail:3")
    assert (await stage.show(CORRECTION)).state is BroadcastState.CANCELLED
    assert (await stage.show()).versions == {3: 6}
    assert sum(b"on Friday" in messages[0] for messages in stage.shown.values()) == 4


async def test_corrected_for_those_who_stopped_but_not_for_those_who_blocked_or_were_erased(stage: Amending) -> None:
    await stage.sent_to_everybody()
    await change(stage.database, 1, stopped_at=stage.clock.now())
    await change(stage.database, 3, blocked_at=stage.clock.now())
    await stage.correct(corrected())
    async with stage.database.write() as session:
        await erase(session, VAULT.tag("supporters.telegram_id", str(chat_of(4)).encode()))
    async with running(stage.sender()):
        correction = await stage.done(CORRECTION)
    assert correction.account == Account(sent=4, cancelled=1)
    assert {asked.telegram_id for asked in stage.edits()} == {chat_of(1), chat_of(6)}


async def test_an_edit_in_doubt_is_repeated_and_a_refusal_then_says_that_it_is_done(stage: Amending) -> None:
    def lost_then_unchanged(asked: Asked) -> Reply:
        if asked.edits is None:
            return accepted(asked)
        repeated = sum(each.telegram_id == asked.telegram_id for each in stage.edits()) > 1
        return refused(400, "Bad Request: message is not modified") if repeated else unclear(arrived=True)

    await stage.launch()
    async with running(stage.sender(lost_then_unchanged)):
        await stage.done()
        await stage.correct(corrected())
        assert (await stage.done(CORRECTION)).account == Account(sent=6, repeated=4)
    assert (await stage.show()).versions == {2: 6}


async def test_an_edit_that_is_never_answered_is_given_up_after_five(stage: Amending) -> None:
    await stage.sent_to_everybody()
    await stage.correct(corrected())
    await stage.sql("UPDATE deliveries SET attempts = 4 WHERE broadcast_id = 2")
    async with running(stage.sender(lambda _: unclear(arrived=False))):
        assert (await stage.done(CORRECTION)).account == Account(sent=2, uncertain=4, repeated=6)
    assert await stage.control.retry(CORRECTION) == 4
    async with running(stage.sender()):
        assert (await stage.done(CORRECTION)).account == Account(sent=6, repeated=6)


async def test_a_correction_that_telegram_refuses_is_held_but_not_because_some_deleted_their_copy(stage: Amending) -> None:
    await stage.sent_to_everybody()
    await stage.correct(corrected())
    gone = {chat_of(3), chat_of(6)}
    async with running(stage.sender(lambda asked: refused(400, "not found") if asked.telegram_id in gone else accepted(asked))):
        assert (await stage.done(CORRECTION)).account == Account(sent=4, rejected=2)


async def test_a_recall_deletes_what_was_sent_and_sends_to_nobody_any_more(stage: Amending) -> None:
    is_recalled = asyncio.Event()

    def two_are_answered_before(asked: Asked) -> Reply:
        return replace(accepted(asked), after=is_recalled if asked.number > 2 else None)

    await stage.launch()
    async with running(stage.sender(two_are_answered_before, rate=3)) as sender:  # so that no more than three are on their way
        await stage.until(lambda broadcast: broadcast.account.sent == 2)
        await stage.recall()
        sender.notify()
        is_recalled.set()
        recall = await stage.done(RECALL)
        original = await stage.until(lambda broadcast: broadcast.finished_at is not None)
    assert original.state is BroadcastState.CANCELLED
    assert original.account.sent + original.account.cancelled == 6
    assert original.account.cancelled > 0
    assert recall.account == Account(sent=original.account.sent)
    assert original.versions == {2: original.account.sent}
    assert not any(stage.shown.values())


async def test_what_can_no_longer_be_deleted_is_emptied_and_what_is_gone_counts_as_taken_back(stage: Amending) -> None:
    def answers(asked: Asked) -> Reply:
        if asked.edits is None:
            return accepted(asked)
        if asked.payload is DELETED or asked.telegram_id == chat_of(1):
            return refused(400, "Bad Request: message can't be deleted for everyone")
        return accepted(asked)

    await stage.launch()
    async with running(stage.sender(answers)):
        await stage.done()
        await stage.recall()
        assert (await stage.done(RECALL)).account == Account(sent=6)
    shown = {chat: messages[0] for chat, messages in stage.shown.items() if chat != chat_of(1)}
    assert {body for chat, body in shown.items() if chat == chat_of(3)} == {
        b'{"text":"This message was taken back.","parse_mode":"HTML"}'
    }
    assert all(len(body) < 200 for body in shown.values())


async def test_a_deletion_in_doubt_is_tried_again_and_not_made_an_emptying(stage: Amending) -> None:
    def lost_once(asked: Asked) -> Reply:
        first = sum(each.telegram_id == asked.telegram_id for each in stage.edits()) == 1
        return unclear(arrived=False) if asked.edits is not None and first else accepted(asked)

    await stage.launch()
    async with running(stage.sender(lost_once)):
        await stage.done()
        await stage.recall()
        assert (await stage.done(RECALL)).account == Account(sent=6, repeated=6)
    assert not any(stage.shown.values())


async def test_the_emptying_of_what_is_not_deleted_waits_for_a_turn_of_its_own(stage: Amending) -> None:
    """Or a recall of old messages would go at twice the rate; and what a hold sends away is tried again after it."""

    def answers(asked: Asked) -> Reply:
        if asked.payload is not DELETED:
            return accepted(asked)
        held = not any(each.payload is DELETED for each in stage.edits()[:-1])
        return refused(429, retry_after=1) if held else refused(400, "Bad Request: message can't be deleted for everyone")

    await stage.sent_to_everybody()
    await stage.recall()
    async with running(stage.sender(answers, rate=6)):
        assert (await stage.done(RECALL)).account == Account(sent=6)
    times = stage.transports[-1].times
    assert all(later - earlier >= 1 for earlier, later in zip(times, times[6:], strict=False))


async def test_what_a_hold_finds_between_its_deletion_and_its_emptying_is_tried_again_after_the_hold(stage: Amending) -> None:
    """The first is told to wait while the second's deletion is on its way, which is refused only then."""
    holding = 1

    def answers(asked: Asked) -> Reply:
        if asked is stage.edits()[0]:
            return refused(429, retry_after=holding)
        if asked.payload is DELETED:
            return replace(refused(400, "Bad Request: message can't be deleted for everyone"), seconds=0.2)
        return accepted(asked)

    await stage.sent_to_everybody()
    await stage.recall()
    async with running(stage.sender(answers)):
        assert (await stage.done(RECALL)).account == Account(sent=6)
    emptied = [asked.at for asked in stage.edits() if asked.payload is not DELETED]
    assert min(emptied) >= stage.edits()[0].at + holding


async def test_a_message_whose_chat_has_moved_counts_as_taken_back(stage: Amending) -> None:
    await stage.launch()
    async with running(stage.sender()):
        await stage.done()
        await stage.recall()
    async with running(stage.sender(lambda _: refused(400, migrate_to_chat_id=7))):
        assert (await stage.done(RECALL)).account == Account(sent=6)


async def test_a_correction_that_another_amendment_followed_is_not_sent_once_more(stage: Amending) -> None:
    await stage.sent_to_everybody()
    await stage.correct(corrected())
    await stage.sql("UPDATE deliveries SET attempts = 4 WHERE broadcast_id = 2")
    async with running(stage.sender(lambda _: unclear(arrived=False))):
        assert (await stage.done(CORRECTION)).account.uncertain == 4
    better = await stage.correct(corrected("on Friday"))
    with pytest.raises(NidaError, match=f"{CORRECTION} was followed by {better}, which is to be sent once more instead."):
        await stage.control.retry(CORRECTION)
    await stage.recall()
    with pytest.raises(NidaError, match=f"{CORRECTION} was followed by {RECALL}"):
        await stage.control.retry(CORRECTION)
    with pytest.raises(NidaError, match=f"Nothing of {RECALL} is uncertain"):
        await stage.control.retry(RECALL)


async def test_after_two_days_no_deletion_is_tried(stage: Amending) -> None:
    await stage.sent_to_everybody()
    async with stage.database.write() as session:
        statement = text("UPDATE broadcasts SET finished_at = :at")
        await session.execute(statement, {"at": (stage.clock.now() - timedelta(hours=49)).replace(tzinfo=None)})
    await stage.recall()
    async with running(stage.sender()):
        assert (await stage.done(RECALL)).account == Account(sent=6)
    assert not [asked for asked in stage.edits() if asked.payload is DELETED]


async def test_what_cannot_be_is_one_sentence(stage: Amending) -> None:
    with pytest.raises(NidaError, match="Nothing was sent about 'mill-lane-bail'"):
        await stage.amendments.recall("mill-lane-bail", "Amina")
    with pytest.raises(NidaError, match="Nothing was sent about"):
        await stage.correct(corrected())
    await stage.launch()
    with pytest.raises(NidaError, match=r"^Nothing has changed since update:mill-lane-bail was announced; "):
        await stage.correct(announcement())
    await stage.correct(corrected())
    with pytest.raises(NidaError, match="Nothing has changed"):
        await stage.correct(corrected())
    with pytest.raises(NidaError, match="is no announcement; name the update itself"):
        await stage.amendments.recall(CORRECTION, "Amina")
    await stage.recall()
    for again in (stage.recall(), stage.correct(corrected("again"))):
        with pytest.raises(NidaError, match=f"was taken back already: see `nida deliveries show {RECALL}`"):
            await again


async def test_two_who_correct_or_recall_at_once_do_it_once(stage: Amending) -> None:
    await stage.launch()
    both = await asyncio.gather(*(stage.correct(corrected()) for _ in range(2)), return_exceptions=True)
    assert sorted(isinstance(each, NidaError) for each in both) == [False, True]
    both = await asyncio.gather(*(stage.recall() for _ in range(2)), return_exceptions=True)
    assert sorted(isinstance(each, NidaError) for each in both) == [False, True]


@pytest.mark.parametrize("task", ["correct", "recall"])
def test_a_crash_at_every_turn_of_an_amendment_leaves_no_copy_behind(
    task: str, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    """Cut off at each turn of the loop, from the middle of the original's sending on, and then finished by another sender."""

    async def scene(database: Database, turns: int) -> bool:
        stage = Amending(database, VirtualClock())
        await stage.set(3)
        await stage.launch()
        amendment, at_work = await crash.happens(stage, turns)
        async with running(stage.sender(rate=4)):
            await stage.done(amendment)
            check(stage, await stage.until(lambda broadcast: broadcast.finished_at is not None))
        return at_work

    def trouble(asked: Asked) -> Reply:
        return not_sent() if asked.number % 7 == 3 else accepted(asked)

    def check(stage: Amending, original: Broadcast) -> None:
        assert original.versions in ({2: original.account.sent}, {})
        assert original.account.pending == 0
        known = {chat: messages for chat, messages in stage.shown.items() if len(messages) < 2 or task == "recall"}
        for chat, messages in known.items():
            doubtful = original.account.uncertain + original.account.repeated
            if task == "recall":
                assert not messages or doubtful
            elif LOCALES[(chat - chat_of(0)) % 3] != "ur":
                assert b"tomorrow" in messages[0] or doubtful

    amend = {"correct": lambda stage: stage.correct(corrected()), "recall": lambda stage: stage.recall()}[task]
    crash = Crash(lambda _, broadcast: broadcast.account.sent >= 1, amend, trouble)
    crash_at_every_turn(scene, sqlite_template, tmp_path)
