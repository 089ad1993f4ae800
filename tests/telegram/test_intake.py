import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.storage.database import Database
from bot.storage.outage import Unusable
from bot.storage.vault import Vault
from bot.supervisor import Supervisor
from bot.telegram import intake as intake_module
from bot.telegram.handling import Handle, person_of, stays_unhandled
from bot.telegram.intake import LONE_TRIES, SUSPECT_AFTER, Intake, Overloaded
from bot.telegram.kept import purge_updates
from bot.telegram.models import InboundUpdateRow
from tests.clocks import FrozenClock
from tests.telegram.receiving import SECRET_WORDS, Seen, block, everybody_looks_dead, message, running, tap


async def rows(database: Database) -> list[InboundUpdateRow]:
    async with database.read() as session:
        return list((await session.scalars(select(InboundUpdateRow).order_by(InboundUpdateRow.update_id))).all())


async def test_an_accepted_update_is_on_disk_and_sealed(database: Database, vault: Vault, clock: FrozenClock, seen: Seen) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1)])
        (row,) = await rows(database)
        assert row.body is not None
        assert SECRET_WORDS.encode() not in row.body
        assert b"private" not in row.body


async def test_what_nobody_waits_for_any_more_is_written_and_handled_and_beside_it_what_others_wait_for(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async with running(database, vault, clock, seen) as intake, asyncio.timeout(60), asyncio.TaskGroup() as group:
        leaving = group.create_task(intake.accept([message(1, person=1)]))
        staying = group.create_task(intake.accept([message(2, person=2)]))
        await asyncio.sleep(0)
        leaving.cancel()
        await staying
        await intake.drain()
    assert sorted(seen.numbers) == [1, 2]


async def test_what_was_handled_is_wiped_but_its_number_stays(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1)])
        await intake.drain()
        assert [(row.update_id, row.body) for row in await rows(database)] == [(1, None)]


async def test_a_repeated_update_has_one_effect(database: Database, vault: Vault, clock: FrozenClock, seen: Seen) -> None:
    async with running(database, vault, clock, seen) as intake:
        await asyncio.gather(*[intake.accept([message(5)]) for _ in range(10)])
        await intake.drain()
        await intake.accept([message(5), message(6)])
        await intake.drain()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(5)])
        await intake.drain()
    assert seen.numbers == [5, 6]


async def test_one_persons_updates_are_handled_in_order_one_at_a_time_whatever_queue_brought_them(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1), tap(2), block(3), message(4), tap(5)])
        await intake.drain()
    assert seen.numbers == [1, 2, 3, 4, 5]
    assert seen.most_at_once_for_one == 1


async def test_a_slow_person_holds_up_nobody_else(database: Database, vault: Vault, clock: FrozenClock) -> None:
    slow, handled = asyncio.Event(), []

    async def handle(update: Mapping[str, Any]) -> None:
        if update["update_id"] == 1:
            await slow.wait()
        handled.append(update["update_id"])

    async with running(database, vault, clock, handle) as intake:
        await intake.accept([message(1, person=1), message(2, person=2), message(3, person=3)])
        while len(handled) < 2:
            await asyncio.sleep(0.005)
        assert sorted(handled) == [2, 3]
        slow.set()
        await intake.drain()
    assert handled[-1] == 1


async def test_what_was_accepted_but_not_handled_is_taken_up_at_the_next_start(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1), message(2), message(3, person=8)])
    seen.gate.set()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(4)])
        await intake.drain()
    assert sorted(seen.numbers) == [1, 2, 3, 4]
    assert [number for number in seen.numbers if number != 3] == [1, 2, 4]


async def crashes(
    database: Database, vault: Vault, clock: FrozenClock, handle: Handle, times: int, begun: Callable[[], int]
) -> None:
    """Start, and end as a killed process does once it has `begun` to handle something: without a word."""
    for _ in range(times):
        before, begun_before = await attempts(database), begun()
        async with running(database, vault, clock, handle):
            while await attempts(database) == before or begun() == begun_before:
                await asyncio.sleep(0.01)


async def attempts(database: Database) -> int:
    return sum(row.attempts for row in await rows(database))


async def test_an_update_during_whose_handling_the_process_dies_is_given_up_and_no_other(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    begun: list[int] = []
    dies = asyncio.Event()

    async def handle(update: Mapping[str, Any]) -> None:
        begun.append(update["update_id"])
        if update["update_id"] == 1:
            await dies.wait()

    async with running(database, vault, clock, handle) as intake:
        await intake.accept([message(1), message(2)])
    await crashes(database, vault, clock, handle, SUSPECT_AFTER + LONE_TRIES, lambda: begun.count(1))
    async with running(database, vault, clock, handle) as intake:
        await intake.accept([message(3)])
        await intake.drain()
    assert 1 < begun.count(1) <= 1 + SUSPECT_AFTER + LONE_TRIES
    assert begun[-1] == 3
    assert {2, 3} <= set(begun), "what only waited behind it is handled"
    assert {row.body for row in await rows(database)} == {None}


async def test_many_that_only_waited_at_every_crash_are_all_handled(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(number, person=number) for number in range(1, 101)])
    await crashes(database, vault, clock, seen, SUSPECT_AFTER, lambda: sum(seen.at_once.values()))
    seen.gate.set()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(999)])
        await intake.drain()
    assert sorted(seen.numbers) == [*range(1, 101), 999]


