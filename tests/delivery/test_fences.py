"""What a sender must look at before each send, and whose word counts after it, moment by moment.

In virtual time on SQLite; test_leases.py has several senders on PostgreSQL.
"""

from bot.delivery.account import Account
from bot.delivery.control import Control
from bot.delivery.ledger import Ledger
from bot.delivery.models import BroadcastState, DeliveryState
from bot.delivery.sender import STOP_WITHIN
from bot.delivery.settling import Settlement
from bot.delivery.statements import LEASE
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, running
from tests.delivery.transports import Reply, accepted


def test_the_word_of_one_who_lost_the_row_does_not_count(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        broadcast = await world.launch(await world.subscribe(1))
        one, other = Ledger(world.database, world.clock), Ledger(world.database, world.clock)
        [lost] = (await one.exchange(await one.begin(), [], broadcast, 1)).claimed
        [taken] = (await other.exchange(await other.begin(), [], broadcast, 1)).claimed
        assert (await one.exchange(lost.owner, [Settlement(lost, DeliveryState.REJECTED)], None, 0)).fenced == 1
        assert (await other.exchange(taken.owner, [Settlement(taken, DeliveryState.SENT)], None, 0)).fenced == 0
        assert await world.account() == Account(sent=1, repeated=1)

    play(scene)


def test_a_word_about_an_earlier_attempt_does_not_count(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        broadcast = await world.launch(await world.subscribe(1))
        ledger = Ledger(world.database, world.clock)
        owner = await ledger.begin()
        [first] = (await ledger.exchange(owner, [], broadcast, 1)).claimed
        [again] = (await ledger.exchange(owner, [Settlement(first, DeliveryState.PENDING)], broadcast, 1)).claimed
        assert (await ledger.exchange(owner, [Settlement(first, DeliveryState.REJECTED)], None, 0)).fenced == 1
        assert (await ledger.exchange(owner, [Settlement(again, DeliveryState.SENT)], None, 0)).fenced == 0
        assert await world.account() == Account(sent=1, repeated=1)

    play(scene)


def test_a_row_that_another_has_taken_is_not_sent(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        broadcast = await world.launch(await world.subscribe(3))
        transport = world.transport()
        async with running(world.sender(transport, rate=4.0)):
            await world.until(lambda found: len(transport.asked) == 1, pause=0.001)
            heir = Ledger(world.database, world.clock)
            taken = (await heir.exchange(await heir.begin(), [], broadcast, 3)).claimed
            assert {2, 3} <= {row.supporter_id for row in taken}
            await world.clock.sleep(LEASE)
        assert transport.arrived == {chat_of(1): 1}

    play(scene)


def test_what_is_paused_is_looked_at_before_each_send(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(3))
        transport = world.transport()
        async with running(world.sender(transport, rate=4.0)):
            await world.until(lambda found: len(transport.asked) == 1, pause=0.001)
            await Control(world.database, world.clock).pause("update:a", "Amina")
            await world.clock.sleep(LEASE)
        assert len(transport.asked) == 1
        assert (await world.broadcast()).state is BroadcastState.HELD

    play(scene)


def test_nothing_is_claimed_of_what_is_paused(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        broadcast = await world.launch(await world.subscribe(2))
        ledger = Ledger(world.database, world.clock)
        owner = await ledger.begin()
        await Control(world.database, world.clock).pause("update:a", "Amina")
        assert not (await ledger.exchange(owner, [], broadcast, 2)).claimed

    play(scene)


def test_who_is_stopped_does_not_wait_for_ever_for_what_is_on_its_way(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await world.launch(await world.subscribe(1))
        never = world.transport(lambda asked: Reply(accepted(asked).seen, arrived=True, seconds=100))
        async with running(world.sender(never)):
            await world.clock.sleep(1)
        assert STOP_WITHIN <= world.clock.monotonic() < 100
        assert [row.state for row in await world.rows()] == [DeliveryState.LEASED]

    play(scene)
