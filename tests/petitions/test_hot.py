"""What a petition that many sign and read at once asks of the database: little, and nothing that grows with the signatures."""

from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import event, text

from bot.petitions import queries
from bot.petitions.comments import Comments
from bot.petitions.service import Petitions
from bot.petitions.views import Answers, Reply
from bot.storage.database import Database
from bot.storage.sqlite import LoopDialect
from bot.storage.vault import Vault
from tests.clocks import FrozenClock
from tests.databases import asked_of
from tests.petitions.making import AMAL, BILAL, add_petition

READ_IN_ORDER: Final = """
SELECT set_config(name, 'off', true) FROM pg_settings WHERE name IN ('enable_seqscan', 'enable_bitmapscan', 'enable_sort')
"""


async def test_the_few_comments_of_a_page_are_not_looked_for_among_all_signatures(database: Database) -> None:
    """Of two indexes on the same columns SQLite would take the one with every signature in it."""
    if not database.is_sqlite:
        pytest.skip("it is SQLite's plan that is looked at")
    statement = str(queries.MINE_AND_COMMENTS.compile(dialect=LoopDialect(paramstyle="named")))
    given = {"petition": 1, "tag": b"", "param_1": queries.COMMENTS, "param_2": 0}
    async with database.read() as session:
        plan = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {statement}"), given)]
    assert "SEARCH signatures USING INDEX ix_signatures_shown (petition_id=?)" in plan
    assert sum("signatures" in step for step in plan) == 2, "and one's own, by its tag"


@pytest.mark.parametrize("everything", [False, True])
async def test_comments_are_read_in_their_order_not_sorted(
    petitions: Petitions, database: Database, vault: Vault, clock: FrozenClock, everything: bool
) -> None:
    await add_petition(database)
    said: list[tuple[str, Any]] = []
    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: said.append((given[2], given[3])))
    await Comments(database, vault, clock).list("open-justice", "Amina", everything=everything)
    [(statement, given)] = [each for each in said if "FROM signatures" in each[0]]
    async with database.engine.connect() as connection:
        if not database.is_sqlite:  # a few rows it would rather read all and sort
            await connection.execute(text(READ_IN_ORDER))
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        rows = await connection.run_sync(lambda here: here.exec_driver_sql(explain + statement, given).all())
    plan = "\n".join(row[-1] for row in rows)
    assert f"ix_signatures_comment{'ed' if everything else ''} " in plan
    assert "ORDER BY" not in plan
    assert "Sort" not in plan


async def test_a_card_is_two_statements(petitions: Petitions, database: Database) -> None:
    """On a server each is a way there and back."""
    id_ = await add_petition(database)
    signed = await petitions.sign(AMAL, id_, Answers(), show_name=False, pass_on=False)
    with asked_of(database) as said:
        card = await petitions.get_card(id_, AMAL.telegram_id, supporter_id=1)
    assert card == signed.card
    assert len(said) == 2, said


async def test_whoever_signs_holds_the_petition_for_a_few_statements(petitions: Petitions, database: Database) -> None:
    """All who sign wait for each other there: on a server each statement is a way there and back."""
    id_ = await add_petition(database)
    await petitions.sign(AMAL, id_, Answers(), show_name=False, pass_on=False)
    another = replace(AMAL, telegram_id=BILAL.telegram_id)
    with asked_of(database) as said:
        event.listen(database.engine.sync_engine, "commit", lambda _: said.append("COMMIT"))
        signed = await petitions.sign(another, id_, Answers(), show_name=False, pass_on=False)
    assert signed.reply is Reply.DONE
    held = said[: said.index("COMMIT")]
    assert sum(statement.startswith("UPDATE petitions") for statement in held) == 1
    assert len(held) <= 10, held
