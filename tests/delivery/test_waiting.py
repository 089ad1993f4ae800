"""Rows that wait for their time: they go then, once, and the account adds up meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.clock import SystemClock
from bot.delivery.account import Account
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.sender import window
from bot.delivery.timing import Timing
from bot.delivery.transport import Payload
from bot.language import Reader
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, compose, ledger_world, running
from tests.delivery.test_crashes import dies_after
from tests.delivery.transports import Reply, accepted, refused, unclear
from tests.delivery.virtual import START

# The virtual clock starts on Tuesday, 2026-11-03, at 10:30 UTC.
WAKES, DIGEST = 600.0, 1800.0
"""Seconds after which quiet hours end here, and after which it is 18:00 in Bangkok."""


def gathering(content: dict[str, Any], reader: Reader) -> Payload:
    if "gathered" not in content:
        return compose(content, reader)
    return Payload(reader.locale, f'{{"text":"{"+".join(each["text"] for each in content["gathered"])}"}}'.encode())


async def _asleep(world: LedgerWorld, *people: int) -> None:
    """Until 10:40 UTC."""
    for person in people:
        await world.change(person, quiet_from=22 * 60, quiet_until=10 * 60 + 40)


async def _launch_to_three_asleep(world: LedgerWorld, *, urgent: bool = False) -> None:
    await _asleep(world, *await world.subscribe(3))
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
        await _asleep(world, *people[:5])
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
        await _asleep(world, *(await world.subscribe(2))[:1])
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


def test_several_that_become_due_together_are_one_message_and_each_is_accounted_for(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        await world.subscribe(3)
        for person in (1, 2):
            await world.change(person, digest_days=1, timezone="Asia/Bangkok")
        first, second = [await world.launch([1, 2, 3], f"update:{name}") for name in "ab"]
        third = await world.launch([2, 3], "update:c")
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.clock.sleep(300)
            assert len(transport.asked) == 3
            assert (await world.broadcast(first)).account == Account(sent=1, pending=2, deferred=2)
            await world.until_done(pause=10)
        bodies = {asked.telegram_id: asked.payload.body for asked in transport.asked[3:]}
        assert bodies == {chat_of(1): b'{"text":"update:a+update:b"}', chat_of(2): b'{"text":"update:a+update:b+update:c"}'}
        assert min(transport.times[3:]) >= DIGEST
        assert [(await world.broadcast(each)).account for each in (first, second, third)] == [
            Account(sent=3),
            Account(sent=3),
            Account(sent=2),
        ]
        assert {(await world.broadcast(each)).state for each in (first, second, third)} == {BroadcastState.DONE}

    play(scene)


def test_what_has_hours_of_its_own_is_not_gathered(play: Play) -> None:
    """A gathered message could go outside of them."""

    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        people = await world.subscribe(1)
        await _asleep(world, *people)
        for name in "ab":
            await world.launch(people, f"update:{name}", timing={"window": "09:00-10:45"})
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.until_done(pause=10)
        assert len(transport.asked) == 2
        assert not any(b"+" in asked.payload.body for asked in transport.asked)

    play(scene)


def test_each_of_those_gathered_is_looked_at_again(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        await world.subscribe(2)
        for person in (1, 2):
            await world.change(person, digest_days=1, timezone="Asia/Bangkok")
        kept, cancelled = [await world.launch([1, 2], f"update:{name}") for name in "ab"]
        held = await world.launch([1, 2], "update:c")
        transport = world.transport()
        sender = world.sender(transport, rate=0.01)
        async with running(sender):
            await world.clock.sleep(DIGEST + 5)  # gathered, and one of them on its way
            await world.put(held, BroadcastState.HELD)
            await world.put(cancelled, BroadcastState.CANCELLED)
            await world.clock.sleep(300)
            assert b"+" not in transport.asked[-1].payload.body
            assert (await world.broadcast(kept)).account == Account(sent=2)
            assert (await world.broadcast(cancelled)).account == Account(sent=1, cancelled=1)
            assert (await world.broadcast(held)).account == Account(sent=1, pending=1, deferred=1)
            await world.put(held, BroadcastState.SENDING)
            await world.until(lambda each: each.account == Account(sent=2))
        assert len(transport.asked) == 3

    play(scene)


def test_who_cannot_be_reached_or_stopped_is_that_in_every_account(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        await world.subscribe(2)
        await world.sql("UPDATE supporters SET digest_days = 1, timezone = 'Asia/Bangkok'")
        first, second = [await world.launch([1, 2], f"update:{name}") for name in "ab"]
        async with running(world.sender(world.transport(lambda _: refused(403, "Forbidden")))):
            await world.clock.sleep(300)
            await world.change(2, stopped_at=world.clock.now())
            await world.until_done(pause=10)
        for broadcast in (first, second):
            assert (await world.broadcast(broadcast)).account == Account(unreachable=1, cancelled=1)

    play(scene)


def test_a_crash_at_any_turn_of_a_gathering_loses_nothing_and_sends_nothing_twice(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        people = await world.subscribe(2)
        turns, at_work = 0, True
        while at_work:
            await world.sql("UPDATE supporters SET digest_days = 1")
            day = turns
            for name in "ab":
                await world.launch(people, f"update:{name}{day}")
            async with running(world.sender(world.transport())):
                await world.until(lambda each: each.account.pending == 2 and each.state is BroadcastState.SENDING, pause=1)
                await world.clock.sleep(5)
            now = f"{world.clock.now():%Y-%m-%d %H:%M:%S.%f}"
            await world.sql("UPDATE deliveries SET due_at = :now WHERE state = 'deferred'", now=now)
            at_work, arrived = await dies_after(turns, world, accepted)
            transport = world.transport()
            async with running(world.sender(transport)):
                await world.until_done(pause=1)
                await world.clock.sleep(5)
            told = arrived + transport.arrived
            assert set(told) == {chat_of(person) for person in people}
            assert sum(told.values()) <= len(people) + window(4)
            assert {row.state for row in await world.rows()} == {DeliveryState.SENT}
            turns += 1
        assert turns > 10

    play(scene)


async def test_what_was_gathered_shares_one_outcome_on_both_databases(database_url: str) -> None:
    async with ledger_world(database_url, SystemClock()) as world:
        world.compose = gathering
        await world.subscribe(4)
        broadcasts = [await world.launch([1, 2, 3], f"update:{name}") for name in "ab"]
        await world.launch([4], "update:c")
        past = datetime(2026, 1, 1, tzinfo=UTC)
        async with world.database.write() as session:
            await session.execute(update(DeliveryRow).values(state=DeliveryState.DEFERRED, due_at=past))
        answers = {chat_of(2): refused(403, "Forbidden"), chat_of(3): unclear(arrived=True)}
        transport = world.transport(lambda asked: answers.get(asked.telegram_id) or accepted(asked))
        async with running(world.sender(transport)):
            for broadcast in broadcasts:
                expected = Account(sent=1, unreachable=1, uncertain=1)
                while (await world.broadcast(broadcast)).account != expected:
                    await world.clock.sleep(0.05)
        assert transport.arrived == {chat_of(1): 1, chat_of(3): 2, chat_of(4): 1}
        assert {asked.payload.body for asked in transport.asked if asked.telegram_id == chat_of(1)} == {
            b'{"text":"update:a+update:b"}'
        }
