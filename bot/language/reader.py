"""How one person reads: their language, the region that names their months, their digits and their clock."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

from bot.language.marks import digits_shown

HOME_REGION = {"en": "GB", "ar": "EG", "ur": "PK"}
"""Where months and dates come from when a person has named no region, or one whose language has no data of its own."""


class Digits(StrEnum):
    """The digits a person wants to see. Latin ones are read everywhere, so they are the default."""

    latin = "latin"
    arabic = "arabic"
    urdu = "urdu"


@dataclass(frozen=True, slots=True)
class Reader:
    """`locale` is one of the catalogues; `region` an ISO 3166 code; `timezone` an IANA name. `hijri`: whether they want to see
    the Hijri date too."""

    locale: str
    region: str | None = None
    digits: Digits = Digits.latin
    timezone: str = "UTC"
    hijri: bool = False

    @property
    def rtl(self) -> bool:
        return is_rtl(self.locale)

    @property
    def regional(self) -> str:
        """The name under which Babel keeps this reader's months and separators, like ar_SY."""
        return regional_locale(self.locale, self.region)

    def digits_in(self, text: str) -> str:
        """The finished text of a number, date or time, in the digits this person chose."""
        return text if self.digits is Digits.latin else digits_shown(text, self.digits)


@cache
def is_rtl(locale: str) -> bool:
    return Locale.parse(locale).text_direction == "rtl"


@cache
def regional_locale(locale: str, region: str | None) -> str:
    for candidate in (region, HOME_REGION.get(locale)):
        name = f"{locale}_{candidate}"
        if candidate and _is_known(name):
            return name
    return locale


def _is_known(name: str) -> bool:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
