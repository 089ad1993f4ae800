from sqlalchemy import text

from bot.storage.database import Database


async def test_a_clone_is_migrated_and_empty(database: Database) -> None:
    async with database.read() as session:
        assert (await session.execute(text("SELECT count(*) FROM supporters"))).scalar() == 0
