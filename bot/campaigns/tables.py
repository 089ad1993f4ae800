"""What campaigns need to know of their neighbours, by the names of their tables: what they gather stands on the same floor and
is not imported here."""

from typing import Final

from sqlalchemy import BigInteger, Integer, String, TableClause, column, table

cases = table("cases", column("id", Integer), column("slug", String))
events = table("events", column("id", Integer), column("slug", String))
petitions = table("petitions", column("id", Integer), column("slug", String), column("campaign_id", Integer))
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
