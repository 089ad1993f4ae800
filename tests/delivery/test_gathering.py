"""What is gathered into one message is looked at again when it is claimed, and what cannot be gathered goes alone."""

from collections import Counter

import pytest

from bot.delivery import waking
from bot.delivery.account import Account, Broadcasts
from bot.delivery.control import Control
from bot.delivery.models import BroadcastState
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, running
from tests.delivery.transports import Asked, Reply, accepted, refused, unclear
from tests.delivery.waiting import DIGEST, WAKES, gathering, with_digests

OF_THE_CASE = {"case_id": 1, "kind": "ruling", "locales": None}


def test_who_muted_or_unfollowed_while_it_waited_gets_the_rest(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 3)
        await world.sql("INSERT INTO cases (id, slug, status, title, summary) VALUES (1, 'a', 'open', '{}', '{}')")
        await world.sql("INSERT INTO followings (supporter_id, case_id, since) SELECT id, 1, created_at FROM supporters")
        whole = await world.launch(people, "update:a")
        wanted = await world.launch(people, "update:b", audience=OF_THE_CASE)
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.clock.sleep(DIGEST / 2)
            await world.sql("DELETE FROM followings WHERE supporter_id = 1")
            await world.change(2, muted_kinds=2**16 - 1)
            await world.clock.sleep(DIGEST)
        assert {asked.telegram_id: b"+" in asked.payload.body for asked in transport.asked} == {
            chat_of(1): False,
            chat_of(2): False,
            chat_of(3): True,
        }
        assert (await world.broadcast(whole)).account == Account(sent=3)
        assert (await world.broadcast(wanted)).account == Account(sent=1, cancelled=2)
        reasons = {row.supporter_id: row.reason for row in await world.rows() if row.broadcast_id == wanted}
        assert (reasons[1], reasons[2]) == ("no longer follows", "muted")

    play(scene)


def test_what_is_held_before_it_is_claimed_comes_by_itself_later(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 3)
        await world.launch(people, "update:a")
        held = await world.launch(people, "update:b")
        transport = world.transport()
        async with running(world.sender(transport, rate=0.01)):
            await world.clock.sleep(DIGEST + 5)  # one is on its way, the second waits for its turn, the third is not claimed
            await world.put(held, BroadcastState.HELD)
            await world.clock.sleep(600)
            assert [b"+" in asked.payload.body for asked in transport.asked] == [True, False, False]
            await world.put(held, BroadcastState.SENDING)
            await world.until(lambda each: each.account == Account(sent=3), pause=10)
        assert len(transport.asked) == 5

    play(scene)


def test_what_is_gathered_goes_when_it_is_still_what_it_was(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 2)
        for name in "ab":
            await world.launch(people, f"update:{name}")
        transport = world.transport()
        async with running(world.sender(transport, rate=0.01)):
            await world.clock.sleep(DIGEST + 5)  # one is on its way, the other waits for its turn
            await world.change(1, silent=True)
            await world.until_done(pause=10)
        assert [b"+" in asked.payload.body for asked in transport.asked] == [True, True]

    play(scene)


def test_where_nothing_is_left_to_gather_nothing_is_sent(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 3)
        both = [await world.launch(people, f"update:{name}") for name in "ab"]
        transport = world.transport()
        async with running(world.sender(transport, rate=0.01)):
            await world.clock.sleep(DIGEST + 5)
            for each in both:
                await world.put(each, BroadcastState.CANCELLED)
            await world.clock.sleep(600)
        (gathered,) = [each for each in await Broadcasts(world.database).list() if each.subject.startswith("gather:")]
        assert (gathered.account, len(transport.asked)) == (Account(sent=1, cancelled=2), 1)

    play(scene)


def test_what_a_held_gathering_carries_goes_by_itself(play: Play) -> None:
    """What is at fault may be that they are together; and nobody thinks of the gathering who lets its parts go on."""

    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 6)
        both = [await world.launch(people, f"update:{name}") for name in "ab"]

        def refuses_gathered(asked: Asked) -> Reply:
            if b"+" not in asked.payload.body:
                return accepted(asked)
            return unclear(arrived=False) if asked.number == 1 else refused(400, "too long")

        transport = world.transport(refuses_gathered)
        async with running(world.sender(transport, rate=1)):
            for each in both:
                await world.until(lambda it: it.account == Account(sent=2, rejected=3, pending=1, deferred=1), each, pause=10)
            (gathered,) = [each for each in await Broadcasts(world.database).list() if each.subject.startswith("gather:")]
            assert gathered.state is BroadcastState.HELD
            first, *refused_ones = [asked.telegram_id for asked in transport.asked if b"+" in asked.payload.body]
            alone = [asked.telegram_id for asked in transport.asked if b"+" not in asked.payload.body]
            assert Counter(alone) == dict.fromkeys({*map(chat_of, people)} - {first, *refused_ones}, 2)
            # What may have arrived waits for somebody's decision about the gathering itself.
            await Control(world.database, world.clock).resume(gathered.subject)
            for each in (gathered.id, *both):
                await world.until(lambda it: it.finished_at is not None, each, pause=10)
            assert (await world.broadcast(both[0])).account == Account(sent=2, rejected=4)
            assert (await world.broadcast(gathered.id)).account == Account(rejected=4, cancelled=2, repeated=1)

    play(scene)


def test_people_woken_in_several_slices_share_one_gathering(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "SLICE", 2)
    monkeypatch.setattr(waking, "_DUE", waking._DUE.limit(2))

    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 5)
        for name in "ab":
            await world.launch(people, f"update:{name}")
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.until(lambda each: each.account == Account(sent=5), pause=10)
        assert transport.arrived == {chat_of(person): 1 for person in people}
        subjects = [each.subject for each in await Broadcasts(world.database).list()]
        assert len([subject for subject in subjects if subject.startswith("gather:")]) == 1

    play(scene)


def test_a_cancelled_gathering_closes_also_its_messages_that_wait(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await with_digests(world, 2)
        for name in "ab":
            await world.launch(people, f"update:{name}")
        async with running(world.sender(world.transport(), rate=0.001)):
            await world.clock.sleep(DIGEST + 5)  # one is sent, the other waits for its turn
        gathered = next(each for each in await Broadcasts(world.database).list() if each.subject.startswith("gather:"))
        await world.sql(
            "UPDATE deliveries SET state = 'deferred', attempts = 0 WHERE carried_by = broadcast_id AND state <> 'sent'"
        )
        await Control(world.database, world.clock).cancel(gathered.subject, "Amina")
        assert (await world.broadcast(gathered.id)).account == Account(sent=1, cancelled=1)
        assert (await world.broadcast(gathered.id)).finished_at is not None
        assert (await world.broadcast()).account == Account(sent=1, cancelled=1)

    play(scene)


def test_what_is_no_update_goes_alone(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        world.compose = gathering
        await world.subscribe(1)
        await world.sql("UPDATE supporters SET quiet_from = 0, quiet_until = 640")
        await world.launch([1], "update:a")
        await world.launch([1], "notice:b")
        transport = world.transport()
        async with running(world.sender(transport)):
            assert (await world.until_done(pause=10)).account == Account(sent=1)
            await world.clock.sleep(10)
        assert [b"+" in asked.payload.body for asked in transport.asked] == [False, False]
        assert min(transport.times) >= WAKES

    play(scene)
