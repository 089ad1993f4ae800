"""What petitions need to know of their neighbours, by the names of their tables: none of them is imported here."""

from sqlalchemy import Integer, String, column, table

from bot.storage.types import TranslatedText

cases = table("cases", column("id", Integer), column("slug", String), column("title", TranslatedText))
campaigns = table("campaigns", column("id", Integer), column("slug", String))
campaign_cases = table("campaign_cases", column("campaign_id", Integer), column("case_id", Integer))
