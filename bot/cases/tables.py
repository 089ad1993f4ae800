"""What cases take from their neighbours, by the names of their tables: none imports another."""

from sqlalchemy import Integer, String, column, table

from bot.storage.types import Moment

events = table("events", column("case_id", Integer))
petitions = table(
    "petitions", column("id", Integer), column("case_id", Integer), column("status", String), column("closes_at", Moment)
)
