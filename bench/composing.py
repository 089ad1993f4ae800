"""How long it takes to write an alert: a typical one over and over, and one for each of many readers who all read differently."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice, product

from bench import house
from bench.children import Figures
from bot.announcements.announcement import Announcement
from bot.announcements.composing import Composing, alert
from bot.language import PLACES, Catalogues, Digits, Reader, Translated
from bot.supporters.kinds import Kind
from handlers.below import AlertActions

REGIONS = {"en": ("GB", "US", "IN"), "ar": ("EG", "SA", "SY", "MA"), "ur": ("PK", "IN")}
ROUNDS = 5


async def one(count: int) -> Figures:
    """Microseconds of an alert in Arabic to a reader in another zone: the best of several rounds."""
    words = Catalogues.load(house.LOCALES).words(Reader("ar", "EG", timezone="Africa/Cairo"))
    announcement = _announcement()
    return {"us": min(_seconds(lambda: alert(words, announcement), count) for _ in range(ROUNDS)) / count * 1e6}


async def many(count: int) -> Figures:
    """Seconds to write and encode the alerts of so many readers, no two of whom read alike."""
    composing, content, readers = Composing(Catalogues.load(house.LOCALES), AlertActions()), _announcement().to_json(), _readers()
    chosen = list(islice(readers, count))
    composing(content, chosen[0])
    began = time.perf_counter()
    for reader in chosen:
        composing(content, reader)
    return {"seconds": time.perf_counter() - began, "readers": len(set(chosen))}


def _seconds(work: Callable[[], object], count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        work()
    return time.perf_counter() - began


def _readers() -> Iterator[Reader]:
    zones = dict.fromkeys(place.timezone for place in PLACES)
    ways = ((locale, region) for locale, regions in REGIONS.items() for region in regions)
    for zone, (locale, region), digits, hijri in product(zones, ways, Digits, (False, True)):
        yield Reader(locale, region, digits, zone, hijri)


def _announcement() -> Announcement:
    at = datetime(2026, 11, 3, 10, 30, tzinfo=UTC)
    title, body = (Translated().revised(texts, by="bench", at=at, source="en") for texts in (house.TITLE, house.SUMMARY))
    source = "https://courts.example/mill-lane"
    return Announcement("update:bench", 1, house.CASE, title, Kind.RULING, "confirmed", at, source, title, body, "en")
