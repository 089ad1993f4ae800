"""The Hijri date of a day, for those who asked to see it: in the Umm al-Qura calendar, and saying so.

Where the new month is sighted, as in Pakistan or Morocco, the date may be another by a day: nothing is ever reckoned from it.
"""

from datetime import date
from functools import lru_cache

from bot.language.extraction_marks import N_
from bot.language.text import Text
from bot.language.values import Fixed, Speaker

MONTHS = (
    # Translators: the months of the Hijri calendar, as people who live by it write them.
    N_("Muharram"),
    N_("Safar"),
    N_("Rabi al-Awwal"),
    N_("Rabi al-Thani"),
    N_("Jumada al-Ula"),
    N_("Jumada al-Akhirah"),
    N_("Rajab"),
    N_("Shaban"),
    N_("Ramadan"),
    N_("Shawwal"),
    N_("Dhu al-Qadah"),
    N_("Dhu al-Hijjah"),
)


def hijri_text(words: Speaker, when: date) -> Text | None:
    """The day in the Hijri calendar; None for a reader who did not ask for it, and outside of 1 August 1924 to
    16 November 2077 (the years 1343 to 1500), where the calendar is not laid down."""
    found = _converted(when) if words.reader.hijri else None
    if found is None:
        return None
    year, month, day = found
    # Translators: a date in the Hijri calendar, the {month} by its name. Umm al-Qura is the calendar of Saudi Arabia; where
    # the moon is sighted the date may be another, hence it is named.
    return words.say(
        "{day} {month} {year} AH (Umm al-Qura calendar)",
        day=Fixed(words.reader.digits_in(str(day))),
        month=words.say(MONTHS[month - 1]),
        year=Fixed(words.reader.digits_in(str(year))),
    )


@lru_cache(maxsize=1024)
def _converted(when: date) -> tuple[int, int, int] | None:
    from hijridate import Gregorian  # noqa: PLC0415 - few ask for it, and its tables take a while to read

    try:
        return Gregorian.fromdate(when).to_hijri().datetuple()
    except OverflowError:
        return None
