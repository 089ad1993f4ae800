"""What events need to know of cases, by the name of their table: a case stands on the same floor and is not imported here."""

from sqlalchemy import Integer, String, column, table

from bot.storage.types import TranslatedText

cases = table("cases", column("id", Integer), column("slug", String), column("title", TranslatedText))
