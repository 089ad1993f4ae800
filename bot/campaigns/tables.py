"""What campaigns need to know of their neighbours, by the names of their tables: what they gather stands on the same floor and
is not imported here."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnClause, Date, DateTime, Integer, String, TableClause, column, table

from bot.storage.types import TranslatedText


def _named(name: str, *columns: ColumnClause[Any]) -> TableClause:
    return table(name, column("id", Integer), column("slug", String), column("title", TranslatedText), *columns)


cases = _named("cases")
events = _named("events", column("status", String), column("starts", DateTime), column("ends", DateTime))
petitions = _named("petitions", column("status", String), column("closes", Date), column("campaign_id", Integer))
ABOUT: Final[dict[str, TableClause]] = {"case": cases, "event": events, "petition": petitions}
"""What an action can be about."""
broadcasts = table("broadcasts", column("id", Integer), column("subject", String))
deliveries = table(
    "deliveries",
    column("broadcast_id", Integer),
    column("supporter_id", BigInteger),
    column("state", String),
    column("reason", String),
)
"""Of the ledger, what is still owed to somebody."""
