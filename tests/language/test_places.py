"""Places: found in three scripts and with a slip of the finger, each in a zone that exists."""

from zoneinfo import ZoneInfo

import pytest

from bot.language import PLACES, Catalogues, place_by_key, place_name, place_of_zone, search_place
from tests.language.conftest import LOCALES, Speaking


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("Karachi", "karachi"), ("کراچی", "karachi"), ("كراتشي", "karachi"), ("karach", "karachi"),
        ("Karchi", "karachi"), ("KARACHI ", "karachi"), ("Lundon", "london"), ("لنڈن", "london"), ("lon", "london"),
        ("قاهره", "cairo"), ("القاهرة", "cairo"), ("قاہرہ", "cairo"), ("cairoo", "cairo"), ("عمان", "amman"),
        ("غزه", "gaza"), ("New Dehli", "delhi"), ("makka", "mecca"), ("york", "new-york"), ("Montreal", "montreal"),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_typed(catalogues: Catalogues, query: str, key: str) -> None:
    assert search_place(query, catalogues)[0].key == key


def test_what_is_no_place_finds_none(catalogues: Catalogues) -> None:
    for query in ("", "   ", "xyzzyq", "!?", "\u202e"):
        assert search_place(query, catalogues) == []


def test_there_are_forty_places_each_in_a_zone_and_named_in_every_language(speaking: Speaking) -> None:
    assert len(PLACES) >= 40
    assert len({place.key for place in PLACES}) == len(PLACES)
    for place in PLACES:
        assert ZoneInfo(place.timezone).key == place.timezone
        assert len({place_name(speaking(locale), place).plain for locale in LOCALES}) >= 2, place


def test_a_stored_key_leads_back_to_its_place() -> None:
    assert [place_by_key(place.key) for place in PLACES] == list(PLACES)
    assert place_by_key("atlantis") is None


def test_a_zone_without_a_listed_place_is_named_by_its_own_city(speaking: Speaking) -> None:
    assert place_name(speaking("ar"), place_of_zone("America/Argentina/Buenos_Aires")).plain.endswith("Buenos Aires\u2069")
    assert place_of_zone("Europe/London").key == "london"
    assert place_of_zone("UTC").name == "UTC"
