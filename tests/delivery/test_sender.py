"""The sender over a real database: everybody gets it once, and whatever comes back is written down as what it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from bot.clock import SystemClock
from bot.delivery.account import Account
from bot.delivery.models import BroadcastState, DeliveryState
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world, running
from tests.delivery.transports import Asked, Reply, accepted, refused, unclear


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[LedgerWorld]:
    async with ledger_world(database_url, SystemClock()) as ready:
        yield ready


async def test_everybody_gets_it_once_in_their_language(world: LedgerWorld) -> None:
    people = await world.subscribe(250)
    await world.launch(people)
    transport = world.transport()
    async with running(world.sender(transport)):
        broadcast = await world.until_done()
    assert broadcast.account == Account(sent=250)
    assert broadcast.finished_at is not None
    assert transport.arrived == {chat_of(person): 1 for person in people}
    assert {asked.payload.body for asked in transport.asked if asked.telegram_id == chat_of(1)} == {b'{"text":"update:a ar"}'}
    rows = await world.rows()
    assert all(row.message_id and row.leased_until is None and row.attempts == 1 for row in rows)
    assert {row.locale for row in rows} == {"en", "ar", "ur"}


async def test_no_more_than_the_window_is_ever_in_flight(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(60))
    transport = world.transport()
    async with running(world.sender(transport, rate=30)):
        await world.until(lambda broadcast: broadcast.account.sent > 20)
        leased = [row for row in await world.rows() if row.state is DeliveryState.LEASED]
        assert len(leased) <= 30
    assert transport.most_in_flight <= 30


async def test_somebody_who_wants_silence_gets_it(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(2))
    await world.change(2, silent=True)
    transport = world.transport()
    async with running(world.sender(transport)):
        await world.until_done()
    assert {asked.telegram_id: asked.silent for asked in transport.asked} == {chat_of(1): False, chat_of(2): True}


async def test_each_answer_ends_as_what_it_is(world: LedgerWorld) -> None:
    answers = {
        chat_of(2): refused(403, "Forbidden: bot was blocked by the user"),
        chat_of(4): refused(400, "Bad Request: chat not found"),
        chat_of(6): unclear(arrived=True),
        chat_of(8): refused(502),
    }
    await world.launch(await world.subscribe(10))
    transport = world.transport(lambda asked: answers.get(asked.telegram_id) or accepted(asked))
    async with running(world.sender(transport)):
        broadcast = await world.until_done()
    assert broadcast.account == Account(sent=6, unreachable=1, rejected=1, uncertain=2, repeated=2)
    assert {row.supporter_id: row.reason for row in await world.rows() if row.state is not DeliveryState.SENT} == {
        2: "403 Forbidden: bot was blocked by the user",
        4: "400 Bad Request: chat not found",
        6: "no answer",
        8: "502",
    }
    assert transport.arrived[chat_of(6)] == 2


async def test_fault_14_a_lost_answer_means_one_more_and_then_it_is_good(world: LedgerWorld) -> None:
    def first_answer_is_lost(asked: Asked) -> Reply:
        return unclear(arrived=False) if asked.number == 1 else accepted(asked)

    await world.launch(await world.subscribe(5))
    transport = world.transport(first_answer_is_lost)
    async with running(world.sender(transport)):
        broadcast = await world.until_done()
    assert broadcast.account == Account(sent=5, repeated=1)
    assert transport.asked[0].telegram_id == transport.asked[-1].telegram_id


async def test_fault_16_who_blocked_the_bot_is_not_written_to_again(world: LedgerWorld) -> None:
    await world.subscribe(2)
    await world.launch([1, 2])
    async with running(world.sender(world.transport(lambda _: refused(403, "Forbidden")))):
        await world.until_done()
        await world.launch([1, 2], "update:b")
        broadcast = await world.until_done()
    assert broadcast.account == Account(cancelled=2)
    assert {row.reason for row in await world.rows()} == {"403 Forbidden", "blocked"}


async def test_fault_16_a_chat_that_moved_is_written_to_under_its_new_id_once(world: LedgerWorld) -> None:
    def moves(asked: Asked) -> Reply:
        return refused(400, "migrated", migrate_to_chat_id=-100) if asked.telegram_id > 0 else accepted(asked)

    await world.launch(await world.subscribe(1))
    transport = world.transport(moves)
    async with running(world.sender(transport)):
        assert (await world.until_done()).account == Account(sent=1)
    assert transport.arrived == {-100: 1}


async def test_a_chat_that_keeps_moving_is_given_up(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(1))
    async with running(world.sender(world.transport(lambda _: refused(400, "migrated", migrate_to_chat_id=-100)))):
        assert (await world.until_done()).account == Account(rejected=1)


async def test_fault_16_a_text_that_telegram_refuses_is_held_after_three(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(200))
    transport = world.transport(lambda _: refused(400, "Bad Request: can't parse entities"))
    async with running(world.sender(transport, rate=30)):
        broadcast = await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
    assert broadcast.hold_reason == (
        "Telegram refused 3 in a row, so the text is at fault: 400 Bad Request: can't parse entities"
    )
    account = await world.account()
    assert 3 <= account.rejected <= 6
    assert account.rejected + account.pending == 200


async def test_a_held_broadcast_that_goes_on_is_given_three_refusals_again(world: LedgerWorld) -> None:
    refusing = [True]

    def answers(asked: Asked) -> Reply:
        bad = refusing[0] or asked.number in allowed
        return refused(400, "Bad Request: can't parse entities") if bad else accepted(asked)

    allowed: set[int] = set()
    await world.launch(await world.subscribe(60))
    transport = world.transport(answers)
    sender = world.sender(transport, rate=30)
    async with running(sender):
        await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
        await asyncio.sleep(0.3)
        sender._brakes.refusals.refused(1, "en")  # what came back late, when it was held already
        sender._brakes.refusals.refused(1, "en")
        refusing[0] = False
        allowed |= {len(transport.asked) + 1, len(transport.asked) + 2}
        before = (await world.account()).rejected
        await world.sql("UPDATE broadcasts SET state = 'sending', hold_reason = NULL")
        sender.notify()
        broadcast = await world.until_done()
    assert broadcast.account == Account(sent=60 - before - 2, rejected=before + 2)


async def test_one_language_that_telegram_refuses_holds_the_broadcast_too(world: LedgerWorld) -> None:
    def no_urdu(asked: Asked) -> Reply:
        return refused(400, "Bad Request: can't parse entities") if asked.payload.locale == "ur" else accepted(asked)

    await world.launch(await world.subscribe(60))
    async with running(world.sender(world.transport(no_urdu), rate=30)):
        await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
    assert (await world.account()).rejected <= 6


async def test_fault_16_a_revoked_token_stops_everything_and_a_start_goes_on(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(50))
    transport = world.transport(lambda _: refused(401, "Unauthorized"))
    async with running(world.sender(transport, rate=30)):
        broadcast = await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
        asked = len(transport.asked)
        await world.launch([1], "update:b")
        await asyncio.sleep(0.3)
        assert len(transport.asked) == asked
    assert "token" in (broadcast.hold_reason or "")
    assert (await world.broadcast(1)).account == Account(pending=50)
    good = world.transport()
    async with running(world.sender(good)):
        await world.until_done()
        await world.until(lambda _: sum(good.arrived.values()) == 51, seconds=10)
    assert {row.attempts for row in await world.rows()} == {1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ("stopped_at = created_at", "stopped"),
        ("blocked_at = created_at", "blocked"),
        ("paused_until = '2200-01-01 00:00:00'", "paused"),
        ("consented_at = NULL", "stopped"),
    ],
)
async def test_who_may_not_be_written_to_any_more_is_cancelled(world: LedgerWorld, changes: str, reason: str) -> None:
    await world.launch(await world.subscribe(3))
    await world.sql(f"UPDATE supporters SET {changes} WHERE id = 2")  # noqa: S608
    transport = world.transport()
    async with running(world.sender(transport)):
        assert (await world.until_done()).account == Account(sent=2, cancelled=1)
    assert chat_of(2) not in transport.arrived
    assert [row.reason for row in await world.rows() if row.supporter_id == 2] == [reason]


async def test_a_pause_that_is_over_does_not_count(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(1))
    await world.change(1, paused_until=world.clock.now() - timedelta(minutes=1))
    async with running(world.sender(world.transport())):
        assert (await world.until_done()).account == Account(sent=1)


async def test_fault_17_stopping_or_erasing_oneself_during_a_broadcast_wins(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(40))
    transport = world.transport()
    async with running(world.sender(transport, rate=30)):
        await world.until(lambda broadcast: broadcast.account.sent >= 3)
        await world.change(38, stopped_at=world.clock.now())
        await world.erase(39, 40)
        broadcast = await world.until_done()
    assert broadcast.account == Account(sent=37, cancelled=3)
    assert not {chat_of(38), chat_of(39), chat_of(40)} & set(transport.arrived)
    assert sorted(row.reason or "" for row in await world.rows() if row.state is DeliveryState.CANCELLED) == [
        "erased", "erased", "stopped",
    ]  # fmt: skip


async def test_fault_17_who_stops_between_the_claim_and_their_turn_gets_nothing(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(20))
    transport = world.transport()
    async with running(world.sender(transport, rate=10)):
        while not transport.asked:  # the next ones have been claimed, and wait for their turn
            await asyncio.sleep(0.005)
        assert sum(row.state is DeliveryState.LEASED for row in await world.rows()) > 1
        await world.sql("UPDATE supporters SET stopped_at = created_at")
        asked = len(transport.asked)
        broadcast = await world.until_done()
    assert len(transport.asked) == asked
    assert broadcast.account == Account(sent=asked, cancelled=20 - asked)


async def test_an_address_under_another_key_is_rejected_and_the_rest_goes_on(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(3))
    await world.sql("UPDATE supporters SET telegram_id = (SELECT telegram_id FROM supporters WHERE id = 1) WHERE id = 2")
    async with running(world.sender(world.transport())):
        assert (await world.until_done()).account == Account(sent=2, rejected=1)


async def test_content_that_cannot_be_written_holds_the_broadcast(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(3))
    await world.sql("UPDATE broadcasts SET content = '{}'")
    transport = world.transport()
    async with running(world.sender(transport)):
        broadcast = await world.until(lambda broadcast: broadcast.state is BroadcastState.HELD)
    assert "cannot be written" in (broadcast.hold_reason or "")
    assert transport.asked == []
    assert (await world.account()) == Account(pending=3)


async def test_a_broadcast_to_nobody_is_done(world: LedgerWorld) -> None:
    await world.launch([])
    async with running(world.sender(world.transport())):
        assert (await world.until_done()).account == Account()


async def test_two_broadcasts_share_the_rate(world: LedgerWorld) -> None:
    await world.subscribe(40)
    await world.launch(range(1, 41), "update:a")
    second = await world.launch(range(1, 41), "update:b")
    transport = world.transport()
    async with running(world.sender(transport, rate=40)):
        await world.until_done()
        assert (await world.broadcast(second)).account == Account(sent=40)
    of_the_first = sum(b"update:a" in asked.payload.body for asked in transport.asked[:40])
    assert 10 <= of_the_first <= 30, "while both were there, neither waited for the other"


async def test_a_broadcast_held_by_somebody_else_stops(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(200))
    transport = world.transport()
    sender = world.sender(transport, rate=40)
    async with running(sender):
        await world.until(lambda broadcast: broadcast.account.sent >= 5)
        await world.sql("UPDATE broadcasts SET state = 'held', hold_reason = 'paused'")
        sender.notify()
        await asyncio.sleep(0.3)
        asked = len(transport.asked)
        await asyncio.sleep(0.3)
        assert len(transport.asked) == asked
        account = await world.account()
        assert account.sent == asked
        assert account == Account(sent=asked, pending=200 - asked)


@pytest.mark.parametrize("state", ["sent", "unreachable", "rejected", "cancelled"])
async def test_a_final_outcome_never_changes(world: LedgerWorld, state: str) -> None:
    await world.launch(await world.subscribe(1))
    await world.sql(f"UPDATE deliveries SET state = '{state}'")  # noqa: S608
    with pytest.raises(DBAPIError, match="a final outcome never changes"):
        await world.sql("UPDATE deliveries SET state = 'pending'")


async def test_what_is_uncertain_may_be_decided_by_a_person(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(1))
    await world.sql("UPDATE deliveries SET state = 'uncertain'")
    await world.sql("UPDATE deliveries SET state = 'pending'")
    assert (await world.account()) == Account(pending=1)
