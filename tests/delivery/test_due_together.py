"""What becomes due together comes as one message, and each of those in it is accounted for."""

from datetime import UTC, datetime

from sqlalchemy import update

from bot.clock import SystemClock
from bot.delivery.account import Account
from bot.delivery.models import BroadcastState, DeliveryRow, DeliveryState
from bot.delivery.sender import window
from tests.delivery.conftest import Play
from tests.delivery.crashing import dies_after
from tests.delivery.ledger_world import LedgerWorld, chat_of, ledger_world, running
from tests.delivery.transports import accepted, refused, unclear
from tests.delivery.waiting import DIGEST, asleep, gathering, with_digests


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
        await asleep(world, *people)
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
        await with_digests(world, 2)
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
