"""What other features keep about a supporter, by the names of their tables: they lie above and are not imported here."""

from sqlalchemy import BigInteger, Integer, LargeBinary, String, column, table

from bot.storage.types import Document, Moment

cases = table("cases", column("id", Integer), column("slug", String))
events = table("events", column("id", Integer), column("slug", String))
actions = table("actions", column("id", Integer), column("slug", String), column("status", String))
actions_done = table(
    "actions_done",
    column("supporter_id", BigInteger),
    column("action_id", Integer),
    column("done_at", Moment),
    column("outcome", String),
    column("source", LargeBinary),
    column("locale", String),
)
actions_later = table("actions_later", column("supporter_id", BigInteger), column("action_id", Integer), column("due_at", Moment))
petitions = table("petitions", column("id", Integer), column("slug", String))
calendars = table("calendars", column("supporter_id", BigInteger))
broadcasts = table(
    "broadcasts",
    column("id", Integer),
    column("subject", String),
    column("state", String),
    column("audience", Document),
    column("finished_at", Moment),
)
deliveries = table(
    "deliveries",
    column("broadcast_id", Integer),
    column("supporter_id", BigInteger),
    column("state", String),
    column("locale", String),
    column("reason", String),
    column("message_id", BigInteger),
    column("due_at", Moment),
)
