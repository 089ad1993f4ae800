"""What is about an event on its way out: in time or not at all, and only to whom it still concerns."""

from collections import Counter
from datetime import timedelta

from bot.daytime import Hours
from bot.delivery.account import Account
from bot.delivery.timing import Timing
from bot.supporters.answers import Answer
from bot.supporters.event_audience import EventAudience, Wanted
from bot.supporters.kinds import Kind
from tests.announcements.attending import add_event, answer
from tests.announcements.people import add_case
from tests.delivery.conftest import Play
from tests.delivery.ledger_world import LedgerWorld, chat_of, running
from tests.delivery.transports import unclear
from tests.delivery.virtual import START

WAKES = 600.0
"""Seconds after which quiet hours end here."""


async def _launched(world: LedgerWorld, people: list[int], timing: Timing, wanted: Wanted = Wanted.CONCERNED) -> int:
    """To these, who all said that they come."""
    event_id = await add_event(world.database, await add_case(world.database))
    await answer(world.database, event_id, dict.fromkeys(people, Answer.COMING))
    audience = EventAudience(event_id, 1, Kind.HEARING, wanted).to_json()
    return await world.launch(people, "reminder:a:1", audience=audience, urgent=True, timing=timing.to_json())


async def _reasons(world: LedgerWorld) -> Counter[str | None]:
    return Counter(row.reason for row in await world.rows())


def test_what_would_come_too_late_is_not_sent_and_counted(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(50)
        await _launched(world, people, Timing(until=START + timedelta(seconds=20)))
        transport = world.transport()
        async with running(world.sender(transport, rate=1)):
            broadcast = await world.until_done()
        assert broadcast.account.sent + broadcast.account.cancelled == 50
        assert 15 <= broadcast.account.sent == len(transport.asked) < 25
        assert max(transport.times) < 20
        assert await _reasons(world) == {None: broadcast.account.sent, "too late": broadcast.account.cancelled}

    play(scene)


def test_nothing_begins_after_its_use_though_it_has_waited_for_its_turn_or_was_in_doubt(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        await _launched(world, await world.subscribe(2), Timing(until=START + timedelta(seconds=30)))
        transport = world.transport(lambda asked: unclear(arrived=False) if asked.number == 1 else unclear(arrived=True))
        async with running(world.sender(transport, rate=1 / 20)):
            broadcast = await world.until_done()
        assert len(transport.asked) == 2
        assert max(transport.times) < 30
        assert broadcast.account == Account(uncertain=2)
        assert await _reasons(world) == {"too late": 2}

    play(scene)


def test_a_reminder_waits_until_people_wake_but_not_past_its_use(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(3)
        for person in (1, 2):
            await world.change(person, quiet_from=22 * 60, quiet_until=10 * 60 + 40)
        await world.change(2, quiet_until=10 * 60 + 50)
        window = Hours.parse("08:00-21:00")
        await _launched(world, people, Timing(window=window, until=START + timedelta(minutes=15), waking=True))
        transport = world.transport()
        async with running(world.sender(transport)):
            broadcast = await world.until_done(pause=10)
        assert broadcast.account == Account(sent=3)
        at = {asked.telegram_id: asked.at for asked in transport.asked}
        assert at[chat_of(3)] < 10
        assert at[chat_of(2)] < 10  # by the time they wake it would be of no use
        assert WAKES <= at[chat_of(1)] < WAKES + 10

    play(scene)


def test_whom_it_no_longer_concerns_does_not_get_it(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(8)
        await _launched(world, people, Timing())
        await world.sql("DELETE FROM attendances WHERE supporter_id IN (3, 4, 5)")  # who only follow the case
        await world.sql("INSERT INTO followings SELECT id, 1, created_at FROM supporters WHERE id IN (3, 4, 5)")
        transport = world.transport()
        async with running(world.sender(transport, rate=1)):
            await world.until(lambda each: each.account.sent == 1)
            await world.sql("UPDATE attendances SET answer = 'declined' WHERE supporter_id IN (6, 7)")
            await world.sql("DELETE FROM followings WHERE supporter_id = 4")
            await world.change(5, muted_kinds=Kind.HEARING.bit)
            await world.change(8, stopped_at=world.clock.now())
            broadcast = await world.until_done()
        assert broadcast.account == Account(sent=3, cancelled=5)
        assert transport.arrived == {chat_of(person): 1 for person in (1, 2, 3)}
        assert await _reasons(world) == {None: 3, "no longer concerned": 4, "stopped": 1}

    play(scene)


def test_notices_that_have_waited_together_come_each_by_itself(play: Play) -> None:
    async def scene(world: LedgerWorld) -> None:
        people = await world.subscribe(2)
        for person in people:
            await world.change(person, quiet_from=22 * 60, quiet_until=10 * 60 + 40, digest_days=7)
        await _launched(world, people, Timing(waking=True))
        await world.launch(people, "change:b:1", urgent=True, timing=Timing(waking=True).to_json())
        transport = world.transport()
        async with running(world.sender(transport)):
            await world.until_done(pause=10)
        assert len(transport.asked) == 4
        assert all(WAKES <= at < WAKES + 10 for at in transport.times)

    play(scene)
