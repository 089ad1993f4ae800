"""All tables of all features, for what looks at the database as a whole."""

from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from bot.storage.base import Base

FEATURES = Path(__file__).parents[1]


def all_tables() -> MetaData:
    """The tables of every `bot/*/models.py`. Found by name: storage lies below the features, and none can be forgotten."""
    for models in sorted(FEATURES.glob("*/models.py")):
        import_module(f"bot.{models.parent.name}.models")
    return Base.metadata
