"""Several bots on one PostgreSQL: each update has one effect, one person's are kept in order, and a dead bot's are taken over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.storage.database import Database
from bot.storage.outage import Unusable
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram.handling import Handle
from bot.telegram.intake import Intake
from bot.telegram.models import InboundUpdateRow, ReceiverRow
from bot.telegram.ownership import BEAT_EVERY, DEAD_AFTER
from tests.clocks import START, FrozenClock
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.fault_proxy import FaultProxy, before_postgresql
from tests.telegram.receiving import Seen, everybody_looks_dead, message

pytestmark = with_postgresql  # a SQLite file has one process


@pytest.fixture
def url(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.clone(tmp_path) as cloned:
        yield cloned


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()


@asynccontextmanager
async def bot(database: Database, vault: Vault, clock: FrozenClock, handle: Handle) -> AsyncIterator[Intake]:
    intake = Intake(database, vault, clock, handle)
    async with Supervisor() as supervisor:
        supervisor.start("intake", intake.run(supervisor))
        yield intake


async def unfinished(database: Database) -> set[int]:
    async with database.read() as session:
        left = select(InboundUpdateRow.update_id).where(InboundUpdateRow.body.is_not(None))
        return set((await session.scalars(left)).all())


async def eventually(seen: Seen, numbers: list[int], clock: FrozenClock) -> None:
    async with asyncio.timeout(60):
        while sorted(seen.numbers) != sorted(numbers):
            await clock.advance(seconds=BEAT_EVERY)
            await asyncio.sleep(0.02)


async def test_an_update_that_comes_to_both_has_one_effect(database: Database, vault: Vault, clock: FrozenClock) -> None:
    seen = Seen()
    async with bot(database, vault, clock, seen) as one, bot(database, vault, clock, seen) as other:
        await asyncio.gather(*[part.accept([message(number)]) for number in range(1, 21) for part in (one, other)])
        await eventually(seen, list(range(1, 21)), clock)
        await asyncio.gather(one.drain(), other.drain())
    assert sorted(seen.numbers) == list(range(1, 21))


async def test_one_persons_are_in_order_though_two_bots_take_them_in(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    seen = Seen()
    async with bot(database, vault, clock, seen) as one, bot(database, vault, clock, seen) as other:
        for number in range(1, 21):
            await (one if number % 2 else other).accept([message(number)])
        await eventually(seen, list(range(1, 21)), clock)
    assert seen.numbers == list(range(1, 21))
    assert seen.most_at_once_for_one == 1


async def test_an_earlier_one_that_arrives_late_is_not_waited_for_from_behind(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    """The ninth waits for the eighth, which is with the other bot and waits for the seventh."""
    seen = Seen()
    seen.gate.clear()
    async with bot(database, vault, clock, seen) as one, bot(database, vault, clock, seen) as other:
        await one.accept([message(6), message(8)])
        await other.accept([message(9)])
        await other.accept([message(7)])
        seen.gate.set()
        await eventually(seen, [6, 7, 8, 9], clock)
    assert seen.numbers == [6, 7, 8, 9]


async def test_nobody_waits_for_somebody_elses(database: Database, vault: Vault, clock: FrozenClock) -> None:
    stuck, seen = Seen(), Seen()
    stuck.gate.clear()
    async with bot(database, vault, clock, stuck) as one, bot(database, vault, clock, seen) as other:
        await one.accept([message(1, person=7)])
        await other.accept([message(2, person=8), message(3, person=7)])
        await eventually(seen, [2], clock)
        stuck.gate.set()
        await eventually(seen, [2, 3], clock)


async def test_what_a_dead_bot_left_is_taken_over_by_one_that_runs(database: Database, vault: Vault, clock: FrozenClock) -> None:
    stuck, seen = Seen(), Seen()
    stuck.gate.clear()
    async with bot(database, vault, clock, seen):
        async with bot(database, vault, clock, stuck) as dies:
            await dies.accept([message(1), message(2), message(3, person=8)])
        await everybody_looks_dead(database)
        await eventually(seen, [1, 2, 3], clock)
    assert not await unfinished(database) or seen.numbers.count(1) == 1


async def test_a_living_bots_are_left_to_it_also_by_one_that_starts(database: Database, vault: Vault, clock: FrozenClock) -> None:
    slow, seen = Seen(), Seen()
    slow.gate.clear()
    async with bot(database, vault, clock, slow) as one:
        await one.accept([message(1)])
        async with bot(database, vault, clock, seen) as other:
            await other.accept([message(2, person=8)])
            await eventually(seen, [2], clock)
            slow.gate.set()
            await eventually(slow, [1], clock)
    assert (slow.numbers, seen.numbers) == ([1], [2])


async def test_a_bot_that_stood_still_does_not_handle_what_was_taken_over(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    still, seen = Seen(), Seen()
    still.gate.clear()
    async with bot(database, vault, clock, still) as one:
        await one.accept([message(1), message(2)])
        async with asyncio.timeout(60):
            while not still.at_once.get(7):  # the first is being handled, the second waits behind it
                await asyncio.sleep(0.02)
        await everybody_looks_dead(database)
        async with bot(database, vault, clock, seen) as other:
            await other.accept([message(3, person=8)])
            await eventually(seen, [1, 2, 3], clock)
            still.gate.set()
            await one.drain()
        await one.accept([message(4)])  # when the other has left: to it, on a slow machine, this one could look dead once more
        await eventually(still, [1, 4], clock)
    assert 2 not in still.numbers


async def test_after_an_outage_of_the_database_nobody_is_taken_for_dead(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    slow, seen = Seen(), Seen()
    slow.gate.clear()
    async with bot(database, vault, clock, slow) as one, bot(database, vault, clock, seen) as other:
        await one.accept([message(1)])
        await other.accept([message(2, person=8)])
        await eventually(seen, [2], clock)
        await everybody_looks_dead(database)
        await clock.advance(seconds=DEAD_AFTER + BEAT_EVERY)
        await asyncio.sleep(0.5)
        slow.gate.set()
        await eventually(slow, [1], clock)
    assert seen.numbers == [2]


async def test_what_is_left_at_an_end_in_order_goes_to_the_others(database: Database, vault: Vault, clock: FrozenClock) -> None:
    stuck, seen = Seen(), Seen()
    stuck.gate.clear()
    async with bot(database, vault, clock, seen):
        async with bot(database, vault, clock, stuck) as leaving:
            await leaving.accept([message(1)])
            await leaving.release()
        await eventually(seen, [1], clock)


async def test_a_person_is_named_beside_an_update_only_while_it_waits(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    seen = Seen()

    async def named() -> list[bytes | None]:
        async with database.read() as session:
            return list((await session.scalars(select(InboundUpdateRow.person))).all())

    seen.gate.clear()
    async with bot(database, vault, clock, seen) as one:
        await one.accept([message(1)])
        assert [tag is not None and tag != b"7" for tag in await named()] == [True]
        seen.gate.set()
        await one.drain()
        assert await named() == [None]


@pytest.fixture
async def cut(url: str) -> AsyncIterator[tuple[Database, FaultProxy]]:
    """The same database over a line that can be cut."""
    async with before_postgresql(url) as (proxy, through):
        opened = Database(through)
        yield opened, proxy
        await opened.close()


async def test_fault_09_a_bot_whose_word_that_it_lives_was_lost_says_it_again(
    database: Database, cut: tuple[Database, FaultProxy], vault: Vault, clock: FrozenClock
) -> None:
    async def says_that_it_lives() -> bool:
        async with database.read() as session:
            return (await session.scalars(select(func.max(ReceiverRow.beat_at)))).one() > START

    broken, proxy = cut
    async with bot(broken, vault, clock, Seen()) as one, asyncio.timeout(60):
        await one.accept([message(1)])
        proxy.cut_at(b"UPDATE receivers", arrives=False)
        while not proxy.cuts_made:
            await clock.advance(seconds=BEAT_EVERY)
            await asyncio.sleep(0.02)
        await everybody_looks_dead(database)
        while not await says_that_it_lives():
            await clock.advance(seconds=BEAT_EVERY)
            await asyncio.sleep(0.02)


async def test_fault_09_who_cannot_ask_whether_it_is_their_turn_asks_again(
    cut: tuple[Database, FaultProxy], vault: Vault, clock: FrozenClock
) -> None:
    broken, proxy = cut
    seen = Seen()
    async with bot(broken, vault, clock, seen) as one:
        proxy.cut_at(b"SELECT inbound_updates.receiver IN", arrives=False)
        await one.accept([message(1), message(2)])
        await eventually(seen, [1, 2], clock)
        await one.drain()
    assert proxy.cuts_made == 1


async def test_who_asks_a_database_of_another_shape_whether_it_is_their_turn_says_so_in_one_sentence(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    async def first_is_handled_while_the_table_is_renamed() -> None:
        seen, failed = Seen(), asyncio.Event()
        seen.gate.clear()
        async with Supervisor(on_failure=failed.set) as supervisor, asyncio.timeout(60):
            intake = Intake(database, vault, clock, seen)
            supervisor.start("intake", intake.run(supervisor))
            await intake.accept([message(1), message(2)])
            while not seen.at_once.get(7):
                await asyncio.sleep(0.005)
            async with database.write() as session:
                await session.execute(text("ALTER TABLE inbound_updates RENAME TO elsewhere"))
            seen.gate.set()
            await failed.wait()

    with pytest.raises(Unusable, match="run `nida db upgrade`"):
        await first_is_handled_while_the_table_is_renamed()
