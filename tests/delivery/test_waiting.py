"""Rows that wait for their time: they go then, once, and the account adds up meanwhile."""

from datetime import datetime, timedelta

from bot.delivery.account import Account
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState, DeliveryState
from bot.delivery.timing import Timing
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, running
from tests.delivery.transports import Reply, accepted
from tests.delivery.virtual import START
from tests.delivery.waiting import WAKES, asleep


async def _launch_to_three_asleep(world: LedgerWorld, *, urgent: bool = False) -> None:
    await asleep(world, *await world.subscribe(3))
    await world.launch([1, 2, 3], urgent=urgent)


def test_fault_20_what_was_due_on_each_readers_clock_while_nothing_ran_goes_within_an_hour_and_else_asks(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(3)
        for person, zone in zip(people, ("Asia/Karachi", "Europe/London", "America/New_York"), strict=True):
            await world.change(person, timezone=zone)
        await world.launch(people, timing=Timing(at_local=datetime(2026, 11, 3, 16, 0)).to_json())
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.until(lambda each: each.account.deferred == 3)
        await world.clock.sleep(1800 + 59 * 60)  # 59 minutes after four in Karachi, at 11:00 UTC
        async with running(world.sender(transport)):
            await world.until(lambda each: each.account.sent == 1)
        await world.clock.sleep(6 * 3600)
        async with running(world.sender(transport)) as sender:
            held = await world.until(lambda each: each.state is BroadcastState.HELD)
            assert held.hold_reason == (
                "It was due at 2026-11-03 16:00 UTC, when nothing ran; `nida deliveries resume` sends it now, "
                "`nida deliveries cancel` drops it."
            )
            await Control(world.database, world.clock).resume("update:a")
            sender.notify()
            await world.until(lambda each: each.account.sent == 2)
            await world.clock.sleep(3)
            assert (await world.broadcast()).state is BroadcastState.SENDING, "for New York it is not time yet"
            await world.clock.sleep(3 * 3600)
            assert (await world.until_done(pause=10)).account == Account(sent=3)

    play(scene)


def test_quiet_hours_put_off_a_message_and_the_account_adds_up(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(20)
        await asleep(world, *people[:5])
        await world.launch(people)
        transport = world.transport()
        async with running(world.sender(transport)):
            broadcast = await world.until(lambda each: each.account.sent == 15)
            assert broadcast.account == Account(sent=15, pending=5, deferred=5)
            await world.clock.sleep(300)
            assert (await world.broadcast()).state is BroadcastState.SENDING
            assert {row.due_at for row in await world.rows() if row.state is DeliveryState.DEFERRED} == {
                START + timedelta(seconds=WAKES)
            }
            assert len(transport.asked) == 15
            broadcast = await world.until_done(pause=10)
        assert broadcast.account == Account(sent=20)
        assert transport.arrived == {chat_of(person): 1 for person in people}
        assert min(asked.at for asked in transport.asked[15:]) >= WAKES
        assert all(row.attempts == 1 for row in await world.rows())

    play(scene)


def test_urgent_goes_into_quiet_hours(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await _launch_to_three_asleep(world, urgent=True)
        async with running(world.sender(world.transport())):
            assert (await world.until_done()).account == Account(sent=3)
        assert world.clock.monotonic() < WAKES

    play(scene)


def test_who_stopped_while_it_waited_does_not_get_it(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await _launch_to_three_asleep(world)
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.clock.sleep(300)
            await world.change(2, stopped_at=world.clock.now())
            assert (await world.until_done(pause=10)).account == Account(sent=2, cancelled=1)
        assert chat_of(2) not in transport.arrived

    play(scene)


def test_who_is_erased_while_it_is_being_put_off_is_not_waited_for(play: Play) -> None:
    """What is put off is written down with what is on its way beside it."""

    async def scene(world: LedgerWorld) -> None:
        await asleep(world, *(await world.subscribe(2))[:1])
        await world.launch([1, 2])
        transport = world.transport(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=0.5))
        async with running(world.sender(transport)):
            await world.clock.sleep(0.1)
            assert {row.state for row in await world.rows()} == {DeliveryState.LEASED}
            await world.erase(1)
            assert (await world.until_done()).account == Account(sent=1, cancelled=1)
        assert world.clock.monotonic() < WAKES

    play(scene)


def test_what_waits_stays_asleep_while_its_broadcast_is_held(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await _launch_to_three_asleep(world)
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.clock.sleep(300)
            await world.put(1, BroadcastState.HELD)
            await world.clock.sleep(WAKES)
            assert not transport.asked
            await world.put(1, BroadcastState.SENDING)
            assert (await world.until_done(pause=10)).account == Account(sent=3)

    play(scene)


def test_more_than_a_slice_wakes_at_once_and_nobody_is_lost(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(1200)
        await world.sql("UPDATE supporters SET quiet_from = 0, quiet_until = 640")
        await world.launch(people)
        transport = world.transport()
        async with running(world.sender(transport)):
            assert (await world.until_done(pause=30)).account == Account(sent=1200)
        assert min(transport.times) >= WAKES
        assert set(transport.arrived.values()) == {1}

    play(scene)


def test_a_broadcast_that_only_waits_costs_the_sender_no_transaction(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await _launch_to_three_asleep(world)
        sender = world.sender(world.transport())
        async with running(sender):
            await world.clock.sleep(60)
            assert await sender._ledger.sending() == []
            await world.until_done(pause=10)

    play(scene)
