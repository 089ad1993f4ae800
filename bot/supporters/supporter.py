"""What the rest of the program knows about one person: a plain value, read at one moment."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale

from bot.config import Organisation
from bot.daytime import Hours
from bot.language import Reader
from bot.supporters.kinds import Kind


@dataclass(frozen=True, slots=True)
class Supporter:
    """`id` is None while nothing is kept about this person yet."""

    telegram_id: int
    reader: Reader
    id: int | None = None
    subscribed: bool = False
    """Gave their consent and has not stopped since."""
    stopped: bool = False
    blocked: bool = False
    """Could not be written to the last time, and has not been heard of since."""
    paused_until: datetime | None = None
    """Aware, in UTC; None when the pause is over."""
    muted: frozenset[Kind] = frozenset()
    silent: bool = False
    quiet: Hours | None = None
    """The quiet hours they chose, empty where they want none; None leaves it to the configuration."""
    digest_days: int = 0
    place: str | None = None


def newcomer(telegram_id: int, app_language: str | None, organisation: Organisation) -> Supporter:
    """Somebody nothing is kept about: they read as their app does, when we offer that."""
    locale, region = negotiate(app_language, organisation)
    return Supporter(telegram_id, Reader(locale, region, timezone=organisation.timezone))


def negotiate(app_language: str | None, organisation: Organisation) -> tuple[str, str | None]:
    """Language and region out of an IETF tag like "ar-EG". A language that is not offered is never taken for a
    neighbour: who reads Persian or Kurdish is not served by Urdu or Arabic."""
    language, *rest = (app_language or "").replace("_", "-").split("-")
    if language.lower() not in organisation.locales:
        return organisation.default_locale, None
    regions = [part.upper() for part in rest if part.upper() in _countries()]
    return language.lower(), regions[0] if regions else None


@cache
def _countries() -> frozenset[str]:
    """Codes of countries that have a name; ZZ is the one of an unknown country."""
    return frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - {"ZZ"}
