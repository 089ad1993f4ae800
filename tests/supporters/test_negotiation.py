"""Which language, and whose clock, somebody gets of whom nothing is kept yet."""

import pytest

from bot.config import Organisation
from bot.supporters.supporter import negotiate, newcomer

EVERYTHING = Organisation()
NO_URDU = Organisation(locales=("en", "ar"))


@pytest.mark.parametrize(
    ("app", "locale", "region"),
    [
        ("ur", "ur", None),
        ("ar-EG", "ar", "EG"),
        ("ar_JO", "ar", "JO"),
        ("UR-pk", "ur", "PK"),
        ("ur-Arab-PK", "ur", "PK"),
        ("en-GB", "en", "GB"),
        ("en-UK", "en", None),
        ("en-XX", "en", None),
        ("ar-ZZ", "ar", None),
        ("pt-br", "en", None),
        ("zh-hans", "en", None),
        ("fa", "en", None),
        ("ps-AF", "en", None),
        ("ckb", "en", None),
        ("arz", "en", None),
        ("", "en", None),
        ("-", "en", None),
        ("🙂", "en", None),
        (None, "en", None),
    ],
)
def test_the_apps_language_is_taken_when_it_is_offered(app: str | None, locale: str, region: str | None) -> None:
    assert negotiate(app, EVERYTHING) == (locale, region)


def test_a_language_the_organisation_does_not_offer_falls_back_to_its_own() -> None:
    assert negotiate("ur", NO_URDU) == ("en", None)
    assert negotiate("ur", Organisation(default_locale="ar", locales=("en", "ar"))) == ("ar", None)


def test_a_newcomer_lives_by_the_organisations_clock_and_nothing_is_kept() -> None:
    supporter = newcomer(7, "ur", Organisation(timezone="Asia/Karachi"))
    assert (supporter.id, supporter.reader.locale, supporter.reader.timezone) == (None, "ur", "Asia/Karachi")
    assert not supporter.subscribed
