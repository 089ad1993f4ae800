"""Chores shared through procrastinate: started once however many workers there are, and never stuck for good."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import procrastinate
import psycopg
import pytest
from procrastinate.periodic import PeriodicDeferrer

from bot.clock import SystemClock
from bot.errors import Misuse
from bot.runner import queue
from bot.runner.chores import Chore, Every
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.fault_proxy import before_postgresql

pytestmark = with_postgresql  # which procrastinate needs
NOON = 1_700_000_000.0


@pytest.fixture
def url(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.clone(tmp_path) as cloned:
        queue.make_ready(cloned)
        yield cloned


class Done:
    def __init__(self) -> None:
        self.times: Counter[str] = Counter()

    def chore(self, name: str, every: Every = Every.MINUTE) -> Chore:
        async def do() -> None:
            self.times[name] += 1

        return Chore(name, every, do)


@asynccontextmanager
async def opened(url: str, *chores: Chore) -> AsyncIterator[procrastinate.App]:
    async with queue.queue(url, chores).open_async() as app:
        yield app


async def defer_what_is_due(app: procrastinate.App, at: float = NOON) -> None:
    deferrer = PeriodicDeferrer(registry=app.periodic_registry)
    await deferrer.defer_jobs(deferrer.get_previous_tasks(at=at))


async def work_through(app: procrastinate.App) -> None:
    # Without its own timetable, which knows only the real time.
    await app.run_worker_async(wait=False, delete_jobs="always", install_signal_handlers=False, listen_notify=False)


def count(url: str, condition: str = "true") -> int:
    with psycopg.connect(url) as connection:
        statement = f"SELECT count(*) FROM runner.procrastinate_jobs WHERE {condition}"  # noqa: S608
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0])


def change(url: str, statement: str) -> None:
    with psycopg.connect(url, options="-c search_path=runner") as connection:
        connection.execute(statement.encode())


def test_the_tables_are_made_once_and_anew_for_another_release(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> None:
    with postgresql_template.clone(tmp_path) as url:
        with pytest.raises(Misuse, match="nida db upgrade"):
            queue.ensure_ready(url)
        assert queue.make_ready(url)
        assert not queue.make_ready(url)
        queue.ensure_ready(url)
        change(url, "COMMENT ON TABLE runner.procrastinate_jobs IS 'procrastinate 0.1'")
        assert not queue.is_ready(url)
        assert queue.make_ready(url)
        assert queue.is_ready(url)


async def test_work_is_scheduled_once_however_many_processes_there_are(url: str) -> None:
    done = Done()
    chore = done.chore("a")
    async with opened(url, chore) as one, opened(url, chore) as other:
        await asyncio.gather(defer_what_is_due(one), defer_what_is_due(other))
        assert count(url, "task_name = 'a'") == 1


async def test_two_workers_do_each_chore_once_and_leave_nothing_behind(url: str) -> None:
    done = Done()
    chores = [done.chore(name) for name in "abc"]
    async with opened(url, *chores) as one, opened(url, *chores) as other:
        await defer_what_is_due(one, time.time())
        await asyncio.gather(work_through(one), work_through(other))
    assert done.times == {"a": 1, "b": 1, "c": 1}
    assert not count(url, "status <> 'todo'")


async def test_what_was_missed_during_an_outage_is_done_once(url: str) -> None:
    async with opened(url, Done().chore("a")) as app:
        await defer_what_is_due(app, NOON)
        await defer_what_is_due(app, NOON + 3600)
    assert count(url, "task_name = 'a'") == 1


async def test_fault_23_a_job_whose_worker_died_is_done_again_by_another(url: str) -> None:
    done = Done()
    async with opened(url, done.chore("a")) as app:
        await defer_what_is_due(app)
        change(url, "DELETE FROM runner.procrastinate_jobs WHERE task_name <> 'a'")
        worker = await app.job_manager.register_worker()
        assert await app.job_manager.fetch_job(queues=None, worker_id=worker) is not None
        assert await queue.sweep(app) == 0, "its worker lives"
        change(url, "UPDATE runner.procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        assert await queue.sweep(app) == 1
        await work_through(app)
    assert done.times["a"] == 1


async def test_fault_23_a_stuck_job_gives_way_to_the_one_that_waits_already(url: str) -> None:
    done = Done()
    async with opened(url, done.chore("a")) as app:
        await defer_what_is_due(app)
        change(url, "DELETE FROM runner.procrastinate_jobs WHERE task_name <> 'a'")
        worker = await app.job_manager.register_worker()
        await app.job_manager.fetch_job(queues=None, worker_id=worker)
        change(url, "DELETE FROM runner.procrastinate_workers")
        await defer_what_is_due(app, NOON + 60)
        assert await queue.sweep(app) == 1
        assert count(url, "task_name = 'a'") == 1


async def test_a_chore_that_fails_stops_neither_the_worker_nor_its_next_time(url: str) -> None:
    times = []

    async def fails() -> None:
        times.append(1)
        raise RuntimeError("a fault")

    async with opened(url, Chore("a", Every.MINUTE, fails)) as app:
        for minute in range(2):
            await defer_what_is_due(app, NOON + 60 * minute)
            await work_through(app)
    assert len(times) >= 2


async def test_sharing_goes_on_by_itself_after_the_connections_died(url: str) -> None:
    done = Done()
    seen = asyncio.Event()

    async def do() -> None:
        done.times["a"] += 1
        seen.set()

    async with asyncio.TaskGroup() as group:
        sharing = group.create_task(queue.share(url, [Chore("a", Every.MINUTE, do)], SystemClock()))
        await asyncio.wait_for(seen.wait(), 60)
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        change(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
        seen.clear()
        change(url, "DELETE FROM runner.procrastinate_periodic_defers")
        async with opened(url, Chore("a", Every.MINUTE, do)) as app:
            await defer_what_is_due(app)
        await asyncio.wait_for(seen.wait(), 60)
        sharing.cancel()


async def test_a_runner_cut_off_in_the_middle_of_a_sentence_keeps_no_chore_from_the_others(
    url: str, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server waits for the rest of it, and so would whoever wants the same chore done."""
    monkeypatch.setattr(queue, "PAUSE", 0.1)
    seen = asyncio.Event()

    async def do() -> None:
        seen.set()

    chore = Chore("a", Every.MINUTE, do)
    async with before_postgresql(url) as (proxy, through), asyncio.timeout(120), asyncio.TaskGroup() as group:
        proxy.go_deaf_at(b"procrastinate_defer_periodic_job")
        cut_off = group.create_task(queue.share(through, [chore], SystemClock()))
        await proxy.deaf.wait()
        other = group.create_task(queue.share(url, [chore], SystemClock()))
        await asyncio.wait_for(seen.wait(), 60)
        cut_off.cancel()
        other.cancel()
