"""Catalogues at start: refused with a sentence on what to do when a reader would meet a gap."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.errors import Misuse
from bot.language import Catalogues, Reader
from bot.language.plurals import RULES

MESSAGES = {"Yes": {"ar": "نعم", "ur": "ہاں"}, "No": {"ar": "لا", "ur": "نہیں"}}

Compile = Callable[..., Path]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """compiled("ar", leave_out="No") writes one compiled catalogue and returns its file."""

    def write(locale: str, leave_out: str = "", rule: str = "") -> Path:
        catalog = Catalog(locale=locale)
        catalog.mime_headers = [("Plural-Forms", f"nplurals={RULES[locale][0]}; plural={rule or RULES[locale][1]};")]
        for message, texts in MESSAGES.items():
            if message != leave_out:
                catalog.add(message, texts.get(locale, message))
        file = tmp_path / locale / "LC_MESSAGES" / "nida.mo"
        file.parent.mkdir(parents=True, exist_ok=True)
        buffer = BytesIO()
        write_mo(buffer, catalog)
        file.write_bytes(buffer.getvalue())
        return file

    return write


def test_complete_catalogues_speak(compiled: Compile) -> None:
    for locale in ("en", "ar", "ur"):
        folder = compiled(locale).parents[2]
    words = Catalogues.load(["en", "ar", "ur"], folder).words(Reader("ur"))
    assert words.label("Yes").text == "\u200fہاں"


def test_a_missing_catalogue_says_to_compile(compiled: Compile) -> None:
    folder = compiled("en").parents[2]
    with pytest.raises(Misuse, match=r"ar/LC_MESSAGES/nida\.mo is missing; run `nida locales compile`"):
        Catalogues.load(["en", "ar"], folder)


def test_a_damaged_catalogue_says_to_compile(compiled: Compile) -> None:
    file = compiled("en")
    file.write_bytes(b"damaged")
    with pytest.raises(Misuse, match="cannot be read"):
        Catalogues.load(["en"], file.parents[2])


def test_an_incomplete_catalogue_is_refused(compiled: Compile) -> None:
    compiled("en")
    folder = compiled("ar", leave_out="No").parents[2]
    with pytest.raises(Misuse, match=r"The ar catalogue lacks 1 messages, the first is 'No'"):
        Catalogues.load(["en", "ar"], folder)


def test_a_wrong_plural_rule_is_refused(compiled: Compile) -> None:
    folder = compiled("ar", rule="(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : 5)").parents[2]
    with pytest.raises(Misuse, match="wrong form for 3; write `Plural-Forms: nplurals=6"):
        Catalogues.load(["ar"], folder)


def test_a_message_that_was_never_extracted_is_an_error_not_english(compiled: Compile) -> None:
    folder = compiled("ar").parents[2]
    words = Catalogues.load(["ar"], folder).words(Reader("ar"))
    with pytest.raises(LookupError, match="lack 'Perhaps'"):
        words.say("Perhaps")
    with pytest.raises(LookupError, match=r"lack '\{n\} case'"):
        words.count("{n} case", "{n} cases", 2)


def test_languages_not_loaded_are_not_spoken(compiled: Compile) -> None:
    catalogues = Catalogues.load(["en"], compiled("en").parents[2])
    assert catalogues.locales == ("en",)
    with pytest.raises(LookupError):
        catalogues.words(Reader("ar"))
