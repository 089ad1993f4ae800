"""Moving a SQLite database to PostgreSQL: whole, interrupted anywhere, in the middle of a broadcast, and never to two places."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from bot.clock import SystemClock
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow
from bot.errors import Misuse, NidaError
from bot.storage import moving
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches
from bot.storage.tables import all_tables
from bot.storage.upgrade import upgrade
from bot.storage.vault import Vault
from bot.supporters.models import SupporterRow
from bot.telegram.models import InboundUpdateRow
from tests.clocks import START
from tests.databases import PostgresqlTemplate, with_postgresql
from tests.fault_proxy import before_postgresql
from tests.storage.rows import SUPPORTER, add_one_of_each

pytestmark = with_postgresql  # it is moved there
MANY = 30


class Killed(BaseException):
    """As `kill -9` between two commits."""


def nothing(done: int, total: int) -> None: ...


@pytest.fixture
def source(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/nida.db"
    upgrade(url)
    asyncio.run(_fill(url))
    return url


async def _fill(url: str) -> None:
    database = Database(url)
    async with database.write() as session:
        await add_one_of_each(session)
        people = [{"id": n, "tag": b"%d" % n, "telegram_id": b"x", "locale": "en", "created_at": START} for n in range(1, MANY)]
        await session.execute(insert(SupporterRow), people)
        rows = [{"broadcast_id": 1, "supporter_id": n, "place": n, "attempts": 1, "owner": 1} for n in range(1, MANY)]
        await session.execute(insert(DeliveryRow), [{**row, "state": "leased", "leased_until": START} for row in rows])
    await database.close()


@pytest.fixture
def target(postgresql_template: PostgresqlTemplate, tmp_path: Path) -> Iterator[str]:
    with postgresql_template.empty(tmp_path) as url:
        yield url


def rows_of(url: str, name: str) -> list[Any]:
    async def read() -> list[Any]:
        database = Database(url)
        table = all_tables().tables[name]
        async with database.read() as session:
            found = (await session.execute(select(table).order_by(*table.primary_key))).all()
        await database.close()
        return [tuple(row) for row in found]

    return asyncio.run(read())


def started(url: str) -> None:
    """As far as a start looks at the installation."""

    async def start() -> None:
        database = Database(url)
        try:
            await ensure_key_matches(database, Vault(b"a secret of the tests, 32 bytes."), SystemClock())
        finally:
            await database.close()

    asyncio.run(start())


def ensure_moved(source: str, target: str) -> None:
    for name in all_tables().tables:
        if name != "installation":
            assert rows_of(target, name) == rows_of(source, name), name
            assert rows_of(target, name) or name == "nothing", "there is a row of every kind"


def test_every_row_of_every_table_is_there_as_it_was_and_new_ones_get_new_numbers(source: str, target: str) -> None:
    seen = []
    counts = moving.move(source, target, lambda done, total: seen.append((done, total)))
    assert counts["deliveries"] == counts["supporters"] == MANY
    assert seen[-1][0] == seen[-1][1] == sum(counts.values())
    ensure_moved(source, target)

    async def add() -> None:
        database = Database(target)
        async with database.write() as session:
            session.add(BroadcastRow(subject="update:b", state=BroadcastState.HELD, content={}, audience={}, created_at=START))
            session.add(InboundUpdateRow(update_id=2, body=None, received_at=START))
            nulls = await session.scalar(text("SELECT count(*) FROM broadcasts WHERE timing IS NULL"))
        await database.close()
        assert nulls == 2, "none stays none, and does not become a document"

    asyncio.run(add())


def test_the_file_is_not_used_any_more_and_says_where_it_went(source: str, target: str) -> None:
    moving.move(source, target, nothing)
    with pytest.raises(Misuse, match=r"was moved to postgresql://"):
        started(source)
    with pytest.raises(Misuse, match="is in use already"):
        moving.move(source, target, nothing)


@pytest.mark.parametrize("step", ["_copy_installation", "_count_up_from_there", "_ensure_complete", "_mark", "_copy"])
def test_fault_24_killed_anywhere_it_goes_on_and_meanwhile_neither_is_used(
    source: str, target: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "CHUNK", 7)
    really, calls = getattr(moving, step), [0]
    last = {"_mark": 3, "_copy": 12}.get(step, 1)
    for fatal in range(1, last + 1):
        calls[0] = 0

        def dies(*given: Any, fatal: int = fatal) -> Any:
            calls[0] += 1
            if calls[0] < fatal:
                return really(*given)
            if step == "_copy":
                return _dies_after_a_chunk(really(*given))
            raise Killed

        monkeypatch.setattr(moving, step, dies)
        with suppress(Killed):
            moving.move(source, target, nothing)
            break  # what was done before it was killed is not done again, so it no longer comes so far
        monkeypatch.setattr(moving, step, really)
        if fatal > 1 or step != "_mark":
            with pytest.raises(Misuse):
                started(source)
    else:
        moving.move(source, target, nothing)
    ensure_moved(source, target)
    with pytest.raises(Misuse, match="was moved to"):
        started(source)
    with pytest.raises(Misuse, match="belongs to another database"):
        started(target)  # the rows of the tests have no real key: it was not held back by the move


def _dies_after_a_chunk(chunks: Iterator[int]) -> Iterator[int]:
    yield from [count for count, _ in zip(chunks, range(1), strict=False)]
    raise Killed


def test_a_move_that_is_given_up_can_begin_anew_with_what_the_file_holds_by_then(
    source: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(there: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(moving, "_count_up_from_there", dies)
        with pytest.raises(Killed):
            moving.move(source, target, nothing)
    with pytest.raises(Misuse, match="is being moved to"):
        started(source)
    moving.give_up(source)

    async def change() -> None:
        database = Database(source)
        async with database.write() as session:
            await session.execute(text(f"DELETE FROM deliveries WHERE supporter_id = {SUPPORTER}"))  # noqa: S608
        await database.close()

    asyncio.run(change())
    moving.move(source, target, nothing)
    ensure_moved(source, target)
    with pytest.raises(NidaError, match="nothing to give up"):
        moving.give_up(source)


def test_a_database_of_another_installation_is_refused_and_nothing_is_changed(source: str, target: str) -> None:
    upgrade(target)
    started(target)
    with pytest.raises(Misuse, match="holds another installation"):
        moving.move(source, target, nothing)
    with pytest.raises(Misuse, match="belongs to another database"):
        started(source)


def test_a_move_whose_line_falls_silent_in_the_middle_of_a_sentence_goes_on_when_it_is_done_again(
    source: str, target: str, impatient: None
) -> None:
    asyncio.run(_move_again_after_silence(source, target))
    ensure_moved(source, target)


async def _move_again_after_silence(source: str, target: str) -> None:
    async with asyncio.TaskGroup() as group, before_postgresql(target) as (proxy, through):
        proxy.go_deaf_at(b"INSERT INTO cases")
        group.create_task(asyncio.to_thread(_fails, source, through))
        await proxy.deaf.wait()
        proxy.heal()
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(_moves, source, through):
                pass


def _fails(source: str, target: str) -> None:
    with pytest.raises(NidaError):
        moving.move(source, target, nothing)


def _moves(source: str, target: str) -> bool:
    with suppress(NidaError):
        moving.move(source, target, nothing)
        return True
    return False
