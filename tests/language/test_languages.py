"""The languages' own names, and the sentence that admits a fallback."""

import pytest

from bot.language import Chosen, language_name, own_name, untranslated, without_marks
from tests.language.conftest import Speaking


def test_each_language_is_offered_by_its_own_name() -> None:
    assert [own_name(locale).text for locale in ("en", "ar", "ur")] == ["English", "العربية", "اردو"]


def test_a_language_is_named_in_the_readers_own(speaking: Speaking) -> None:
    assert without_marks(language_name(speaking("ur"), "ar").plain) == "عربی"


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("ar", "لم يُترجم هذا النص إلى لغتك بعد، وهو هنا باللغة الإنجليزية."),
        ("ur", "اس تحریر کا ترجمہ ابھی آپ کی زبان میں نہیں ہوا، یہاں یہ انگریزی میں ہے۔"),
    ],
)
def test_a_fallback_is_admitted_in_the_readers_language(speaking: Speaking, locale: str, sentence: str) -> None:
    told = untranslated(speaking(locale), Chosen("The court sat.", "en", fallback=True))
    assert told is not None
    assert without_marks(told.plain) == sentence


def test_nothing_is_admitted_when_there_is_nothing_to_admit(speaking: Speaking) -> None:
    assert untranslated(speaking("ar"), Chosen("انعقدت الجلسة", "ar")) is None
