"""Dates and times as values: in the reader's words, months and digits, and always with the place whose time it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.language.hijri import hijri_text
from bot.language.layout import escaped
from bot.language.marks import LRI, PDI, clean_line
from bot.language.places import Place, place_name, place_of_zone
from bot.language.text import KEY, Text
from bot.language.values import Fixed, Speaker

ENTITY_REACH = timedelta(days=3 * 365)
"""Telegram refuses date_time entities further from today than about three years."""

# Babel's Urdu pattern sets a second comma before the year that nobody writes; the others read as people write.
_PATTERNS = {("ur", True): "EEEE، d MMMM y", ("ur", False): "d MMMM y"}
_DAYS_IN_MONTH, _DAYS_IN_YEAR = 30, 365


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment for people to act on: weekday, date, wall time, whose time it is, and the reader's own if it differs.
    Below it, for who asked for it, the Hijri date there."""

    when: datetime
    timezone: str
    place: Place | None

    def shown(self, words: Speaker) -> str:
        hijri = hijri_text(words, self.when.astimezone(ZoneInfo(self.timezone)).date())
        return self._entity(words) if hijri is None else f"{self._entity(words)}\n{hijri.inline()}"

    def _entity(self, words: Speaker) -> str:
        text = self._told(words)
        if abs(self.when - words.now()) >= ENTITY_REACH:
            return text.inline()
        isolate, inner, end = text.inline()[0], text.inline()[1:-1], PDI
        return f'{isolate}<tg-time unix="{int(self.when.timestamp())}" format="">{inner}</tg-time>{end}'

    def _told(self, words: Speaker) -> Text:
        there = self.when.astimezone(ZoneInfo(self.timezone))
        here = self.when.astimezone(ZoneInfo(words.reader.timezone))
        place = place_name(words, self.place or place_of_zone(self.timezone))
        day, time = _day_text(words, there.date()), _clock(words, there)
        if there.utcoffset() == here.utcoffset():
            # Translators: when something happens. {place} is a city; the time given is the time there.
            return words.say("{day}, {time} ({place} time)", day=day, time=time, place=place)
        own: Text | Fixed = _clock(words, here)
        if there.date() != here.date():
            own = words.say("{day}, {time}", day=_day_text(words, here.date()), time=own)
        # Translators: {time} is the time in {place}; {own} is the same moment on the reader's own clock.
        return words.say("{day}, {time} ({place} time; {own} your time)", day=day, time=time, place=place, own=own)


@dataclass(frozen=True, slots=True)
class Day:
    when: date
    timezone: str | None
    weekday: bool

    def shown(self, words: Speaker) -> str:
        return _day_text(words, _date_of(self.when, self.timezone or words.reader.timezone), self.weekday).inline()


@dataclass(frozen=True, slots=True)
class Ago:
    when: datetime

    def shown(self, words: Speaker) -> str:
        return _relative(words, self.when).inline()


def moment(when: datetime, timezone: str, place: Place | None = None) -> Moment:
    """A moment at a place: `when` is aware, `timezone` the IANA name of the zone people will go by there.

    Without `place` the zone's own city is named. Raises ValueError for a naive time.
    """
    return Moment(_aware(when), timezone, place)


def day(when: date | datetime, timezone: str | None = None, *, weekday: bool = True) -> Day:
    """A day; that of a datetime is the one in `timezone`, by default the reader's."""
    return Day(_aware(when) if isinstance(when, datetime) else when, timezone, weekday)


def hijri_line(words: Speaker, when: date | datetime, timezone: str | None = None) -> Text | None:
    """The Hijri date of a day as a line of its own, for who asked for it; `timezone` as for `day`. `moment` brings its own."""
    return hijri_text(words, _date_of(_aware(when) if isinstance(when, datetime) else when, timezone or words.reader.timezone))


def relative(when: datetime) -> Ago:
    """How many days ago or from now, by the reader's calendar: "today", "yesterday", "in 3 days"."""
    return Ago(_aware(when))


def clock_time(words: Speaker, when: datetime, timezone: str | None = None) -> Fixed:
    """The wall time of a moment alone, in `timezone` or the reader's, as 15:00."""
    return _clock(words, _aware(when).astimezone(ZoneInfo(timezone or words.reader.timezone)))


def _relative(words: Speaker, when: datetime) -> Text:
    zone = ZoneInfo(words.reader.timezone)
    days = (when.astimezone(zone).date() - words.now().astimezone(zone).date()).days
    near = {0: _today, 1: _tomorrow, -1: _yesterday}.get(days)
    if near:
        return near(words)
    return _from_now(words, days) if days > 0 else _before_now(words, -days)


def _today(words: Speaker) -> Text:
    return words.say("today")


def _tomorrow(words: Speaker) -> Text:
    return words.say("tomorrow")


def _yesterday(words: Speaker) -> Text:
    return words.say("yesterday")


def _from_now(words: Speaker, days: int) -> Text:
    if days < 2 * _DAYS_IN_MONTH:
        return words.count("in {n} day", "in {n} days", days)
    if days < 2 * _DAYS_IN_YEAR:
        return words.count("in {n} month", "in {n} months", days // _DAYS_IN_MONTH)
    return words.count("in {n} year", "in {n} years", days // _DAYS_IN_YEAR)


def _before_now(words: Speaker, days: int) -> Text:
    if days < 2 * _DAYS_IN_MONTH:
        return words.count("{n} day ago", "{n} days ago", days)
    if days < 2 * _DAYS_IN_YEAR:
        return words.count("{n} month ago", "{n} months ago", days // _DAYS_IN_MONTH)
    return words.count("{n} year ago", "{n} years ago", days // _DAYS_IN_YEAR)


def _day_text(words: Speaker, when: date, weekday: bool = True) -> Text:
    reader = words.reader
    shown = reader.digits_in(_formatted(when, reader.locale, reader.regional, weekday))
    return Text(escaped(shown), reader.rtl, KEY)


def _clock(words: Speaker, when: datetime) -> Fixed:
    # 24 hours: Urdu's "8:07 PM" would carry Latin letters into the line.
    return Fixed(f"{LRI}{words.reader.digits_in(when.strftime('%H:%M'))}{PDI}")


@lru_cache(maxsize=4096)
def _formatted(when: date, locale: str, regional: str, weekday: bool) -> str:
    pattern = _PATTERNS.get((locale, weekday), "full" if weekday else "long")
    return clean_line(format_date(when, pattern, locale=regional))


def _date_of(when: date | datetime, timezone: str) -> date:
    return when.astimezone(ZoneInfo(timezone)).date() if isinstance(when, datetime) else when


def _aware(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError("A moment needs its time zone; this one is naive.")
    return when
