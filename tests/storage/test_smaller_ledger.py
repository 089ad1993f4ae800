"""Migration 0006, with rows in the ledger: who is owed what, what is carried by what, and the erased without a name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.storage.upgrade import downgrade, upgrade
from tests.databases import PostgresqlTemplate, with_postgresql

BROADCASTS = "INSERT INTO broadcasts (id, subject, state, content, audience, created_at, task) VALUES "
OWED = "SELECT broadcast_id, supporter_id, state, place, attempts, carried_by, message_id, reason FROM deliveries "
NEWS, OTHER_NEWS, GATHERING = 1, 2, 3
LAST = 2**31 - 1


def connected(url: str) -> Connection:
    address = make_url(url)
    driver = address.drivername.replace("postgresql", "postgresql+psycopg")
    return create_engine(address.set(drivername=driver), poolclass=NullPool).connect()


def run(url: str, *statements: str) -> list[Any]:
    """What the last one finds."""
    with connected(url) as connection:
        found = [connection.execute(text(statement)) for statement in statements][-1]
        rows = [tuple(row) for row in found] if found.returns_rows else []
        connection.commit()
    return rows


@pytest.fixture
def url(empty_database_url: str) -> str:
    """Of the ledger as it was: somebody with a digest on its way, two who were erased, and one who is owed it last of all."""
    upgrade(empty_database_url, "0005")
    columns = "id, broadcast_id, supporter_id, state, place, attempts, carried_by, message_id, reason"
    kinds = ((NEWS, "update:a", "send"), (OTHER_NEWS, "update:b", "send"), (GATHERING, "gather:c", "gather"))
    named = ", ".join(
        f"({id_}, '{name}', 'sending', '{{}}', '{{}}', '2026-11-22 10:00:00', '{task}')" for id_, name, task in kinds
    )
    rows = f"""
        (11, {NEWS}, 7, 'deferred', 5, 0, 13, NULL, NULL), (12, {OTHER_NEWS}, 7, 'deferred', 6, 0, 13, NULL, NULL),
        (13, {GATHERING}, 7, 'leased', 1234567, 1, 13, NULL, NULL),
        (14, {NEWS}, NULL, 'sent', 1, 1, NULL, NULL, NULL), (15, {NEWS}, NULL, 'cancelled', 2, 0, 13, NULL, 'erased'),
        (16, {NEWS}, 8, 'pending', {LAST}, 1, NULL, NULL, 'no answer'), (17, {OTHER_NEWS}, 8, 'sent', 9, 1, NULL, 77, NULL)
    """
    run(empty_database_url, BROADCASTS + named, f"INSERT INTO deliveries ({columns}) VALUES {rows}")  # noqa: S608
    return empty_database_url


def known(url: str) -> list[Any]:
    return run(url, OWED + "WHERE supporter_id > 0 ORDER BY supporter_id, broadcast_id")


def test_everybody_is_owed_what_they_were_and_the_erased_are_as_many_as_before(url: str) -> None:
    upgrade(url)
    assert known(url) == [
        (NEWS, 7, "deferred", 5, 0, GATHERING, None, None),
        (OTHER_NEWS, 7, "deferred", 6, 0, GATHERING, None, None),
        (GATHERING, 7, "leased", 2**15 - 1, 1, GATHERING, None, None),
        (NEWS, 8, "pending", 2**15 - 1, 1, None, None, "no answer"),
        (OTHER_NEWS, 8, "sent", 9, 1, None, 77, None),
    ]
    erased = run(
        url, "SELECT supporter_id, broadcast_id, state, reason, carried_by FROM deliveries WHERE supporter_id < 0 ORDER BY place"
    )
    assert [row[1:] for row in erased] == [(NEWS, "sent", None, None), (NEWS, "cancelled", "erased", None)]
    assert len({row[0] for row in erased}) == 2
    if url.startswith("sqlite"):
        places = run(url, "SELECT supporter_id < 0, rowid < 0 FROM deliveries")
        assert all(gone == apart for gone, apart in places), "the erased lie between no two others"


def test_the_database_keeps_its_promises_about_outcomes(url: str) -> None:
    upgrade(url)
    run(url, f"UPDATE deliveries SET state = 'sent', message_id = 99 WHERE broadcast_id = {GATHERING}")  # noqa: S608
    theirs = run(url, OWED + "WHERE supporter_id = 7 ORDER BY broadcast_id")
    assert [(row[0], row[2], row[6]) for row in theirs] == [(each, "sent", 99) for each in (NEWS, OTHER_NEWS, GATHERING)]
    with pytest.raises(DBAPIError, match="a final outcome never changes"):
        run(url, "UPDATE deliveries SET state = 'pending' WHERE supporter_id = 7")


def test_down_and_up_again_it_is_the_same(url: str) -> None:
    upgrade(url)
    before = known(url)
    downgrade(url, "0005")
    carriers = "SELECT part.broadcast_id, carrier.broadcast_id, carrier.supporter_id FROM deliveries AS part"
    carried = run(url, f"{carriers} JOIN deliveries AS carrier ON carrier.id = part.carried_by ORDER BY part.broadcast_id")
    assert carried == [(each, GATHERING, 7) for each in (NEWS, OTHER_NEWS, GATHERING)]
    assert run(url, "SELECT count(*) FROM deliveries WHERE supporter_id IS NULL") == [(2,)]
    run(url, f"UPDATE deliveries SET reason = 'x' WHERE broadcast_id = {GATHERING}")  # noqa: S608
    upgrade(url)
    assert known(url) == [(*row[:-1], "x") if row[0] == GATHERING else row for row in before]


def test_who_was_erased_while_a_message_was_on_its_way_has_no_number_after_going_back_either(url: str) -> None:
    upgrade(url)
    run(url, f"UPDATE deliveries SET reason = 'erased' WHERE broadcast_id = {GATHERING}")  # noqa: S608
    downgrade(url, "0005")
    owed = run(url, f"SELECT supporter_id, carried_by, state FROM deliveries WHERE broadcast_id = {GATHERING}")  # noqa: S608
    assert owed == [(None, None, "leased")]


def test_what_became_of_a_doubtful_message_is_shared_after_going_back_too(url: str) -> None:
    upgrade(url)
    run(url, f"UPDATE deliveries SET state = 'uncertain' WHERE broadcast_id = {GATHERING}")  # noqa: S608
    downgrade(url, "0005")
    assert run(url, "SELECT state FROM deliveries WHERE supporter_id = 7") == [("uncertain",)] * 3
    run(url, f"UPDATE deliveries SET state = 'sent', message_id = 99 WHERE broadcast_id = {GATHERING}")  # noqa: S608
    assert run(url, "SELECT state, message_id FROM deliveries WHERE supporter_id = 7") == [("sent", 99)] * 3


MANY = 2_000
BOTH_WAYS = pytest.mark.parametrize("way", [upgrade, downgrade])


@contextmanager
def rows_read(table: str) -> Iterator[list[int]]:
    """How many PostgreSQL has read of that table, one after the other, in the transaction that drops it."""
    seen: list[int] = []

    def look(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        if statement.strip().startswith(f"DROP TABLE {table}"):
            read = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = "
            seen.append(connection.connection.cursor().execute(f"{read}'{table}'").fetchone()[0])

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", look)


@with_postgresql
@BOTH_WAYS
def test_a_large_ledger_is_not_read_once_for_each_row(postgresql_template: PostgresqlTemplate, tmp_path: Path, way: Any) -> None:
    with postgresql_template.empty(tmp_path) as url:
        upgrade(url, "0005")
        columns = "id, broadcast_id, supporter_id, state, place, attempts, carried_by"
        own = f"SELECT {{}} + n, {{}}, n, 'deferred', 1, 0, {MANY} + n FROM generate_series(1, {MANY}) AS n"  # noqa: S608
        for first, broadcast in ((0, NEWS), (MANY, GATHERING)):
            run(url, f"INSERT INTO deliveries ({columns}) {own.format(first, broadcast)}")
        if way is downgrade:
            upgrade(url)
        with rows_read("deliveries_before") as read:
            way(url, "0006" if way is upgrade else "0005")
        assert len(read) == 1
        assert read[0] < 10 * MANY
        assert run(url, "SELECT count(*) FROM deliveries WHERE carried_by IS NOT NULL") == [(2 * MANY,)]
        statistics = "SELECT count(*) FROM pg_stats WHERE tablename = 'deliveries' AND attname = 'supporter_id'"
        assert run(url, statistics) == [(1,)], "the planner knows what the new table is like"
