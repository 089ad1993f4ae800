"""Letters and the addresses that lead out of the chat: one language each, never longer than a button carries, never changed."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.campaigns.letters import LONGEST_ADDRESS, MOST_OWN, LetterPages, Wish, letter_of
from bot.campaigns.views import ActionView
from bot.storage.vault import Vault
from handlers.campaigns.pages import with_source
from tests.announcements.people import translated


def action(**values: Any) -> ActionView:
    """What of an action its letter and its links are made of."""
    return cast(ActionView, SimpleNamespace(**{"email": "office@parliament.example", "letter_locale": None, **values}))


@pytest.mark.parametrize(
    ("subject", "letter", "locale"),
    [
        ({"en": "Room", "ur": "کمرہ"}, {"en": "Dear all"}, "en"),
        ({"en": "Room"}, {"en": "Dear all", "ur": "جناب"}, "en"),
        ({"en": "Room", "ur": "کمرہ"}, {"en": "Dear all", "ur": "جناب"}, "ur"),
    ],
)
def test_a_letter_is_in_one_language(subject: dict[str, str], letter: dict[str, str], locale: str) -> None:
    written = letter_of(action(subject=translated(**subject), letter=translated(**letter)), "ur", "en")
    assert written is not None
    assert (written.locale, written.subject, written.body) == (locale, subject[locale], letter[locale])


@pytest.mark.parametrize("own", ["x", "م", "म", "文"])
def test_a_page_too_long_for_a_button_has_no_address(own: str) -> None:
    pages = LetterPages(Vault(b"a secret of the tests, 32 bytes."), "https://bot.an-organisation.example")
    longest = pages.address(Wish("a" * 50, "ur", own * MOST_OWN))
    assert longest is None or len(longest) <= LONGEST_ADDRESS
    assert (longest is None) == (len(own.encode()) == 3)


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("https://give.example/?fund=1&fund=2&sig=a%20b", "fund=1&fund=2&sig=a%20b&utm_source=telegram&utm_campaign=give"),
        ("https://give.example/#now", "utm_source=telegram&utm_campaign=give"),
        ("https://give.example/?utm_source=ours", "utm_source=ours&utm_campaign=give"),
    ],
)
def test_an_address_stays_as_it_is_before_what_is_added(url: str, query: str) -> None:
    address, _, fragment = url.partition("#")
    expected = f"{address.partition('?')[0]}?{query}" + (f"#{fragment}" if fragment else "")
    assert with_source(action(url=url, slug="give"), None) == expected
