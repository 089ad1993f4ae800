"""Who goes first among broadcasts: what is urgent overtakes the others, edits come after everything else."""

from bot.delivery.models import Task
from bot.delivery.pace import Lane
from bot.delivery.turns import Turns
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, running


def test_whose_turn_it_is_does_not_change_when_it_is_looked_what_there_is() -> None:
    turns, there = Turns(), [(1, Lane.BULK), (2, Lane.BULK), (3, Lane.EDIT)]
    served = []
    for found in (there, there, there[1:], there):
        turns.replace(found)
        served.append(turns.take(exhausted=False))
    assert served == [1, 2, 2, 2]
    assert turns.first == 1


async def _until_sent(world: LedgerWorld, broadcast_id: int, count: int) -> None:
    while (await world.broadcast(broadcast_id)).account.sent < count:
        await world.clock.sleep(0.05)


def test_an_urgent_broadcast_overtakes_one_under_way(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        many, few = await world.subscribe(300), await world.subscribe(20)
        slow = await world.launch(many, "update:slow")
        transport = world.transport()
        async with running(world.sender(transport, rate=10)):
            await _until_sent(world, slow, 30)
            asked_before = len(transport.asked)
            urgent = await world.launch(few, "update:urgent", urgent=True)
            await _until_sent(world, urgent, 20)
            others = [asked.telegram_id for asked in transport.asked[asked_before:] if asked.telegram_id < chat_of(301)]
            assert len(others) <= 20  # what had been claimed, and what followed the last urgent one
        assert (await world.broadcast(slow)).account.sent < 100

    play(scene)


def test_an_urgent_row_is_claimed_while_others_wait_for_their_chats(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(12)
        for subject in "abc":
            await world.launch(people[:10], f"update:{subject}")
        async with running(world.sender(world.transport(), rate=20, per_chat=60)):
            await world.clock.sleep(10)
            urgent = await world.launch(people[10:], "update:urgent", urgent=True)
            await _until_sent(world, urgent, 2)
            assert world.clock.monotonic() < 20  # the others wait for their chats until 60

    play(scene)


def test_edits_are_claimed_last_and_broadcasts_share(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        edited, one, other = await world.subscribe(40), await world.subscribe(40), await world.subscribe(40)
        sent_before = await world.launch(edited, "update:edited")
        await world.sql("UPDATE deliveries SET state = 'sent', message_id = supporter_id")
        await world.sql("UPDATE broadcasts SET state = 'done'")
        await world.launch(edited, "correct:update:edited:2", task=Task.CORRECT, original_id=sent_before, version=2)
        await world.launch(one, "update:one")
        await world.launch(other, "update:other")
        transport = world.transport()
        async with running(world.sender(transport, rate=10)):
            await world.clock.sleep(30)
        sent = [asked.telegram_id - chat_of(0) for asked in transport.asked]
        assert max(sent.index(person) for person in one + other) < min(sent.index(person) for person in edited)
        assert abs(sum(person in one for person in sent[:40]) - sum(person in other for person in sent[:40])) <= 10

    play(scene)