async def test_an_end_in_order_makes_nothing_suspect(database: Database, vault: Vault, clock: FrozenClock, seen: Seen) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1)])
        await intake.release()
    for _ in range(SUSPECT_AFTER + LONE_TRIES + 1):
        async with running(database, vault, clock, seen) as intake:
            while not seen.at_once.get(7):
                await asyncio.sleep(0.001)
            await intake.release()
    assert [row.attempts for row in await rows(database)] == [0]


async def test_a_text_with_half_a_letter_in_it_is_kept_like_any_other(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1, text="\ud83d")])
    seen.gate.set()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(2)])
        await intake.drain()
    assert sorted(seen.numbers) == [1, 2]


async def test_a_failing_update_is_closed_and_the_next_one_handled(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.failures = [RuntimeError("a fault in a handler")]
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1), message(2)])
        await intake.drain()
    assert seen.numbers == [2]


async def test_while_the_database_is_away_an_update_waits_and_is_then_handled(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.failures = [OperationalError("select", {}, Exception("gone")), OperationalError("select", {}, Exception("gone"))]
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1)])
        for _ in range(2):
            while seen.failures and seen.numbers == []:
                await asyncio.sleep(0.005)
                await clock.advance(seconds=60)
        while not seen.numbers:
            await asyncio.sleep(0.005)
            await clock.advance(seconds=60)
        await intake.drain()
    assert seen.numbers == [1]


async def test_with_too_much_waiting_nothing_more_is_accepted(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    seen.gate.clear()
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(number, person=number) for number in range(1, intake_module.BACKLOG + 2)])
        with pytest.raises(Overloaded):
            await intake.accept([message(999_999)])
        seen.gate.set()
        await intake.drain()
        await intake.accept([message(999_999)])
        await intake.drain()
    assert len(seen.numbers) == intake_module.BACKLOG + 2


async def test_numbers_are_kept_as_long_as_telegram_may_repeat_them(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async with running(database, vault, clock, seen) as intake:
        await intake.accept([message(1)])
        await intake.drain()
        await clock.advance(hours=40)
        await intake.accept([message(2)])
        await intake.drain()
        await purge_updates(database, clock)
        assert [row.update_id for row in await rows(database)] == [1, 2]
        await clock.advance(hours=10)
        await purge_updates(database, clock)
        assert [row.update_id for row in await rows(database)] == [2]


async def test_an_update_that_meets_a_database_of_another_shape_is_kept_for_when_it_is_mended(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async def handle(update: Mapping[str, Any]) -> None:
        async with database.read() as session:
            await session.execute(text("SELECT nothing_of_the_kind FROM supporters"))

    async def run_until_it_fails() -> None:
        async with Supervisor(on_failure=seen.gate.clear) as supervisor:
            intake = Intake(database, vault, clock, handle)
            supervisor.start("intake", intake.run(supervisor))
            await intake.accept([message(1)])
            while seen.gate.is_set():
                await asyncio.sleep(0.005)

    with pytest.raises(Unusable, match="`nida db check`"):
        await run_until_it_fails()
    await everybody_looks_dead(database)
    async with running(database, vault, clock, seen) as intake:
        seen.gate.set()
        await intake.accept([message(2)])
        await intake.drain()
    assert seen.numbers == [1, 2]


async def test_what_cannot_be_written_is_not_accepted_and_what_comes_later_is(
    database: Database, vault: Vault, clock: FrozenClock, seen: Seen
) -> None:
    async def rename(before: str, after: str) -> None:
        async with database.write() as session:
            await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))

    async with running(database, vault, clock, seen) as intake:
        await intake.accept([])
        await intake.accept([message(1)])
        await intake.drain()
        await rename("inbound_updates", "elsewhere")
        with pytest.raises(SQLAlchemyError):
            await intake.accept([message(2)])
        await rename("elsewhere", "inbound_updates")
        await intake.accept([message(3)])
        await intake.drain()
    assert seen.numbers == [1, 3]


def test_whose_an_update_is() -> None:
    assert [person_of(each) for each in (message(1), tap(2), block(3), {"update_id": 4, "poll": {}})] == [7, 7, 7, 0]


def test_what_a_handler_fails_at_is_kept_only_where_the_database_is_at_fault() -> None:
    assert stays_unhandled(OperationalError("select", {}, Exception("gone")))
    assert not stays_unhandled(ValueError("a fault in a handler"))
