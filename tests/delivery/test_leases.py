"""Several senders on one PostgreSQL: who holds a row, who takes it over, and whose word counts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import SystemClock
from bot.delivery import sender as sending
from bot.delivery.account import Account
from bot.delivery.closing import close_slice
from bot.delivery.ledger import Ledger
from bot.delivery.models import BroadcastState, DeliveryState, Task
from bot.delivery.outcome import Seen
from bot.delivery.parting import part_what_is_held
from bot.delivery.settling import Settlement
from bot.delivery.statements import SETTLED_IN, for_postgresql
from bot.delivery.transport import Payload
from tests.clocks import FrozenClock
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world, running
from tests.delivery.transports import ScriptedTransport

pytestmark = with_postgresql  # leases matter where several processes share a database


@pytest.fixture
async def world(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> AsyncIterator[LedgerWorld]:
    with postgresql_template.clone(tmp_path) as url:
        async with ledger_world(url, SystemClock()) as ready:
            yield ready


async def test_of_two_senders_the_one_that_began_last_sends_and_nobody_gets_it_twice(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(300))
    one, other = world.transport(), world.transport()
    async with running(world.sender(one, rate=200)):
        await world.until(lambda broadcast: broadcast.account.sent >= 20)
        async with running(world.sender(other, rate=200)):
            assert (await world.until_done()).account == Account(sent=300)
    assert set((one.arrived + other.arrived).values()) == {1}
    assert other.arrived, "the first one falls silent by itself"


async def test_a_sender_takes_over_what_the_one_before_it_held_once_that_has_had_time_to_be_settled(
    postgresql_template: PostgresqlTemplate, tmp_path: Path
) -> None:
    clock = FrozenClock()
    with postgresql_template.clone(tmp_path) as url:
        async with ledger_world(url, clock) as world:
            broadcast = await world.launch(await world.subscribe(2))
            dead, heir = Ledger(world.database, clock), Ledger(world.database, clock)
            (held,) = (await dead.exchange(await dead.begin(), [], broadcast, 1)).claimed
            owner = await heir.begin()
            with pytest.raises(LookupError):
                await dead.refusal(held)
            assert not (await dead.exchange(held.owner, [], broadcast, 1)).claimed
            assert held.key not in {row.key for row in (await heir.exchange(owner, [], broadcast, 2)).claimed}
            await clock.advance(seconds=SETTLED_IN)
            assert [row.key for row in (await heir.exchange(owner, [], broadcast, 2)).claimed] == [held.key]


async def test_a_lease_keeps_others_away_until_it_is_over(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(3))
    ledger = Ledger(world.database, world.clock)
    gone = await ledger.begin()
    assert len((await ledger.exchange(gone, [], broadcast, 2)).claimed) == 2
    transport = world.transport()
    async with running(world.sender(transport)) as sender:
        await world.until(lambda broadcast: broadcast.account.sent == 1)
        assert (await world.broadcast()).state is BroadcastState.SENDING
        await world.sql("UPDATE deliveries SET leased_until = now() - interval '1 second' WHERE state = 'leased'")
        sender.notify()
        assert (await world.until_done()).account == Account(sent=3, repeated=2)


async def test_who_was_interrupted_twice_is_parked_and_shown(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(1))
    ledger = Ledger(world.database, world.clock)
    for _ in range(2):
        assert (await ledger.exchange(await ledger.begin(), [], broadcast, 1)).claimed
        await world.sql("UPDATE deliveries SET leased_until = now() - interval '1 second'")
    transport = world.transport()
    async with running(world.sender(transport)):
        assert (await world.until_done()).account == Account(uncertain=1, repeated=1)
    assert transport.asked == []
    assert [row.reason for row in await world.rows()] == ["interrupted twice"]


async def test_the_word_of_one_who_lost_the_row_does_not_count(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(1))
    ledger = Ledger(world.database, world.clock)
    stalled = await ledger.begin()
    [row] = (await ledger.exchange(stalled, [], broadcast, 1)).claimed
    await world.sql("UPDATE deliveries SET leased_until = now() - interval '1 second'")
    [taken] = (await ledger.exchange(await ledger.begin(), [], broadcast, 1)).claimed
    late = await ledger.exchange(stalled, [Settlement(row, DeliveryState.REJECTED)], None, 0)
    assert late.fenced == 1
    assert (await ledger.exchange(taken.owner, [Settlement(taken, DeliveryState.SENT)], None, 0)).fenced == 0
    assert (await world.account()) == Account(sent=1, repeated=1)


async def test_the_same_word_said_twice_counts_once(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(1))
    ledger = Ledger(world.database, world.clock)
    [row] = (await ledger.exchange(await ledger.begin(), [], broadcast, 1)).claimed
    said = Settlement(row, DeliveryState.PENDING)
    assert (await ledger.exchange(row.owner, [said], None, 0)).fenced == 0
    assert (await ledger.exchange(row.owner, [said], None, 0)).fenced == 1


async def test_a_row_that_waited_for_its_chat_is_not_sent_when_it_went_to_another(
    postgresql_template: PostgresqlTemplate, tmp_path: Path
) -> None:
    clock = FrozenClock()
    with postgresql_template.clone(tmp_path) as url:
        async with ledger_world(url, clock) as world, asyncio.timeout(60):
            await world.subscribe(1)
            await world.launch([1])
            second = await world.launch([1], "update:b")
            transport = world.transport()
            async with running(world.sender(transport, rate=30, per_chat=0.5)) as sender:
                while not transport.asked or {row.state for row in await world.rows()} != {DeliveryState.LEASED}:
                    await asyncio.sleep(0.01)
                await world.sql(f"UPDATE deliveries SET owner = 99 WHERE broadcast_id = {second}")  # noqa: S608
                while not sender.figures().fenced:
                    await clock.advance(seconds=0.5)
                    await asyncio.sleep(0.01)
            assert len(transport.asked) == 1
            rows = {row.broadcast_id: (row.state, row.owner) for row in await world.rows()}
            assert rows[second] == (DeliveryState.LEASED, 99)


async def test_a_lease_is_renewed_while_the_answer_takes_its_time(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(2))
    ledger = Ledger(world.database, world.clock)
    rows = (await ledger.exchange(await ledger.begin(), [], broadcast, 2)).claimed
    await world.sql("UPDATE deliveries SET leased_until = now() + interval '1 second'")
    await world.sql("UPDATE deliveries SET owner = 99 WHERE supporter_id = 2")
    assert await ledger.renew(rows[0].owner, rows) == {row.key for row in rows if row.supporter_id == 1}
    renewed = {row.supporter_id: row.leased_until for row in await world.rows()}
    assert (renewed[1] - renewed[2]).total_seconds() > 80  # type: ignore[operator]


async def test_what_was_claimed_without_our_knowing_is_given_back(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(3))
    ledger = Ledger(world.database, world.clock)
    rows = (await ledger.exchange(await ledger.begin(), [], broadcast, 3)).claimed
    assert await ledger.disown(rows[0].owner, [rows[0].key]) == 2
    assert sorted((row.state.value, row.attempts) for row in await world.rows()) == [
        ("leased", 1), ("pending", 0), ("pending", 0),
    ]  # fmt: skip


async def test_a_person_erased_while_the_message_is_on_its_way_leaves_a_number(world: LedgerWorld) -> None:
    await world.launch(await world.subscribe(1))
    erased = asyncio.Event()

    class Answering(ScriptedTransport):
        async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
            seen = await super().send(telegram_id, payload, silent)
            await erased.wait()
            return seen

    transport = Answering(world.clock)
    async with running(world.sender(transport)):
        while not transport.asked:
            await asyncio.sleep(0.005)
        await world.erase(1)
        erased.set()
        assert (await world.until_done()).account == Account(sent=1)
    assert transport.arrived == {chat_of(1): 1}
    [left] = await world.rows()
    assert left.supporter_id < 0
    assert (left.message_id, left.reason) == (None, None)


async def test_it_is_not_done_when_the_uncertain_are_just_being_sent_once_more(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(1))
    ledger = Ledger(world.database, world.clock)
    await ledger.begin()
    await world.sql("UPDATE deliveries SET state = 'uncertain', attempts = 2")
    async with asyncio.TaskGroup() as group, world.database.write() as session:  # as Control.retry, until before its commit
        await session.execute(text("SELECT id FROM broadcasts FOR UPDATE"))
        await session.execute(text("UPDATE deliveries SET state = 'pending'"))
        finishing = group.create_task(ledger.finish(broadcast))
        await _waits_for_a_lock(world)
    assert not finishing.result()
    assert (await world.broadcast()).state is BroadcastState.SENDING


async def test_what_is_just_being_settled_is_not_closed_over(world: LedgerWorld) -> None:
    broadcast = await world.launch(await world.subscribe(2))
    ledger = Ledger(world.database, world.clock)
    claimed = (await ledger.exchange(await ledger.begin(), [], broadcast, 1)).claimed
    await Ledger(world.database, world.clock).begin()
    await world.expire_leases()
    await world.put(broadcast, BroadcastState.CANCELLED)
    async with world.database.write() as settling, asyncio.timeout(60):
        await settling.execute(
            text("UPDATE deliveries SET state = 'sent' WHERE supporter_id = :id"), {"id": claimed[0].supporter_id}
        )
        async with world.database.write() as closing:
            await closing.execute(text("SET LOCAL lock_timeout = '5s'"))
            assert await close_slice(closing, for_postgresql, broadcast, world.clock.now())
    await ledger.close_cancelled()
    assert (await world.broadcast()).account == Account(sent=1, cancelled=1)
    assert (await world.broadcast()).finished_at is not None


async def test_what_goes_on_while_it_is_about_to_be_taken_apart_stays_together(world: LedgerWorld) -> None:
    gathering = await world.launch(await world.subscribe(1), "gather:a", task=Task.GATHER)
    await world.put(gathering, BroadcastState.HELD)
    async with (
        asyncio.timeout(60),
        asyncio.TaskGroup() as group,
        world.database.write() as session,
    ):  # as Control.resume, until before its commit
        await session.execute(text("UPDATE broadcasts SET state = 'sending'"))
        group.create_task(_parts(world))
        await _waits_for_a_lock(world)
    assert await world.account() == Account(pending=1)


async def test_a_sender_told_to_stop_while_it_asks_the_ledger_ends_as_soon_as_it_has_the_answer(
    world: LedgerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "POLL", 3600.0)
    await world.put(await world.launch([]), BroadcastState.CANCELLED)
    sender = world.sender(world.transport())
    async with asyncio.timeout(60), asyncio.TaskGroup() as group, world.database.write() as session:
        await session.execute(text("SELECT id FROM broadcasts FOR UPDATE"))
        group.create_task(sender.run())
        await _waits_for_a_lock(world)  # to close what was cancelled
        group.create_task(sender.stop())
        await asyncio.sleep(0)


async def _parts(world: LedgerWorld) -> None:
    await part_what_is_held(world.database, world.clock.now())


async def _waits_for_a_lock(world: LedgerWorld) -> None:
    async with asyncio.timeout(60):
        while not (await world.sql("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            await asyncio.sleep(0.02)
