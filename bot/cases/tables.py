"""What cases take from their neighbour, the events, by the name of its table: neither imports the other."""

from sqlalchemy import Integer, column, table

events = table("events", column("case_id", Integer))
