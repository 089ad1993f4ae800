"""Every migration goes up, down and up again, also with rows; together they make what the models say."""

import asyncio
import shutil
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text

from bot.errors import Misuse
from bot.storage import postgresql
from bot.storage import upgrade as upgrading
from bot.storage.database import Database
from bot.storage.tables import all_tables
from bot.storage.upgrade import LOCK_KEY, MIGRATIONS, current, differences, downgrade, ensure_current, head, upgrade
from bot.supporters.models import FollowingRow
from tests.fault_proxy import before_postgresql
from tests.storage.rows import add_one_of_each

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]

REBUILD_OF_A_PARENT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("supporters", recreate="auto") as table:
        table.add_column(sa.Column("nickname", sa.String(10), nullable=False, server_default=""))
        table.alter_column("locale", type_=sa.String(12), existing_type=sa.String(8))


def downgrade():
    with op.batch_alter_table("supporters") as table:
        table.drop_column("nickname")
"""


async def count_of(database: Database, table: type) -> int:
    async with database.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def add_rows(url: str) -> None:
    database = Database(url)
    async with database.write() as session:
        await add_one_of_each(session)
    await database.close()


def test_the_tables_are_what_the_models_say(database_url: str) -> None:
    assert differences(database_url, all_tables()) == []


def test_every_feature_with_tables_is_among_all_tables() -> None:
    assert {"supporters", "followings", "cases", "deliveries", "conversations", "installation"} <= set(all_tables().tables)


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_up_down_and_up_again(empty_database_url: str, revision: str) -> None:
    upgrade(empty_database_url, revision)
    downgrade(empty_database_url, "-1")
    upgrade(empty_database_url, revision)
    assert current(empty_database_url) == revision


async def test_down_to_nothing_leaves_nothing(database_url: str) -> None:
    downgrade(database_url, "base")
    database = Database(database_url)
    async with database.engine.connect() as connection:
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await database.close()
    assert set(left) <= {"alembic_version"}


async def test_up_and_down_with_rows_present(database_url: str) -> None:
    await add_rows(database_url)
    downgrade(database_url, "base")
    upgrade(database_url)
    await add_rows(database_url)


async def test_rebuilding_a_parent_table_keeps_its_children(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_rows(database_url)
    chain = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    (chain / "versions" / "9999_rebuild.py").write_text(REBUILD_OF_A_PARENT.format(head=head()))
    monkeypatch.setattr(upgrading, "MIGRATIONS", chain)
    upgrade(database_url)
    downgrade(database_url, "-1")
    database = Database(database_url)
    assert await count_of(database, FollowingRow) == 1
    await database.close()


def test_pending_migrations_are_refused_with_the_command_that_applies_them(empty_database_url: str) -> None:
    with pytest.raises(Misuse, match="run `nida db upgrade`"):
        ensure_current(empty_database_url)
    upgrade(empty_database_url)
    ensure_current(empty_database_url)


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '7777'"))
    await database.close()
    with pytest.raises(Misuse, match="made by a newer Nida"):
        ensure_current(database_url)


def test_an_unreachable_database_is_one_sentence() -> None:
    with pytest.raises(Misuse, match=r"Check \[database\] url\.$") as refusal:
        current("postgresql://nobody@127.0.0.1:1/none")
    assert "\n" not in str(refusal.value)


def test_a_sqlite_file_in_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"Check \[database\] url\.$"):
        current(f"sqlite:///{tmp_path}/missing/nida.db")


async def test_an_upgrade_that_was_cut_off_keeps_no_other_waiting(empty_database_url: str, impatient: None) -> None:
    if empty_database_url.startswith("sqlite"):
        pytest.skip("SQLite has no line that could be cut off")
    async with before_postgresql(empty_database_url) as (proxy, through):
        proxy.go_deaf_at(b"pg_advisory_lock")
        async with asyncio.TaskGroup() as group:
            group.create_task(_is_cut_off(through))
            await proxy.deaf.wait()
            async with asyncio.timeout(60):
                await asyncio.to_thread(upgrade, empty_database_url)


async def _is_cut_off(url: str) -> None:
    connection = await postgresql.connect(url, **postgresql.patient_parameters())
    with pytest.raises(psycopg.OperationalError, match="does not answer"):
        await connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
