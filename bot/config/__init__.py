"""What the operator decides: `config.toml`, then the environment, read once into a frozen `Settings`.

Every key can be overridden as `NIDA_SECTION__KEY`, and every secret also read from the file that
`NIDA_SECTION__KEY_FILE` names, so that it never stands in an environment listing.
"""

from bot.config.loading import SECRETS, configuration_file, from_values, load
from bot.config.settings import (
    SUPPORTED_LOCALES,
    Database,
    Delivery,
    Locale,
    Organisation,
    Section,
    Security,
    Settings,
    Telegram,
    Web,
)

__all__ = [
    "SECRETS",
    "SUPPORTED_LOCALES",
    "Database",
    "Delivery",
    "Locale",
    "Organisation",
    "Section",
    "Security",
    "Settings",
    "Telegram",
    "Web",
    "configuration_file",
    "from_values",
    "load",
]
